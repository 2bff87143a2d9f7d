package dev.recourse.db;

import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a database to the schema this code was written for. */
public final class Migrations {

    private Migrations() {}

    /**
     * Applies what is missing; safe when several processes do it at once. Where nothing is, that costs a look; else the
     * login needs the right to create roles and a schema.
     *
     * @return how many steps that were
     * @throws DatabaseRefusal if nobody answers there, or the login may not
     */
    public static int run(DatabaseAddress address) {
        return MigrationHistory.complete(address) ? 0 : migrate(address);
    }

    private static int migrate(DatabaseAddress address) {
        try {
            return Flyway.configure()
                    .dataSource(address.jdbcUrl(), address.user(), address.password())
                    .locations("classpath:" + MigrationHistory.FOLDER)
                    .schemas("recourse")
                    .defaultSchema("recourse")
                    .placeholders(Map.of("schema", "recourse"))
                    .loggers("slf4j")
                    .load()
                    .migrate()
                    .migrationsExecuted;
        } catch (FlywayException failed) {
            throw DatabaseRefusal.of(failed);
        }
    }
}
