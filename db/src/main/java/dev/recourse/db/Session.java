package dev.recourse.db;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLState;

/**
 * One physical connection with the statements that were attached to it.
 *
 * <p>They stay attached while the connection lives: attaching the statements of a table takes longer than running them.
 * Whoever borrowed the connection is the only one to use its session.
 */
final class Session {

    private final PgConnection connection;
    private final Handle handle;
    private final Map<Class<?>, Object> tables = new HashMap<>();

    Session(PgConnection connection) {
        this.connection = connection;
        Jdbi jdbi = Jdbi.create(() -> connection)
                .installPlugin(new PostgresPlugin())
                .installPlugin(new SqlObjectPlugin())
                .registerRowMapper(new RecordRows());
        // its own messages would quote the arguments of the statement
        jdbi.configure(
                StatementExceptions.class, c -> c.setMessageRendering(StatementExceptions.MessageRendering.NONE));
        this.handle = jdbi.open();
    }

    Handle handle() {
        return handle;
    }

    /** The statements of a table (an interface of this module). */
    <T> T table(Class<T> statements) {
        return statements.cast(tables.computeIfAbsent(statements, handle::attach));
    }

    <T> T inTransaction(Function<Tx, T> work) {
        return handle.inTransaction(same -> {
            T result = work.apply(new Tx(this));
            refuseToCommitNothing();
            return result;
        });
    }

    /** The commit of a transaction that has failed is a rollback, and answered like any other commit. */
    private void refuseToCommitNothing() {
        if (connection.getTransactionState() == TransactionState.FAILED) {
            throw DatabaseRefusal.of(new SQLException(null, PSQLState.IN_FAILED_SQL_TRANSACTION.getState()));
        }
    }
}
