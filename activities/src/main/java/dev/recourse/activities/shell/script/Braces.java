package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brace expansion: {@code {a,b}} and {@code {1..3}} where neither quoted nor expanded. */
final class Braces {
    private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,9})\\.\\.(-?[0-9]{1,9})(\\.\\.-?[0-9]{1,9})?");
    private static final int MAX_RANGE = 64;

    private final int max;
    private final List<Marked> spread = new ArrayList<>();

    private Braces(int max) {
        this.max = max;
    }

    /** A text, and for each of its characters how it came about. */
    record Marked(String text, String marks) {

        Marked part(int from, int to) {
            return new Marked(text.substring(from, to), marks.substring(from, to));
        }

        Marked and(Marked other) {
            return new Marked(text + other.text, marks + other.marks);
        }

        /** A character that stands there unquoted; a blank for all others. */
        char bare(int index) {
            return marks.charAt(index) == 'u' ? text.charAt(index) : ' ';
        }

        static Marked quoted(String text) {
            return new Marked(text, "q".repeat(text.length()));
        }
    }

    /**
     * Everything that a text becomes.
     *
     * @throws NotUnderstood if that is more than {@code max}
     */
    static List<Marked> spread(String text, String marks, int max) {
        Braces braces = new Braces(max);
        braces.spread(new Marked(text, marks));
        return braces.spread;
    }

    private void spread(Marked all) {
        if (spread.size() > max) {
            throw NotUnderstood.deny(Reason.TOO_MANY);
        }
        int length = all.text.length();
        for (int open = 0; open < length; open++) {
            int close = all.bare(open) == '{' ? close(all, open) : -1;
            List<Marked> options = close < 0 ? List.of() : options(all, open, close);
            if (!options.isEmpty()) {
                for (Marked option : options) {
                    spread(all.part(0, open).and(option).and(all.part(close + 1, length)));
                }
                return;
            }
        }
        spread.add(all);
    }

    private static int close(Marked all, int open) {
        int depth = 0;
        for (int i = open; i < all.text.length(); i++) {
            depth += deeper(all.bare(i));
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static int deeper(char c) {
        return c == '{' ? 1 : c == '}' ? -1 : 0;
    }

    private static List<Marked> options(Marked all, int open, int close) {
        List<Marked> options = new ArrayList<>();
        int depth = 0;
        int start = open + 1;
        for (int i = open + 1; i <= close; i++) {
            char c = all.bare(i);
            if ((c == ',' && depth == 0) || i == close) {
                options.add(all.part(start, i));
                start = i + 1;
            }
            depth += deeper(c);
        }
        return options.size() > 1 ? options : range(all.text.substring(open + 1, close));
    }

    /** A long range becomes one unknown word. */
    private static List<Marked> range(String inner) {
        List<Marked> unknown = List.of(Marked.quoted(String.valueOf(Word.UNKNOWN)));
        Matcher range = RANGE.matcher(inner);
        if (!range.matches()) {
            return inner.matches("[a-zA-Z]\\.\\.[a-zA-Z]") ? unknown : List.of();
        }
        long from = Long.parseLong(range.group(1));
        long to = Long.parseLong(range.group(2));
        if (Math.abs(to - from) > MAX_RANGE || range.group(3) != null) {
            return unknown;
        }
        List<Marked> numbers = new ArrayList<>();
        for (long i = from; from <= to ? i <= to : i >= to; i += from <= to ? 1 : -1) {
            numbers.add(Marked.quoted(Long.toString(i)));
        }
        return numbers;
    }
}
