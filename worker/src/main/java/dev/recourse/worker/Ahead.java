package dev.recourse.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that takes a while to make, made once, on a thread of its own from the moment it is known to be needed. */
final class Ahead<T> {

    private final String name;
    private final Supplier<T> maker;
    private @Nullable CompletableFuture<T> made;

    Ahead(String name, Supplier<T> maker) {
        this.name = name;
        this.maker = maker;
    }

    /** Begins to make it, if nobody has. */
    synchronized CompletableFuture<T> begin() {
        CompletableFuture<T> begun = made;
        if (begun == null) {
            begun = new CompletableFuture<>();
            made = begun;
            Thread thread = new Thread(work(begun), name);
            thread.setDaemon(true);
            thread.start();
        }
        return begun;
    }

    /** Waits for it; what went wrong while it was made goes wrong here. */
    T get() {
        try {
            return begin().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /** What is to be done with it at the end, if anybody began it. */
    void end(Consumer<T> closing) {
        CompletableFuture<T> begun;
        synchronized (this) {
            begun = made;
        }
        if (begun != null && !begun.isCompletedExceptionally()) {
            closing.accept(get());
        }
    }

    private Runnable work(CompletableFuture<T> begun) {
        return () -> {
            try {
                begun.complete(maker.get());
            } catch (Throwable failed) {
                begun.completeExceptionally(failed);
            }
        };
    }
}
