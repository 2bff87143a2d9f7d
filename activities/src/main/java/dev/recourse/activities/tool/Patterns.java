package dev.recourse.activities.tool;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every pattern a schema may use.
 *
 * <p>A closed list, because a pattern has to be tried against hostile strings (a test does) and needs a message that
 * says what it wants; a schema with any other pattern is refused when it is loaded. The constant's name, after
 * {@code PATTERN_}, is the message's code. All match the whole string.
 */
enum Patterns {
    /** A name on one line that shows what it is: no control, direction or zero-width characters except joiners. */
    LINE("^[^\\p{Cc}\\u00AD\\u061C\\u180E\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB]*$"),
    /** A tag's or field's name: letters of any script, digits, space, hyphen, underscore. */
    TAG("^[\\p{L}\\p{M}\\p{N} _-]+$"),
    /** A date with its time and a T between them, which the format date-time does without. */
    MOMENT("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[0-9.Z:+-]{1,20}$");

    private final Pattern pattern;

    Patterns(String regex) {
        this.pattern = Pattern.compile(regex);
    }

    static Optional<Patterns> of(String regex) {
        return Arrays.stream(values())
                .filter(each -> each.pattern.pattern().equals(regex))
                .findFirst();
    }

    boolean matches(String text) {
        return pattern.matcher(text).matches();
    }

    String code() {
        return "PATTERN_" + name();
    }
}
