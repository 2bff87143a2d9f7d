package dev.recourse.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** An advisory lock on a connection of its own; PostgreSQL lets go of it when the process is gone, however it went. */
public final class ProcessLock implements AutoCloseable {

    private final Connection connection;

    private ProcessLock(Connection connection) {
        this.connection = connection;
    }

    static Optional<ProcessLock> take(Connection connection, long key) throws SQLException {
        boolean ours = false;
        try (PreparedStatement lock = connection.prepareStatement("select pg_try_advisory_lock(?)")) {
            lock.setLong(1, key);
            try (ResultSet answer = lock.executeQuery()) {
                ours = answer.next() && answer.getBoolean(1);
            }
            return ours ? Optional.of(new ProcessLock(connection)) : Optional.empty();
        } finally {
            if (!ours) {
                connection.close();
            }
        }
    }

    /** Lets go: the connection goes back to the pool, so the lock has to be given up by name. */
    @Override
    public void close() {
        try (connection;
                Statement unlock = connection.createStatement()) {
            unlock.execute("select pg_advisory_unlock_all()");
        } catch (SQLException gone) {
            // the connection is lost, and the lock with it
        }
    }
}
