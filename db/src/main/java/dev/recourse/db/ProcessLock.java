package dev.recourse.db;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** An advisory lock on a connection of its own; PostgreSQL lets go of it when the process is gone, however it went. */
public final class ProcessLock implements AutoCloseable {

    private final Handle handle;

    private ProcessLock(Handle handle) {
        this.handle = handle;
    }

    static Optional<ProcessLock> take(Jdbi jdbi, long key) {
        Handle handle = jdbi.open();
        try {
            boolean ours = handle.createQuery("select pg_try_advisory_lock(:key)")
                    .bind("key", key)
                    .mapTo(Boolean.class)
                    .one();
            if (ours) {
                return Optional.of(new ProcessLock(handle));
            }
        } catch (RuntimeException failed) {
            handle.close();
            throw DatabaseRefusal.of(failed);
        }
        handle.close();
        return Optional.empty();
    }

    /** Lets go: the connection goes back to the pool, so the lock has to be given up by name. */
    @Override
    public void close() {
        try (handle) {
            handle.execute("select pg_advisory_unlock_all()");
        } catch (RuntimeException gone) {
            // the connection is lost, and the lock with it
        }
    }
}
