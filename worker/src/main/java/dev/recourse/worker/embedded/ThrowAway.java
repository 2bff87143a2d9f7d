package dev.recourse.worker.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders of temporary homes: each carries a lock of the process that uses it, so that what a killed one left can be told. */
final class ThrowAway {
    private static final Logger log = LoggerFactory.getLogger(ThrowAway.class);
    private static final String PREFIX = "recourse-";
    private static final String LOCK = "in-use.lock";

    /** Time enough between making a folder and locking it. */
    private static final Duration NEW = Duration.ofMinutes(1);

    private static final Map<Path, FileChannel> OURS = new HashMap<>();

    private ThrowAway() {}

    static synchronized Path make() throws IOException {
        Path folder = Files.createTempDirectory(PREFIX).toRealPath();
        FileChannel channel = OwnerOnly.channel(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock unused = channel.lock();
        OURS.put(folder, channel);
        return folder;
    }

    /** What can't be removed now is left for the next sweep. */
    @SuppressWarnings("try") // Held, not used.
    static synchronized void remove(Path folder) {
        try (FileChannel ours = OURS.remove(folder)) {
            OwnerOnly.delete(folder);
        } catch (IOException e) {
            log.debug("Could not remove all of {}", folder, e);
        }
    }

    /** Removes what killed processes of this user left behind, their databases included. */
    static synchronized void sweep() throws IOException {
        Path temp = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toRealPath();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temp, PREFIX + "*")) {
            for (Path folder : folders) {
                // Even to open the lock file of our own would drop the lock on it.
                if (!OURS.containsKey(folder)) {
                    sweep(folder);
                }
            }
        }
    }

    private static void sweep(Path folder) {
        try {
            if (!abandonable(folder)) {
                return;
            }
            try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                    FileLock alone = channel.tryLock()) {
                if (alone != null) {
                    PostmasterFile.in(folder.resolve("postgres/data")).ifPresent(PostmasterFile::end);
                    OwnerOnly.delete(folder);
                }
            }
        } catch (IOException | OverlappingFileLockException e) {
            log.debug("Left {} as it is", folder, e);
        }
    }

    private static boolean abandonable(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
                && Files.getLastModifiedTime(folder)
                        .toInstant()
                        .isBefore(Instant.now().minus(NEW));
    }
}
