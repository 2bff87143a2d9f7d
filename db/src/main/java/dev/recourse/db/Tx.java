package dev.recourse.db;

import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** One open transaction of one tenant; only {@link Database} makes one, and it ends with the work it was made for. */
public final class Tx {

    private final Session session;
    private final Handle handle;
    private int attempts;

    Tx(Session session) {
        this.session = session;
        this.handle = session.handle();
    }

    /** The statements of a table (an interface with JDBI's annotations, in any module), run inside this transaction. */
    public <T> T table(Class<T> statements) {
        return session.table(statements);
    }

    /**
     * Runs work that may fail without taking the transaction with it: on any exception its effects are rolled back and
     * the exception goes on, a refusal of the database as {@link DatabaseRefusal}. An attempt may be part of another.
     */
    public <T> T attempt(Supplier<T> work) {
        String savepoint = savepoint();
        try {
            T result = work.get();
            handle.releaseSavepoint(savepoint);
            return result;
        } catch (RuntimeException failed) {
            takeBack(savepoint, failed);
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

    /** JDBI keeps savepoints by name: two of one name would be one to it. */
    private String savepoint() {
        String name = "attempt_" + ++attempts;
        handle.savepoint(name);
        return name;
    }

    private void takeBack(String savepoint, RuntimeException failed) {
        try {
            handle.rollbackToSavepoint(savepoint);
        } catch (RuntimeException gone) {
            RuntimeException lost = DatabaseRefusal.of(gone);
            lost.addSuppressed(DatabaseRefusal.of(failed));
            throw lost;
        }
    }
}
