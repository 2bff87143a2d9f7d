package dev.recourse.worker.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Work that one thread of one process does at a time, whoever else holds the same lock file open.
 *
 * <p>The operating system drops a file lock with its process, so nobody waits for the dead. It belongs to the whole process,
 * though, and goes as soon as <em>any</em> channel on the file is closed: hence the lock of the JVM in front of it, and one
 * channel per file.
 */
final class OneAtATime {
    private static final ConcurrentMap<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();

    private final Path file;

    /** @param file in a folder that exists; by its real path, or two names of it would be two locks */
    OneAtATime(Path file) {
        this.file = file;
    }

    interface Work<T> {
        T run() throws IOException;
    }

    @SuppressWarnings("try") // Held, not used.
    <T> T run(Work<T> work) throws IOException {
        ReentrantLock here = HERE.computeIfAbsent(file, unused -> new ReentrantLock());
        here.lock();
        try (FileChannel channel = OwnerOnly.channel(file, StandardOpenOption.WRITE);
                FileLock everywhere = channel.lock()) {
            return work.run();
        } finally {
            here.unlock();
        }
    }
}
