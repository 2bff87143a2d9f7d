package dev.recourse.worker.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the commands on a home that {@code recourse dev} runs there, and where its parts are.
 *
 * <p>A lock says that it runs: the operating system drops it with the process, however that ends. A file says where; it counts
 * only while somebody holds the lock, and is written once everything is up.
 */
public final class Beacon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Beacon.class);
    private static final Set<Path> OURS = new HashSet<>();
    private static final int TRIES = 20;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

    private final Path lock;
    private final Path file;
    private final FileChannel held;
    private final @Nullable Place left;

    /**
     * Where the parts of a {@code recourse dev} are.
     *
     * @param temporal {@code host:port}
     * @param ui address of Temporal's web UI, or empty
     * @param database where the configured database is, without user and password; empty for the home's own
     * @param server whether Temporal is a server of its own, which outlives the process with its workflows
     */
    public record Place(String temporal, String ui, String database, boolean server) {}

    private Beacon(Path folder, FileChannel held) throws IOException {
        this.lock = lock(folder);
        this.file = file(folder);
        this.held = held;
        this.left = read(file).orElse(null);
        Files.deleteIfExists(file);
    }

    /** Takes the home's one place; empty where another process, or this one, has it already. */
    public static Optional<Beacon> take(Home home) {
        Path lock = lock(home.temporal());
        try {
            for (int left = TRIES; left > 0; left--) {
                Optional<Beacon> taken = tried(home, lock);
                if (taken.isPresent() || ours(lock)) {
                    return taken;
                }
                pause(); // somebody who looks holds it for a moment
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("home.unusable", home.root(), e), e);
        }
    }

    /**
     * Where {@code recourse dev} runs on that home; empty where it doesn't. Waits for one that is starting or stopping.
     *
     * @param root of the home, which need not exist
     * @param waiting is told that it waits, once
     */
    public static Optional<Place> seen(Path root, Duration patience, Runnable waiting) {
        Path folder = root.resolve("temporal");
        Instant giveUp = Instant.now().plus(patience);
        try {
            for (boolean told = false; isHeld(folder); told = true) {
                Optional<Place> place = read(file(folder));
                if (place.isPresent() || Instant.now().isAfter(giveUp)) {
                    return place;
                }
                if (!told) {
                    waiting.run();
                }
                pause();
            }
        } catch (IOException e) {
            // Whoever can't read the home won't share anything in it either.
        }
        return Optional.empty();
    }

    /** Whether {@code recourse dev} runs on that home, ready or not. */
    public static boolean shines(Path root) {
        try {
            return isHeld(root.resolve("temporal"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the last one was, if it was killed; who waits for it, waits there. */
    public Optional<Place> left() {
        return Optional.ofNullable(left);
    }

    /** Everything is up. */
    public void show(Place place) {
        Properties properties = new Properties();
        properties.setProperty("temporal", place.temporal);
        properties.setProperty("ui", place.ui);
        properties.setProperty("database", place.database);
        properties.setProperty("server", String.valueOf(place.server));
        try {
            StringWriter text = new StringWriter();
            properties.store(text, "Written by recourse dev; true only while it runs.");
            OwnerOnly.write(file, text.toString());
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("home.unusable", file, e), e);
        }
    }

    /** Nobody shall begin to use it any more; the place stays taken. */
    public void dim() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} stays, and counts no more once this process is gone", file, e);
        }
    }

    /** A second time does nothing. */
    @Override
    public void close() {
        synchronized (OURS) {
            if (!OURS.remove(lock)) {
                return;
            }
            dim();
            try {
                held.close();
            } catch (IOException e) {
                LOG.debug("{} is let go with this process", lock, e);
            }
        }
    }

    private static Optional<Beacon> tried(Home home, Path lock) throws IOException {
        synchronized (OURS) {
            if (OURS.contains(lock)) {
                return Optional.empty();
            }
            FileChannel channel = OwnerOnly.channel(lock, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
            OURS.add(lock);
            return Optional.of(new Beacon(home.temporal(), channel));
        }
    }

    private static boolean ours(Path lock) {
        synchronized (OURS) {
            return OURS.contains(lock);
        }
    }

    private static boolean isHeld(Path folder) throws IOException {
        if (!Files.exists(lock(folder))) {
            return false;
        }
        Path lock = lock(folder.toRealPath());
        synchronized (OURS) {
            // Even to open the lock file of our own would drop the lock on it.
            if (OURS.contains(lock)) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ);
                    FileLock free = channel.tryLock(0, Long.MAX_VALUE, true)) {
                return free == null;
            } catch (OverlappingFileLockException here) {
                return true;
            }
        }
    }

    private static Optional<Place> read(Path file) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        String temporal = properties.getProperty("temporal", "");
        return temporal.isEmpty()
                ? Optional.empty()
                : Optional.of(new Place(
                        temporal,
                        properties.getProperty("ui", ""),
                        properties.getProperty("database", ""),
                        Boolean.parseBoolean(properties.getProperty("server"))));
    }

    private static Path lock(Path folder) {
        return folder.resolve("dev.lock");
    }

    private static Path file(Path folder) {
        return folder.resolve("dev.properties");
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_TRIES.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
