package dev.recourse.activities.shell;

import java.util.List;

/**
 * One word of a command after everything that can be known beforehand was expanded.
 *
 * @param text what it is, with {@link #UNKNOWN} for every piece that only the run will tell
 * @param glob whether the shell would look for files by it
 * @param origin where its unknown pieces come from
 */
record Word(String text, boolean glob, Origin origin) {
    /** A noncharacter: the guard refuses commands that hold it. */
    static final char UNKNOWN = '\uffff';

    /** Where text that is only known at the run comes from; the later, the worse. */
    enum Origin {
        PLAIN,
        DECODED,
        FETCHED;

        Origin and(Origin other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    static Word of(String text) {
        return new Word(text, false, Origin.PLAIN);
    }

    static List<Word> all(List<String> texts) {
        return texts.stream().map(Word::of).toList();
    }

    boolean known() {
        return text.indexOf(UNKNOWN) < 0;
    }

    /** What it would be if all that is unknown were empty. */
    String collapsed() {
        return text.replace(String.valueOf(UNKNOWN), "");
    }

    boolean is(String other) {
        return text.equals(other);
    }

    boolean isOption() {
        return text.length() > 1 && text.charAt(0) == '-';
    }

    /** The rest of the word from there on. */
    Word from(int index) {
        return new Word(text.substring(index), glob, origin);
    }
}
