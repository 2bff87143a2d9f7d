package dev.recourse.activities.whatsapp;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Links that WhatsApp is asked to fetch a file from.
 *
 * <p>We never fetch them. A link is taken only in its plainest form, where everybody who reads it sees the same host:
 * https, a name in the public DNS in ASCII, no address in place of a name, no user. What only a network of one's own
 * knows would tell strangers of it, and never work.
 */
final class MediaLink {
    private static final int MAX_CHARS = 2048;
    private static final int MAX_HOST_CHARS = 253;
    private static final int MAX_PORT = 65_535;

    private static final Pattern FORM = Pattern.compile("(?i:https)://(?<host>[A-Za-z0-9.-]+)(?::(?<port>[0-9]{1,5}))?"
            + "(?:[/?#][A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*)?");

    private static final Pattern HALF_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    /** What ends like this is read as an IPv4 address by someone: 1, 0x7f, 017700000001. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");

    /** Names that the public DNS does not have, or that stand for the machine which asks. */
    private static final Set<String> NOT_PUBLIC = Set.of(
            "localhost",
            "localdomain",
            "local",
            "internal",
            "intranet",
            "private",
            "corp",
            "home",
            "lan",
            "arpa",
            "test",
            "invalid",
            "onion",
            "alt");

    private MediaLink() {}

    /** The code that says what is wrong with a link; null for one that can be sent. */
    static @Nullable String broken(String link) {
        if (!link.regionMatches(true, 0, "https://", 0, "https://".length())) {
            return "LINK_NOT_HTTPS";
        }
        Matcher parts = FORM.matcher(link);
        boolean plain = link.length() <= MAX_CHARS
                && parts.matches()
                && port(parts.group("port"))
                && !HALF_ESCAPE.matcher(link).find();
        if (!plain) {
            return "LINK_INVALID";
        }
        return isPublic(parts.group("host")) ? null : "LINK_NOT_PUBLIC";
    }

    private static boolean port(@Nullable String port) {
        int number = port == null ? 1 : Integer.parseInt(port);
        return number >= 1 && number <= MAX_PORT;
    }

    private static boolean isPublic(String host) {
        String[] labels = host.split("\\.", -1);
        String last = labels[labels.length - 1];
        if (labels.length < 2
                || host.length() > MAX_HOST_CHARS
                || NUMBER.matcher(last).matches()
                || NOT_PUBLIC.contains(last.toLowerCase(Locale.ROOT))) {
            return false;
        }
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }
}
