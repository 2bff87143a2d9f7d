package dev.recourse.worker.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is inside: every process holds a shared lock on one file, and counts its own users.
 *
 * <p>The lock of a killed process is dropped by the operating system. Entering and leaving happen {@link OneAtATime}.
 */
final class Occupants {
    private static final Map<Path, Occupants> HERE = new HashMap<>();

    private final Path file;
    private int users;
    private @Nullable FileChannel channel;

    private Occupants(Path file) {
        this.file = file;
    }

    /** The one count of this JVM for that file: a second channel on it would drop the lock when it is closed. */
    static Occupants of(Path file) {
        synchronized (HERE) {
            return HERE.computeIfAbsent(file, Occupants::new);
        }
    }

    synchronized void enter() throws IOException {
        if (channel == null) {
            channel = OwnerOnly.channel(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock unused = channel.lock(0, Long.MAX_VALUE, true);
        }
        users++;
    }

    /** True when nobody is left, here or in another process. */
    synchronized boolean leave() throws IOException {
        users--;
        if (users > 0 || channel == null) {
            return false;
        }
        // Closing drops the shared lock; a lock can't be made exclusive while this JVM holds it.
        channel.close();
        channel = null;
        try (FileChannel probe = OwnerOnly.channel(file, StandardOpenOption.WRITE);
                FileLock alone = probe.tryLock()) {
            return alone != null;
        }
    }
}
