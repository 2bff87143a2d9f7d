package dev.recourse.activities.crm;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text as it is kept: composed (NFC), without blanks around it or more than one between words. */
final class Line {
    private static final Pattern BLANKS = Pattern.compile("[\\s\\x85\\p{Z}]+");

    /** What the schemas' lines refuse; a field of free text loses it. */
    private static final Pattern HIDDEN = Pattern.compile(
            "[\\p{Cc}\\xAD\\u061C\\u180E\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB&&[^\\s\\x85]]+");

    /** What nobody sees: control, format, fillers, selectors. A text of these alone says nothing. */
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F"
                    + "\\u2800\\u3164\\uFE00-\\uFE0F\\uFFA0\\x{E0100}-\\x{E01EF}]+");

    private Line() {}

    /**
     * A text that must say something.
     *
     * @param field JSON Pointer that a refusal names
     * @param missing code of the refusal if nothing can be read
     * @param max characters it may have
     */
    static String required(String field, @Nullable String text, String missing, int max) {
        return said(field, optional(field, text, max), missing);
    }

    /** A text that may be absent; one in which nothing can be read is. */
    static @Nullable String optional(String field, @Nullable String text, int max) {
        return readable(field, text == null ? "" : tidy(text), max);
    }

    /** What {@link #optional} gave, if it is there. */
    static String said(String field, @Nullable String kept, String missing) {
        if (kept == null) {
            throw ToolFailure.field(new Violation(field, missing));
        }
        return kept;
    }

    /** A text that is tidy already; null if nothing can be read in it. */
    static @Nullable String readable(String field, String kept, int max) {
        if (visible(kept).isBlank()) {
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
        return BLANKS.matcher(composed(text)).replaceAll(" ").strip();
    }

    /** The text with its blanks as they are. */
    static String composed(String text) {
        return Normalizer.normalize(HIDDEN.matcher(text).replaceAll(""), Normalizer.Form.NFC);
    }

    /**
     * The same for all texts that read the same: compatible forms, upper and lower case. Made here, character by
     * character, so that no server's alphabet has a say.
     */
    static String key(String text) {
        StringBuilder folded = new StringBuilder();
        Normalizer.normalize(visible(text), Normalizer.Form.NFKC)
                .codePoints()
                .map(Character::toUpperCase)
                .map(Character::toLowerCase)
                .forEach(folded::appendCodePoint);
        return tidy(Normalizer.normalize(folded, Normalizer.Form.NFKC));
    }

    /** The text without what nobody sees. */
    static String visible(String text) {
        return INVISIBLE.matcher(text).replaceAll("");
    }
}
