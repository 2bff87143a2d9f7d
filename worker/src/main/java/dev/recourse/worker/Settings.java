package dev.recourse.worker;

import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.worker.embedded.Beacon;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a command is told besides its arguments: flags win over the environment, which wins over
 * {@code config.properties} in the home. The only reader of the environment. Its text holds no secret.
 *
 * @param home where state lives, absolute; it need not exist
 * @param throwAway whether a home of its own is made instead, and removed at the end
 * @param database null for the embedded one in the home
 * @param cluster whether a Temporal cluster is configured; otherwise the in-process server is used
 * @param temporalAddress the cluster's {@code host:port} from the environment or the file; null where temporal-envconfig's
 *     own profile says it, or there is no cluster
 * @param dev the {@code recourse dev} of this home, where that is the cluster; else null
 * @param workspace an id or a slug
 * @param session null to make a new one
 * @param identityKey signs identities, at least 32 bytes; null for the key of the home. Clients and workers share it
 * @param temporalUi where Temporal's web UI is, for links; null where nobody said
 * @param approvalsWithin how long a call waits for somebody's approval
 * @param whatsapp where the API is that WhatsApp's messages go to
 * @param shell the one folder the shell tool works in; null where there is to be no shell tool
 */
public record Settings(
        Path home,
        boolean throwAway,
        @Nullable DatabaseAddress database,
        boolean cluster,
        @Nullable String temporalAddress,
        Beacon.@Nullable Place dev,
        String workspace,
        @Nullable UUID session,
        @Nullable String identityKey,
        @Nullable String temporalUi,
        Duration approvalsWithin,
        String whatsapp,
        @Nullable Path shell) {
    public static final String DEFAULT_WORKSPACE = "default";

    private static final String HOME = "RECOURSE_HOME";
    private static final String DATABASE = "DATABASE_URL";
    private static final String TEMPORAL = "TEMPORAL_ADDRESS";
    private static final String WORKSPACE = "RECOURSE_WORKSPACE";
    private static final String SESSION = "RECOURSE_SESSION";
    private static final String IDENTITY_KEY = "RECOURSE_IDENTITY_KEY";
    private static final String TEMPORAL_UI = "RECOURSE_TEMPORAL_UI";
    private static final String APPROVALS_WITHIN = "RECOURSE_APPROVALS_WITHIN";
    private static final String SHELL = "RECOURSE_SHELL";
    private static final String SHELL_ROOT = "RECOURSE_SHELL_ROOT";
    private static final String WHATSAPP = "RECOURSE_WHATSAPP_URL";

    /** In the environment alone: what it says is kept encrypted, and a file would keep it in the clear. */
    private static final String WHATSAPP_KEY = "RECOURSE_WHATSAPP_KEY";

    private static final int SHORTEST_KEY = 32;
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    /** What the file may hold, under the names the environment has. */
    private static final List<String> FILE_KEYS = List.of(
            DATABASE,
            TEMPORAL,
            WORKSPACE,
            SESSION,
            IDENTITY_KEY,
            TEMPORAL_UI,
            APPROVALS_WITHIN,
            WHATSAPP,
            SHELL,
            SHELL_ROOT);

    /** Naming a profile or a file of temporal-envconfig means its cluster; a file that merely lies there does not. */
    private static final List<String> TEMPORAL_CONFIGURED = List.of("TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE");

    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Map<String, ChronoUnit> UNITS =
            Map.of("s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS, "d", ChronoUnit.DAYS);
    private static final Pattern WEB = Pattern.compile("https?://[^\\s@?#]+");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:/@]+):([0-9]{1,5})");

    /** What the command line said, null where it said nothing. */
    public record Flags(
            @Nullable String workspace, @Nullable String session) {
        public static final Flags NONE = new Flags(null, null);
    }

    /** Everything but the key. */
    @Override
    public String toString() {
        return "home " + home + ", database " + database + ", temporal " + (cluster ? temporalAddress : "in process")
                + ", workspace " + workspace + ", session " + session;
    }

    /** The environment of this process. */
    public static Map<String, String> environment() {
        return System.getenv();
    }

    /**
     * Reads and checks the settings.
     *
     * @throws WrongUsage naming the flag, variable or key that can't be used, and what would be right
     */
    public static Settings read(Flags flags, Map<String, String> environment) {
        Path home = home(environment);
        Sources sources = new Sources(environment, home.resolve("config.properties"));
        Found temporal = sources.find(TEMPORAL);
        return new Settings(
                home,
                false,
                database(sources.find(DATABASE)),
                temporal != null || TEMPORAL_CONFIGURED.stream().anyMatch(name -> present(environment, name) != null),
                temporal == null ? null : hostAndPort(temporal),
                null,
                workspace(sources.find(WORKSPACE, "--workspace", flags.workspace())),
                session(sources.find(SESSION, "--session", flags.session())),
                identityKey(sources.find(IDENTITY_KEY)),
                web(sources.find(TEMPORAL_UI)),
                approvalsWithin(sources.find(APPROVALS_WITHIN)),
                whatsapp(sources.find(WHATSAPP)),
                shell(sources.find(SHELL), sources.find(SHELL_ROOT), home));
    }

    /**
     * Everything embedded, in a home of its own that is removed at the end; neither environment nor file counts.
     *
     * @param whatsapp where messages go, on this machine
     */
    public static Settings forThrowAway(String whatsapp) {
        Path unused = Path.of(System.getProperty("java.io.tmpdir", ".")).toAbsolutePath();
        return new Settings(
                unused, true, null, false, null, null, DEFAULT_WORKSPACE, null, null, null, A_DAY, whatsapp, null);
    }

    /**
     * Where state lives: {@code RECOURSE_HOME}, else {@code $XDG_DATA_HOME/recourse}, else
     * {@code ~/.local/share/recourse}.
     *
     * @throws WrongUsage if it is a file
     */
    public static Path home(Map<String, String> environment) {
        String chosen = present(environment, HOME);
        if (chosen != null) {
            return folder(chosen);
        }
        String data = present(environment, "XDG_DATA_HOME");
        // The XDG specification says to ignore a relative one.
        return data != null && Path.of(data).isAbsolute()
                ? Path.of(data, "recourse")
                : Path.of(System.getProperty("user.home", "."), ".local", "share", "recourse")
                        .toAbsolutePath();
    }

    /** A UUID in its usual form of 36 characters; null for any other text. */
    public static @Nullable UUID uuid(String text) {
        return UUID_FORM.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    /** Whether a text can name a workspace: a UUID, or a slug. */
    public static boolean namesWorkspace(String text) {
        return uuid(text) != null || SLUG.matcher(text).matches();
    }

    /** The same in that workspace and session; a null one stays as it is. */
    public Settings in(@Nullable String otherWorkspace, @Nullable UUID otherSession) {
        return new Settings(
                home,
                throwAway,
                database,
                cluster,
                temporalAddress,
                dev,
                otherWorkspace == null ? workspace : otherWorkspace,
                otherSession == null ? session : otherSession,
                identityKey,
                temporalUi,
                approvalsWithin,
                whatsapp,
                shell);
    }

    /** The same with that {@code recourse dev} as the cluster. */
    Settings on(Beacon.Place place) {
        String ui = place.ui().isEmpty() ? temporalUi : place.ui();
        return new Settings(
                home,
                throwAway,
                database,
                true,
                place.temporal(),
                place,
                workspace,
                session,
                identityKey,
                ui,
                approvalsWithin,
                whatsapp,
                shell);
    }

    private static Path folder(String chosen) {
        try {
            Path home = Path.of(chosen).toAbsolutePath().normalize();
            if (Files.exists(home) && !Files.isDirectory(home)) {
                throw new WrongUsage(HOME + " is a file: " + home + ". It must be a folder, or not exist yet.");
            }
            return home;
        } catch (InvalidPathException e) {
            throw new WrongUsage(HOME + " is no path: " + e.getReason() + ".");
        }
    }

    private static @Nullable DatabaseAddress database(@Nullable Found found) {
        if (found == null) {
            return null;
        }
        try {
            return DatabaseAddress.parse(found.value);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(found.where + " can't be used: " + e.getMessage() + ".");
        }
    }

    private static String hostAndPort(Found found) {
        var parts = HOST_AND_PORT.matcher(found.value);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
            throw new WrongUsage(found.where + " is no address: '" + found.value
                    + "'. It is a host and a port, such as temporal.example.com:7233.");
        }
        return found.value;
    }

    private static String workspace(@Nullable Found found) {
        if (found == null) {
            return DEFAULT_WORKSPACE;
        }
        if (!namesWorkspace(found.value)) {
            throw new WrongUsage(found.where + " names no workspace: '" + found.value
                    + "'. It is the workspace's id (a UUID) or its slug (lower-case letters, digits, dashes).");
        }
        return found.value;
    }

    private static @Nullable String identityKey(@Nullable Found found) {
        if (found != null && found.value.length() < SHORTEST_KEY) {
            throw new WrongUsage(found.where + " is too short: a key has at least " + SHORTEST_KEY + " characters.");
        }
        return found == null ? null : found.value;
    }

    private static @Nullable String web(@Nullable Found found) {
        if (found == null) {
            return null;
        }
        if (!WEB.matcher(found.value).matches()) {
            throw new WrongUsage(found.where + " is no address of a web page: '" + found.value
                    + "'. It is where Temporal's UI is, such as http://localhost:8233.");
        }
        return found.value.replaceAll("/+$", "");
    }

    private static String whatsapp(@Nullable Found found) {
        if (found == null) {
            return Dialog360.ADDRESS;
        }
        if (!Dialog360.possible(found.value)) {
            throw new WrongUsage(found.where + " can't be used: '" + found.value + "'. It is https, such as "
                    + Dialog360.ADDRESS + ", or http on this machine, such as http://127.0.0.1:9360.");
        }
        return found.value;
    }

    /** The key of a WhatsApp number that is about to be connected; null where the environment has none. */
    public static @Nullable String whatsappKey(Map<String, String> environment) {
        return present(environment, WHATSAPP_KEY);
    }

    private static Duration approvalsWithin(@Nullable Found found) {
        if (found == null) {
            return A_DAY;
        }
        Matcher parts = SPAN.matcher(found.value);
        Duration span = parts.matches()
                ? Duration.of(Long.parseLong(parts.group(1)), UNITS.getOrDefault(parts.group(2), ChronoUnit.SECONDS))
                : Duration.ZERO;
        if (span.isZero() || span.compareTo(LONGEST) > 0) {
            throw new WrongUsage(found.where + " is no time to wait: '" + found.value
                    + "'. It is 90s, 15m, 24h or 7d, at most 30d.");
        }
        return span;
    }

    private static @Nullable Path shell(@Nullable Found chosen, @Nullable Found root, Path home) {
        if (chosen == null || chosen.value.equals("off")) {
            return null;
        }
        if (!chosen.value.equals("on")) {
            throw new WrongUsage(chosen.where + " is neither on nor off: '" + chosen.value + "'.");
        }
        return root == null ? home.resolve("shell") : shellRoot(root);
    }

    private static Path shellRoot(Found root) {
        try {
            Path folder = Path.of(root.value);
            if (!folder.isAbsolute() || folder.getParent() == null || Files.isRegularFile(folder)) {
                throw new WrongUsage(root.where + " can't be used: '" + root.value
                        + "'. It is the absolute path of a folder that commands may write to, and not the whole disk.");
            }
            return folder.normalize();
        } catch (InvalidPathException e) {
            throw new WrongUsage(root.where + " is no path: " + e.getReason() + ".");
        }
    }

    private static @Nullable UUID session(@Nullable Found found) {
        if (found == null) {
            return null;
        }
        UUID session = uuid(found.value);
        if (session == null) {
            throw new WrongUsage(found.where + " is no UUID: '" + found.value
                    + "'. A session looks like 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f; without one, a new one is made.");
        }
        return session;
    }

    private static @Nullable String present(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** A value and the words that name where it stands. */
    private record Found(String where, String value) {}

    /** Where values are looked for, in that order. */
    private static final class Sources {
        private final Map<String, String> environment;
        private final Path file;
        private final Properties properties;

        Sources(Map<String, String> environment, Path file) {
            this.environment = environment;
            this.file = file;
            this.properties = load(file);
        }

        @Nullable
        Found find(String name) {
            return find(name, name, null);
        }

        @Nullable
        Found find(String name, String flag, @Nullable String flagValue) {
            if (flagValue != null) {
                return new Found(flag, flagValue);
            }
            String value = present(environment, name);
            if (value != null) {
                return new Found(name, value);
            }
            String kept = properties.getProperty(name, "").strip();
            return kept.isEmpty() ? null : new Found(name + " in " + file, kept);
        }

        private static Properties load(Path file) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (NoSuchFileException none) {
                return properties;
            } catch (IOException | IllegalArgumentException e) {
                throw new WrongUsage(
                        file + " can't be read: it is lines of NAME=value in UTF-8. (" + e.getMessage() + ")");
            }
            Set<String> names = properties.stringPropertyNames();
            names.stream()
                    .filter(name -> !FILE_KEYS.contains(name))
                    .sorted()
                    .findFirst()
                    .ifPresent(name -> {
                        throw new WrongUsage(file + " holds an unknown name: " + name + ". Known are "
                                + String.join(", ", FILE_KEYS) + ".");
                    });
            return properties;
        }
    }
}
