package dev.recourse.worker.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is closed when the JVM ends, by Ctrl-C too: the last opened first.
 *
 * <p>Shutdown hooks of their own would run all at once: the database would go away under the service that is still finishing.
 */
public final class AtExit {
    private static final Logger log = LoggerFactory.getLogger(AtExit.class);
    private static final Deque<AutoCloseable> open = new ArrayDeque<>();
    private static boolean listening;

    private AtExit() {}

    /**
     * Closes this before everything that was registered earlier, unless {@link #forget} comes first. Who registers again
     * moves to the front: the owner of parts does so after opening them, for it knows in which order they go.
     */
    public static void close(AutoCloseable part) {
        synchronized (open) {
            if (!listening) {
                Runtime.getRuntime().addShutdownHook(new Thread(AtExit::closeAll, "at-exit"));
                listening = true;
            }
            open.removeIf(other -> other == part);
            open.push(part);
        }
    }

    /** The part is closed already; forgetting what was never registered does nothing. */
    public static void forget(AutoCloseable part) {
        synchronized (open) {
            open.removeIf(other -> other == part);
        }
    }

    // No lock is held while a part closes: another thread may be closing it just now, and will want to forget it.
    private static void closeAll() {
        for (AutoCloseable part = next(); part != null; part = next()) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("Closing {} at exit failed", part, e);
            }
        }
    }

    private static @Nullable AutoCloseable next() {
        synchronized (open) {
            return open.poll();
        }
    }
}
