package dev.recourse.worker;

import dev.recourse.db.DatabaseAddress;
import dev.recourse.worker.embedded.EmbeddedPostgres;
import dev.recourse.worker.embedded.Home;
import java.nio.file.Path;

/** The database of the home that a test's commands have in a folder, open beside them. */
final class HomeDatabase implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final DatabaseAddress address;

    /** Opens it, and starts it where no command has. */
    HomeDatabase(Path folder) {
        postgres = EmbeddedPostgres.open(Home.at(folder.resolve("home")), said -> {});
        address = new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    DatabaseAddress address() {
        return address;
    }

    Superuser superuser() {
        return new Superuser(address);
    }

    /** Commands that use it keep it up. */
    @Override
    public void close() {
        postgres.close();
    }
}
