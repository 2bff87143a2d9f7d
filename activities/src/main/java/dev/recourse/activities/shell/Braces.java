package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brace expansion: {@code {a,b}} and {@code {1..3}} where neither quoted nor expanded. */
final class Braces {
    private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,9})\\.\\.(-?[0-9]{1,9})(\\.\\.-?[0-9]{1,9})?");
    private static final int MAX_RANGE = 64;

    private Braces() {}

    /** Adds every pair of text and marks that it becomes; over {@code max} it can't be judged. */
    static void spread(String text, String marks, List<String[]> into, int max) {
        if (into.size() > max) {
            throw NotUnderstood.deny(Reason.TOO_MANY);
        }
        int open = 0;
        while ((open = bare(text, marks, '{', open)) >= 0) {
            int close = close(text, marks, open);
            List<String[]> options = close < 0 ? List.of() : options(text, marks, open, close);
            if (!options.isEmpty()) {
                for (String[] option : options) {
                    spread(
                            text.substring(0, open) + option[0] + text.substring(close + 1),
                            marks.substring(0, open) + option[1] + marks.substring(close + 1),
                            into,
                            max);
                }
                return;
            }
            open++;
        }
        into.add(new String[] {text, marks});
    }

    private static int bare(String text, String marks, char wanted, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == wanted && marks.charAt(i) == 'u') {
                return i;
            }
        }
        return -1;
    }

    private static int close(String text, String marks, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            if (marks.charAt(i) == 'u') {
                depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
                if (depth == 0) {
                    return i;
                }
            }
        }
        return -1;
    }

    private static List<String[]> options(String text, String marks, int open, int close) {
        List<String[]> options = new ArrayList<>();
        int depth = 0;
        int start = open + 1;
        for (int i = open + 1; i <= close; i++) {
            char c = marks.charAt(i) == 'u' ? text.charAt(i) : ' ';
            if ((c == ',' && depth == 0) || i == close) {
                options.add(new String[] {text.substring(start, i), marks.substring(start, i)});
                start = i + 1;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return options.size() > 1 ? options : range(text.substring(open + 1, close));
    }

    /** A long range becomes one unknown word. */
    private static List<String[]> range(String inner) {
        Matcher range = RANGE.matcher(inner);
        if (!range.matches()) {
            return inner.matches("[a-zA-Z]\\.\\.[a-zA-Z]") ? unknown() : List.of();
        }
        long from = Long.parseLong(range.group(1));
        long to = Long.parseLong(range.group(2));
        if (Math.abs(to - from) > MAX_RANGE || range.group(3) != null) {
            return unknown();
        }
        List<String[]> numbers = new ArrayList<>();
        for (long i = from; from <= to ? i <= to : i >= to; i += from <= to ? 1 : -1) {
            String number = Long.toString(i);
            numbers.add(new String[] {number, "q".repeat(number.length())});
        }
        return numbers;
    }

    private static List<String[]> unknown() {
        return List.<String[]>of(new String[] {String.valueOf(Word.UNKNOWN), "q"});
    }
}
