package dev.recourse.db;

import dev.recourse.db.workspace.Limits;
import dev.recourse.db.workspace.Workspaces;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real database of a test's own, migrated and with the workspaces A and B; one PostgreSQL serves the whole run.
 *
 * <p>The tests of every module stand on it.
 */
public final class TestDatabase implements AutoCloseable {

    public static final UUID A = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
    public static final UUID B = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002");
    public static final String OWNER = "user:ana";

    private static final String TEMPLATE = "recourse_template";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final @Nullable Database database;
    private @Nullable Connection eye;

    private TestDatabase(String name, boolean migrated) {
        this.name = name;
        this.database = migrated ? Database.open(address(), 16) : null;
    }

    /** The server, started once; on purpose in a time zone that is not the JVM's. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("timezone", "America/Los_Angeles")
                        .setServerConfig("max_connections", "200")
                        .start();
                run(postgres, "postgres", "create database " + TEMPLATE);
                DatabaseAddress template = address(postgres, TEMPLATE);
                Migrations.run(template);
                try (Database made = Database.open(template, 2)) {
                    Workspaces.prepare(made);
                    workspace(made, A, "a");
                    workspace(made, B, "b");
                }
                return postgres;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static void workspace(Database database, UUID id, String slug) {
            Workspaces.create(database, id, slug, slug);
            Workspaces.addMember(database, id, "ana", "owner");
            Workspaces.addMember(database, id, "leo", "agent");
            for (String module : List.of("crm", "system", "whatsapp")) {
                database.in(Scope.of(id), tx -> {
                    new Limits(tx).set(module, null);
                    return true;
                });
            }
        }
    }

    /** A fresh database with the workspaces A and B, owner ana, agent leo, no rate limits. */
    public static TestDatabase fresh() {
        String name = "test_" + COUNT.incrementAndGet();
        run(Server.POSTGRES, "postgres", "create database " + name + " template " + TEMPLATE);
        return new TestDatabase(name, true);
    }

    /** A database with nothing in it. */
    public static TestDatabase bare(String name) {
        run(Server.POSTGRES, "postgres", "create database " + name);
        return new TestDatabase(name, false);
    }

    public String name() {
        return name;
    }

    public Database database() {
        return Objects.requireNonNull(database, "a bare database");
    }

    public DatabaseAddress address() {
        return address(Server.POSTGRES, name);
    }

    /** The same database for another login. */
    public DatabaseAddress as(String user, String password) {
        return new DatabaseAddress(address().jdbcUrl(), user, password);
    }

    /** A superuser's connection: sees every tenant, is bound by no policy. */
    public Connection superuser() {
        try {
            return DriverManager.getConnection(address().jdbcUrl() + "?currentSchema=recourse", "postgres", "postgres");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Runs statements as superuser, beside every rule. */
    public void as_superuser(String sql) {
        try (Connection c = superuser();
                Statement s = c.createStatement()) {
            s.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Rows of a query as texts, columns joined by a bar; as superuser. */
    public synchronized List<String> rows(String sql) {
        if (eye == null) {
            eye = superuser();
        }
        try (Statement s = eye.createStatement();
                ResultSet found = s.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    cells.add(String.valueOf(found.getString(i)));
                }
                rows.add(String.join("|", cells));
            }
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The one cell of a query, as text. */
    public String cell(String sql) {
        return rows(sql).get(0);
    }

    /** Every row of every tracked table, without the bookkeeping columns: what "as before" means. */
    public String business() {
        return contents("to_jsonb(t) - bookkeeping()");
    }

    /** Every row of every tracked table, to the last column. */
    public String everything() {
        return contents("to_jsonb(t)");
    }

    private String contents(String row) {
        TreeMap<String, List<String>> tables = new TreeMap<>();
        for (String table : rows("select table_name from tracked_tables")) {
            tables.put(table, rows("select " + row + " from " + table + " t order by workspace_id, id"));
        }
        return tables.toString();
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
        closeEye();
        run(Server.POSTGRES, "postgres", "drop database if exists " + name + " with (force)");
    }

    private synchronized void closeEye() {
        try {
            if (eye != null) {
                eye.close();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static DatabaseAddress address(EmbeddedPostgres postgres, String database) {
        return new DatabaseAddress(
                "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database, "postgres", "postgres");
    }

    private static void run(EmbeddedPostgres postgres, String database, String sql) {
        try (Connection c =
                        DriverManager.getConnection(address(postgres, database).jdbcUrl(), "postgres", "postgres");
                Statement s = c.createStatement()) {
            s.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
