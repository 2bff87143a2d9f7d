package dev.recourse.activities.crm;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.util.List;
import java.util.Map;
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
        String kept = optional(field, text, max);
        if (kept == null) {
            throw ToolFailure.field(new Violation(field, missing));
        }
        return kept;
    }

    /** A text that may be absent; one in which nothing can be read is. */
    static @Nullable String optional(String field, @Nullable String text, int max) {
        String kept = text == null ? "" : tidy(text);
        if (Line.visible(kept).isBlank()) {
            return null;
        }
        // composing can make a text longer
        if (kept.codePointCount(0, kept.length()) > max) {
            throw ToolFailure.invalid(List.of(new Violation(field, "LENGTH_AT_MOST", Map.of("max", max))));
        }
        return kept;
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
