package dev.recourse.db;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Something that goes on beside a test, on a thread of its own.
 *
 * <p>Never on the common pool: the in-process Temporal server starts child workflows there, and on a machine with two cores
 * that pool is a single thread, which one waiting test would take away from it.
 */
public final class Meanwhile {

    private Meanwhile() {}

    /** Begins at once; whoever joins gets the answer, or the failure wrapped. */
    public static <T> CompletableFuture<T> doing(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what, task -> new Thread(task).start());
    }
}
