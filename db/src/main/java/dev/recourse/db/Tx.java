package dev.recourse.db;

import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** One open transaction of one tenant; only {@link Database} makes one, and it ends with the work it was made for. */
public final class Tx {

    private static final String SAVEPOINT = "attempt";

    private final Handle handle;

    Tx(Handle handle) {
        this.handle = handle;
    }

    /** The statements of a table (an interface of this module), run inside this transaction. */
    public <T> T table(Class<T> statements) {
        return handle.attach(statements);
    }

    /**
     * Runs work that may fail without taking the transaction with it: on any exception its effects are rolled back and
     * the exception goes on, a refusal of the database as {@link DatabaseRefusal}.
     */
    public <T> T attempt(Supplier<T> work) {
        handle.savepoint(SAVEPOINT);
        try {
            T result = work.get();
            handle.releaseSavepoint(SAVEPOINT);
            return result;
        } catch (RuntimeException failed) {
            takeBack(failed);
            throw DatabaseRefusal.of(failed);
        }
    }

    /**
     * Runs work for its answer alone: constraints that wait for the commit are checked too, then everything is rolled
     * back.
     */
    public <T> T rehearse(Supplier<T> work) {
        handle.savepoint(SAVEPOINT);
        try {
            T result = work.get();
            handle.rollbackToSavepoint(SAVEPOINT);
            return result;
        } catch (RuntimeException failed) {
            takeBack(failed);
            throw DatabaseRefusal.of(failed);
        }
    }

    /** From here on, writes are on the account of this execution: for several executions in one transaction. */
    public void executing(UUID execution) {
        handle.createQuery("select set_config('recourse.execution', :id, true)")
                .bind("id", execution.toString())
                .mapTo(String.class)
                .one();
    }

    private void takeBack(RuntimeException failed) {
        try {
            handle.rollbackToSavepoint(SAVEPOINT);
        } catch (RuntimeException gone) {
            RuntimeException lost = DatabaseRefusal.of(gone);
            lost.addSuppressed(DatabaseRefusal.of(failed));
            throw lost;
        }
    }
}
