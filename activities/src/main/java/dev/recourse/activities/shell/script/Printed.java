package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What echo, printf and the like print, where that can be known beforehand. */
final class Printed {

    private Printed() {}

    /** What the program prints with these arguments; null where only the run will tell. */
    static @Nullable String by(String program, List<String> args) {
        return switch (program) {
            case "echo" -> echo(args);
            case "printf" -> printf(args);
            case "pwd" -> args.isEmpty() ? Place.FOLDER : null;
            case "which" -> args.size() == 1 ? args.get(0) : null;
            case "command", "type" -> args.size() == 2 && args.get(0).startsWith("-") ? args.get(1) : null;
            case "dirname" -> args.size() == 1 && args.get(0).matches("/[^/]*") ? "/" : null;
            default -> null;
        };
    }

    private static String echo(List<String> args) {
        List<String> words = new ArrayList<>(args);
        boolean escapes = false;
        while (!words.isEmpty() && words.get(0).matches("-[neE]+")) {
            escapes |= words.remove(0).contains("e");
        }
        String text = String.join(" ", words);
        return escapes ? AnsiC.decoded(text) : text;
    }

    private static @Nullable String printf(List<String> args) {
        if (args.isEmpty() || (args.get(0).startsWith("-") && !args.get(0).equals("--"))) {
            return null;
        }
        List<String> rest = new ArrayList<>(args.get(0).equals("--") ? args.subList(1, args.size()) : args);
        if (rest.isEmpty()) {
            return null;
        }
        String format = AnsiC.decoded(rest.remove(0));
        StringBuilder printed = new StringBuilder();
        do {
            int before = rest.size();
            String once = once(format, rest);
            if (once == null) {
                return null;
            }
            printed.append(once);
            if (rest.size() == before) {
                break;
            }
        } while (!rest.isEmpty());
        return printed.toString();
    }

    private static @Nullable String once(String format, List<String> rest) {
        StringBuilder printed = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            if (format.charAt(i) != '%') {
                printed.append(format.charAt(i));
                continue;
            }
            char kind = ++i < format.length() ? format.charAt(i) : ' ';
            if (kind == '%') {
                printed.append('%');
            } else if (kind == 's' || kind == 'b') {
                String value = rest.isEmpty() ? "" : rest.remove(0);
                printed.append(kind == 'b' ? AnsiC.decoded(value) : value);
            } else {
                return null;
            }
        }
        return printed.toString();
    }
}
