package dev.recourse.worker.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/** The folder that holds the state of the embedded parts, the local configuration and its secrets; only its owner can read it. */
public final class Home implements AutoCloseable {
    private static final Pattern SECRET = Pattern.compile("[a-z][a-z0-9-]{0,40}");

    private final Path root;
    private final Path sharedCache;
    private final boolean temporary;

    private Home(Path root, Path sharedCache, boolean temporary) {
        this.root = root;
        this.sharedCache = sharedCache;
        this.temporary = temporary;
    }

    /**
     * The home in that folder, which is made if it is missing. What is the same for all homes of a user, PostgreSQL's binaries,
     * is kept in the user's cache folder.
     *
     * @throws EmbeddedFailure if the folder can't be made or written to
     */
    public static Home at(Path folder) {
        return at(folder, userCache());
    }

    /** As {@link #at(Path)}, with a cache folder of the caller's choice. */
    public static Home at(Path folder, Path cache) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(absolute)) {
                OwnerOnly.folder(absolute);
            }
            return new Home(absolute.toRealPath(), cache, false).furnished();
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("home.unusable", absolute, e), e);
        }
    }

    /** A new home that is removed when it is closed, and at the end of the JVM, by Ctrl-C too. */
    public static Home temporary() {
        return temporary(userCache());
    }

    /** As {@link #temporary()}, with a cache folder of the caller's choice. */
    public static Home temporary(Path cache) {
        try {
            ThrowAway.sweep();
            Home home = new Home(ThrowAway.make(), cache, true).furnished();
            AtExit.close(home);
            return home;
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("home.unusable", System.getProperty("java.io.tmpdir", "/tmp"), e), e);
        }
    }

    public Path root() {
        return root;
    }

    /** Where the embedded database lives. */
    public Path postgres() {
        return root.resolve("postgres");
    }

    /** Where a Temporal dev server keeps its file. */
    public Path temporal() {
        return root.resolve("temporal");
    }

    /** Where the local configuration is. */
    public Path config() {
        return root.resolve("config");
    }

    /** Where the secrets are. */
    public Path keys() {
        return root.resolve("keys");
    }

    /**
     * A secret of 256 random bits as text, made when it is first asked for. Whoever asks, in this process or another, now or
     * later, gets the same.
     *
     * @param name lower-case letters, digits and dashes
     * @throws EmbeddedFailure if it can't be read or kept
     */
    public String secret(String name) {
        if (!SECRET.matcher(name).matches()) {
            throw new IllegalArgumentException("A secret's name is lower-case letters, digits and dashes, not " + name);
        }
        Path file = keys().resolve(name);
        try {
            return Files.exists(file)
                    ? Files.readString(file)
                    : new OneAtATime(keys().resolve("making.lock")).run(() -> kept(file));
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("secret.unusable", file, e), e);
        }
    }

    /** Removes a temporary home; another stays as it is. A second time does nothing. */
    @Override
    public void close() {
        if (temporary) {
            ThrowAway.remove(root);
            AtExit.forget(this);
        }
    }

    @Override
    public String toString() {
        return "Home[" + root + "]";
    }

    /** Where PostgreSQL's binaries are kept: in the user's cache, or in here for a user who has none. */
    Path cache() throws IOException {
        try {
            Path folder = OwnerOnly.folder(sharedCache);
            if (Files.isWritable(folder)) {
                return folder.toRealPath();
            }
        } catch (IOException e) {
            // Users without a home folder of their own are common in containers.
        }
        return OwnerOnly.folder(root.resolve("cache"));
    }

    private Home furnished() throws IOException {
        OwnerOnly.folder(postgres());
        OwnerOnly.folder(temporal());
        OwnerOnly.folder(config());
        OwnerOnly.folder(keys());
        return this;
    }

    private static String kept(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            OwnerOnly.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        }
        return Files.readString(file);
    }

    private static Path userCache() {
        Path user = Path.of(System.getProperty("user.home", "/nonexistent"));
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")
                ? user.resolve("Library/Caches/recourse")
                : user.resolve(".cache/recourse");
    }
}
