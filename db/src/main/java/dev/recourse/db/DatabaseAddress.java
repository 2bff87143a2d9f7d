package dev.recourse.db;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who logs in; the password shows in no text made of it.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/db}, without credentials
 */
public record DatabaseAddress(
        String jdbcUrl, @Nullable String user, @Nullable String password) {

    /**
     * Reads {@code postgresql://user:password@host:port/db} or the {@code jdbc:} form of it.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right, and never the password
     */
    public static DatabaseAddress parse(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseAddress(url, null, null);
        }
        if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
            throw new IllegalArgumentException(
                    "a database URL looks like postgresql://user:password@host:port/database");
        }
        try {
            URI uri = URI.create(url);
            String[] login = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String host = uri.getHost() == null ? "localhost" : uri.getHost();
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return new DatabaseAddress(
                    "jdbc:postgresql://" + host + port + uri.getRawPath() + query,
                    login.length > 0 ? decoded(login[0]) : null,
                    login.length > 1 ? decoded(login[1]) : null);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "the database URL cannot be read; special characters in user and password are written %40, %3A …");
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Where it is, for messages: no user, no password, no options. */
    public String where() {
        return jdbcUrl.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "");
    }

    @Override
    public String toString() {
        return where();
    }
}
