package dev.recourse.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * The only door to PostgreSQL: whoever comes through it is inside one transaction of one tenant.
 *
 * <p>Neither the pool nor JDBI can be had from outside, so no code can forget to say whose rows it wants.
 */
public final class Database implements AutoCloseable {

    private static final Duration BORROW = Duration.ofSeconds(2);

    /** What PostgreSQL answers where there is no such schema, function, table. */
    private static final Set<String> NOT_THERE = Set.of("3F000", "42883", "42P01");

    private final HikariDataSource pool;
    private final Map<PgConnection, Session> sessions = new ConcurrentHashMap<>();

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Opens a pool and checks that row security bites.
     *
     * @param connections how many at most
     * @throws DatabaseRefusal if nobody answers there
     * @throws IllegalStateException if the database is not migrated, or would show one tenant's rows to another
     */
    public static Database open(DatabaseAddress address, int connections) {
        return open(address, connections, null);
    }

    /**
     * The same with a sign of life: every connection holds the advisory lock {@code alive}, shared, for as long as it
     * lasts. So nobody takes this process for gone while PostgreSQL still works on anything of it, a commit that nobody
     * waits for any more included; and a process that lost its connections is alive again with the first new one.
     */
    public static Database open(DatabaseAddress address, int connections, @Nullable Long alive) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(address.jdbcUrl());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(BORROW.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setPoolName("recourse");
        config.addDataSourceProperty("ApplicationName", "recourse");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("logServerErrorDetail", "false"); // the detail quotes the refused row
        if (alive != null) {
            config.setConnectionInitSql("select pg_advisory_lock_shared(" + alive + ")");
        }
        Database database = new Database(new HikariDataSource(config));
        try {
            database.probe();
            return database;
        } catch (RuntimeException unusable) {
            database.close();
            throw unusable;
        }
    }

    /**
     * Runs work in one transaction of the scope's tenant and commits it.
     *
     * @throws DatabaseRefusal if PostgreSQL refused a statement or the commit
     */
    public <T> T in(Scope scope, Function<Tx, T> work) {
        return with(session -> session.inTransaction(tx -> {
            session.table(Door.class).enter(scope);
            return work.apply(tx);
        }));
    }

    /**
     * Counts a call against its workspace's limit, in a transaction of its own.
     *
     * @return empty if it may go on, else how long to wait
     */
    public Optional<Duration> admit(UUID workspace, String module, int defaultPerMinute) {
        return with(session -> session.table(Door.class).admit(workspace, module, defaultPerMinute))
                .map(wait -> Duration.ofMillis(Math.max(1, Math.round(wait))));
    }

    /** The id behind a slug, or empty. The one question that may be asked without being in a workspace. */
    public Optional<UUID> workspace(String slug) {
        return with(session -> session.table(Door.class).workspace(slug));
    }

    private <T> T with(Function<Session, T> work) {
        try (Connection borrowed = pool.getConnection()) {
            try {
                return work.apply(session(borrowed.unwrap(PgConnection.class)));
            } catch (RuntimeException thrown) {
                RuntimeException told = DatabaseRefusal.of(thrown);
                if (told instanceof DatabaseRefusal refusal && !refusal.reason().definite()) {
                    pool.evictConnection(borrowed); // the pool sees none of what runs on the session
                }
                throw told;
            }
        } catch (SQLException refused) {
            throw DatabaseRefusal.of(refused);
        }
    }

    private Session session(PgConnection connection) {
        Session known = sessions.get(connection);
        if (known == null) {
            sessions.keySet().removeIf(Database::closed);
            known = new Session(connection);
            sessions.put(connection, known);
        }
        return known;
    }

    private static boolean closed(PgConnection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException gone) {
            return true;
        }
    }

    private void probe() {
        try {
            String unsafe =
                    in(Scope.of(new UUID(0, 0)), tx -> tx.table(Probe.class).unsafe());
            if (!unsafe.isEmpty()) {
                throw new IllegalStateException("row security does not hold here: " + unsafe);
            }
        } catch (DatabaseRefusal refused) {
            if (NOT_THERE.contains(refused.state())) {
                throw new IllegalStateException("the database is not migrated: " + refused.getMessage());
            }
            throw refused;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
