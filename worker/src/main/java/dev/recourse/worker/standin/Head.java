package dev.recourse.worker.standin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The first lines of a request.
 *
 * @param path with its query
 * @param headers by name in lower case
 */
record Head(String method, String path, Map<String, String> headers) {
    private static final int MAX_LINE = 16_384;
    private static final int MAX_HEADERS = 100;
    private static final int WORDS = 3;
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");

    /** The next one; null where the connection ended before it began. */
    static @Nullable Head read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        String[] words = first.split(" ", -1);
        if (words.length != WORDS) {
            throw new IOException("no HTTP");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() == MAX_HEADERS) {
                throw new IOException("no header");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Head(words[0], words[1], headers);
    }

    /** The body's length; -1 where it is not said. */
    long declared() {
        String length = header("content-length");
        return LENGTH.matcher(length).matches() ? Long.parseLong(length) : -1;
    }

    /** A header, empty where there is none. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The path without its query. */
    String place() {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** A number of the query. */
    int number(String name, int otherwise) {
        for (String part :
                path.substring(Math.min(path.length(), place().length() + 1)).split("&", -1)) {
            String value = part.startsWith(name + "=") ? part.substring(name.length() + 1) : "";
            if (LENGTH.matcher(value).matches()) {
                return Integer.parseInt(value);
            }
        }
        return otherwise;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new EOFException("half a line");
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("a line without end");
            }
            line.append((char) c);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }

    /** Text as it goes over the wire. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
