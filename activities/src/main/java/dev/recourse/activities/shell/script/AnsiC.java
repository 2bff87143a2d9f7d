package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Word;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The escapes of {@code $'…'}, {@code echo -e} and {@code printf}. */
final class AnsiC {
    private static final Pattern ESCAPE = Pattern.compile(
            "\\\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0?[0-7]{1,3}|c.|.)", Pattern.DOTALL);

    private AnsiC() {}

    static String decoded(String text) {
        Matcher escape = ESCAPE.matcher(text);
        return escape.replaceAll(found -> Matcher.quoteReplacement(one(found.group(1))));
    }

    private static String one(String escape) {
        char kind = escape.charAt(0);
        if ((kind == 'x' || kind == 'u' || kind == 'U') && escape.length() > 1) {
            return point(Integer.parseUnsignedInt(escape.substring(1), 16));
        }
        if (kind >= '0' && kind <= '7') {
            return point(Integer.parseInt(escape, 8) & 0xff);
        }
        return switch (kind) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'a', 'b', 'e', 'E', 'f', 'v' -> " ";
            case 'c' -> " ";
            case '\\', '\'', '"', '?' -> escape;
            default -> "\\" + escape;
        };
    }

    private static String point(int codePoint) {
        if (!Character.isValidCodePoint(codePoint) || codePoint == Word.UNKNOWN) {
            throw NotUnderstood.deny(Reason.DISGUISED);
        }
        return codePoint == 0 ? "" : Character.toString(codePoint);
    }
}
