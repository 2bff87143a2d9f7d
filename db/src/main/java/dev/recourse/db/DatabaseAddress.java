package dev.recourse.db;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who logs in; the password shows in no text made of it.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/db}, without credentials
 */
public record DatabaseAddress(
        String jdbcUrl, @Nullable String user, @Nullable String password) {

    private static final String HOST = "(?:[\\w.-]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?";

    /** Strict, so that a password with a raw special character is not taken for a host, a path or an option. */
    private static final Pattern URL = Pattern.compile("postgres(?:ql)?://"
            + "(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?"
            + "(?<hosts>" + HOST + "(?:," + HOST + ")*)?"
            + "(?<path>/[^/@?#]*)?"
            + "(?:\\?(?<options>[^=&@#]+=[^&@#]*(?:&[^=&@#]+=[^&@#]*)*)?)?");

    /**
     * Reads {@code postgresql://user:password@host:port/db} or the {@code jdbc:} form of it; user and password may also
     * be options, as JDBC has them.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right, and never the password
     */
    public static DatabaseAddress parse(String url) {
        Matcher parts = URL.matcher(url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a database URL looks like postgresql://user:password@host:port/database;"
                            + " special characters in user and password are written %40, %3A …");
        }
        String user = decoded(parts.group("user"));
        String password = decoded(parts.group("password"));
        StringJoiner options = new StringJoiner("&", "?", "").setEmptyValue("");
        for (String option : or(parts.group("options"), "").split("&", -1)) {
            if (option.startsWith("user=")) {
                user = decoded(option.substring("user=".length()));
            } else if (option.startsWith("password=")) {
                password = decoded(option.substring("password=".length()));
            } else if (!option.isEmpty()) {
                options.add(option);
            }
        }
        String where = or(parts.group("hosts"), "localhost") + or(parts.group("path"), "/");
        return new DatabaseAddress("jdbc:postgresql://" + where + options, user, password);
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    private static @Nullable String decoded(@Nullable String text) {
        try {
            return text == null ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "the database URL has a % in user or password that starts no %-code; the sign itself is written %25");
        }
    }

    /** Where it is, for messages: no user, no password, no options. */
    public String where() {
        return jdbcUrl.replaceFirst("^jdbc:", "").replaceFirst("//[^/]*@", "//").replaceFirst("\\?.*$", "");
    }

    @Override
    public String toString() {
        return where();
    }
}
