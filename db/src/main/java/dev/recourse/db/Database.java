package dev.recourse.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.recourse.db.workspace.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The only door to PostgreSQL: whoever comes through it is inside one transaction of one tenant.
 *
 * <p>Neither the pool nor JDBI can be had from outside, so no code can forget to say whose rows it wants.
 */
public final class Database implements AutoCloseable {

    private static final Duration BORROW = Duration.ofSeconds(2);

    /** JDBI's own messages would quote the arguments of the statement. */
    private static final StatementExceptions.MessageRendering NO_VALUES = StatementExceptions.MessageRendering.NONE;

    /** What PostgreSQL answers where there is no such schema, function, table. */
    private static final Set<String> NOT_THERE = Set.of("3F000", "42883", "42P01");

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin()).installPlugin(new SqlObjectPlugin());
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(NO_VALUES);
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
        try {
            return jdbi.inTransaction(handle -> {
                enter(handle, scope);
                return work.apply(new Tx(handle));
            });
        } catch (RuntimeException thrown) {
            throw DatabaseRefusal.of(thrown);
        }
    }

    /**
     * Counts a call against its workspace's limit, in a transaction of its own.
     *
     * @return empty if it may go on, else how long to wait
     */
    public Optional<Duration> admit(UUID workspace, String module, int defaultPerMinute) {
        try {
            return jdbi.withHandle(handle -> Limits.admit(handle, workspace, module, defaultPerMinute));
        } catch (RuntimeException thrown) {
            throw DatabaseRefusal.of(thrown);
        }
    }

    /** The id behind a slug, or empty. The one question that may be asked without being in a workspace. */
    public Optional<UUID> workspace(String slug) {
        try {
            return jdbi.withHandle(handle -> handle.createQuery("select recourse.workspace_id(:slug)")
                    .bind("slug", slug)
                    .mapTo(UUID.class)
                    .findOne());
        } catch (RuntimeException thrown) {
            throw DatabaseRefusal.of(thrown);
        }
    }

    private static void enter(Handle handle, Scope scope) {
        handle.createQuery("select recourse.enter(:workspace, :principal, :execution, :statement, :transaction)")
                .bind("workspace", scope.workspace())
                .bind("principal", scope.principal())
                .bindByType("execution", scope.execution(), UUID.class)
                .bind("statement", (int) scope.statementTimeout().toMillis())
                .bind("transaction", (int) scope.transactionTimeout().toMillis())
                .mapTo(String.class)
                .findOne();
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
