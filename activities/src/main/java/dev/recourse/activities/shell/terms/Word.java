package dev.recourse.activities.shell.terms;

import java.util.Collection;
import java.util.List;

/**
 * One word of a command after everything that can be known beforehand was expanded.
 *
 * @param text what it is, with {@link #UNKNOWN} for every piece that only the run will tell
 * @param glob whether the shell would look for files by it
 * @param origin where its unknown pieces come from
 */
public record Word(String text, boolean glob, Origin origin) {
    /** A noncharacter: the guard refuses commands that hold it. */
    public static final char UNKNOWN = '\uffff';

    /** Where text that is only known at the run comes from; the later, the worse. */
    public enum Origin {
        PLAIN,
        DECODED,
        FETCHED;

        public Origin and(Origin other) {
            return compareTo(other) >= 0 ? this : other;
        }

        /** The worst of them all. */
        public static Origin of(Collection<Word> words) {
            return words.stream().map(Word::origin).reduce(PLAIN, Origin::and);
        }

        /** What is said about running text that comes from there. */
        public Verdict verdict() {
            return switch (this) {
                case FETCHED -> Verdict.deny(Reason.FETCHED_CODE);
                case DECODED -> Verdict.deny(Reason.DECODED_CODE);
                case PLAIN -> Verdict.ask(Reason.DYNAMIC_COMMAND);
            };
        }
    }

    public static Word of(String text) {
        return new Word(text, false, Origin.PLAIN);
    }

    /** One of which nothing is known but where it comes from. */
    public static Word unknown(Origin origin) {
        return new Word(String.valueOf(UNKNOWN), false, origin);
    }

    public static List<Word> all(List<String> texts) {
        return texts.stream().map(Word::of).toList();
    }

    /** The words of a text that nothing is quoted in. */
    public static List<Word> split(String text) {
        return text.isBlank() ? List.of() : all(List.of(text.strip().split("\\s+", -1)));
    }

    /** The text of a line of words. */
    public static String joined(List<Word> words) {
        return String.join(" ", words.stream().map(Word::text).toList());
    }

    /** The text of the first of them; empty where there is none. */
    public static String first(List<Word> words) {
        return words.isEmpty() ? "" : words.get(0).text();
    }

    /** Whether a text would run something once it is evaluated, as an index of an array is. */
    public static boolean substitutes(String text) {
        return text.contains("$(") || text.contains("`");
    }

    public boolean known() {
        return text.indexOf(UNKNOWN) < 0;
    }

    /** What it would be if all that is unknown were empty. */
    public String collapsed() {
        return text.replace(String.valueOf(UNKNOWN), "");
    }

    public boolean is(String other) {
        return text.equals(other);
    }

    /** Whether its text is such, by a regular expression. */
    public boolean matches(String pattern) {
        return text.matches(pattern);
    }

    public boolean isOption() {
        return text.length() > 1 && text.charAt(0) == '-';
    }

    /** The same with another word in the place of a piece of it. */
    public Word with(String piece, Word other) {
        return new Word(text.replace(piece, other.text), glob, origin.and(other.origin));
    }

    /** The rest of the word from there on. */
    public Word from(int index) {
        return new Word(text.substring(index), glob, origin);
    }
}
