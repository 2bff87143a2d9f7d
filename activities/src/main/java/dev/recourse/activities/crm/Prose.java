package dev.recourse.activities.crm;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Text of one or more lines as it is kept: composed (NFC), every line tidy at its end, no blanks around the whole. */
final class Prose {
    private static final Pattern RARE_LINE_ENDS = Pattern.compile("[\\x0B\\f\\x85\\u2028\\u2029]");

    private Prose() {}

    /**
     * A text that must say something.
     *
     * @param field JSON Pointer that a refusal names
     * @param missing code of the refusal if nothing can be read
     * @param max characters it may have
     */
    static String required(String field, @Nullable String text, String missing, int max) {
        return Line.said(field, optional(field, text, max), missing);
    }

    /** A text that may be absent; one in which nothing can be read is. */
    static @Nullable String optional(String field, @Nullable String text, int max) {
        return Line.readable(field, text == null ? "" : tidy(text), max);
    }

    /** The text as it is kept, whatever it says. Doing it twice is the same as doing it once. */
    static String tidy(String text) {
        return RARE_LINE_ENDS
                .matcher(Line.composed(text))
                .replaceAll("\n")
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .strip();
    }
}
