package dev.recourse.worker;

import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.db.DatabaseAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody set, and the words that name where: each way to read it says what would be right, where it is not.
 *
 * @param where the flag, the variable, or the name in the file
 */
record Setting(String where, String value) {
    private static final int SHORTEST_KEY = 32;
    private static final int LAST_PORT = 65_535;
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Map<String, ChronoUnit> UNITS =
            Map.of("s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS, "d", ChronoUnit.DAYS);
    private static final Pattern WEB = Pattern.compile("https?://[^\\s@?#]+");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:/@]+):([0-9]{1,5})");

    /** Where it stands; what it is may be a secret. */
    @Override
    public String toString() {
        return where;
    }

    DatabaseAddress database() {
        try {
            return DatabaseAddress.parse(value);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(where + " can't be used: " + e.getMessage() + ".");
        }
    }

    String hostAndPort() {
        Matcher parts = HOST_AND_PORT.matcher(value);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > LAST_PORT) {
            throw new WrongUsage(where + " is no address: '" + value
                    + "'. It is a host and a port, such as temporal.example.com:7233.");
        }
        return value;
    }

    String workspace() {
        if (!Settings.namesWorkspace(value)) {
            throw new WrongUsage(where + " names no workspace: '" + value
                    + "'. It is the workspace's id (a UUID) or its slug (lower-case letters, digits, dashes).");
        }
        return value;
    }

    UUID session() {
        UUID session = Settings.uuid(value);
        if (session == null) {
            throw new WrongUsage(where + " is no UUID: '" + value
                    + "'. A session looks like 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f; without one, a new one is made.");
        }
        return session;
    }

    String identityKey() {
        if (value.length() < SHORTEST_KEY) {
            throw new WrongUsage(where + " is too short: a key has at least " + SHORTEST_KEY + " characters.");
        }
        return value;
    }

    /** The address of a web page, without slashes at the end. */
    String web() {
        if (!WEB.matcher(value).matches()) {
            throw new WrongUsage(where + " is no address of a web page: '" + value
                    + "'. It is where Temporal's UI is, such as http://localhost:8233.");
        }
        return value.replaceAll("/+$", "");
    }

    Duration approvalsWithin() {
        Matcher parts = SPAN.matcher(value);
        Duration span = parts.matches()
                ? Duration.of(Long.parseLong(parts.group(1)), UNITS.getOrDefault(parts.group(2), ChronoUnit.SECONDS))
                : Duration.ZERO;
        if (span.isZero() || span.compareTo(LONGEST) > 0) {
            throw new WrongUsage(
                    where + " is no time to wait: '" + value + "'. It is 90s, 15m, 24h or 7d, at most 30d.");
        }
        return span;
    }

    String whatsapp() {
        if (!Dialog360.possible(value)) {
            throw new WrongUsage(where + " can't be used: '" + value + "'. It is https, such as " + Dialog360.ADDRESS
                    + ", or http on this machine, such as http://127.0.0.1:9360.");
        }
        return value;
    }

    boolean on() {
        if (!value.equals("on") && !value.equals("off")) {
            throw new WrongUsage(where + " is neither on nor off: '" + value + "'.");
        }
        return value.equals("on");
    }

    /** The folder that the shell tool works in. */
    Path shellRoot() {
        try {
            Path folder = Path.of(value);
            if (!folder.isAbsolute() || folder.getParent() == null || Files.isRegularFile(folder)) {
                throw new WrongUsage(where + " can't be used: '" + value
                        + "'. It is the absolute path of a folder that commands may write to, and not the whole disk.");
            }
            return folder.normalize();
        } catch (InvalidPathException e) {
            throw new WrongUsage(where + " is no path: " + e.getReason() + ".");
        }
    }

    /** The folder where state lives; it need not exist. */
    Path home() {
        try {
            Path home = Path.of(value).toAbsolutePath().normalize();
            if (Files.exists(home) && !Files.isDirectory(home)) {
                throw new WrongUsage(where + " is a file: " + home + ". It must be a folder, or not exist yet.");
            }
            return home;
        } catch (InvalidPathException e) {
            throw new WrongUsage(where + " is no path: " + e.getReason() + ".");
        }
    }
}
