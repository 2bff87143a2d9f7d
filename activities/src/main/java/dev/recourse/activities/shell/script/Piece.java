package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * A word in the making: its characters, and for each a mark how it came about.
 *
 * <p>{@code q} was quoted, {@code u} stands there unquoted, {@code e} was expanded unquoted: only {@code e} is split at
 * blanks, only {@code u} has braces, and {@code q} is never looked for among files.
 */
final class Piece {
    private static final int MAX_BRACES = 256;

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder marks = new StringBuilder();
    private Word.Origin origin = Word.Origin.PLAIN;
    private boolean touched;

    void literal(String more, boolean quoted) {
        add(more, quoted ? 'q' : 'u');
    }

    void expanded(String more, boolean quoted) {
        add(more, quoted ? 'q' : 'e');
    }

    void expanded(Word word, boolean quoted) {
        expanded(word.text(), quoted);
        origin = origin.and(word.origin());
    }

    void unknown(boolean quoted, Word.Origin from) {
        expanded(Word.unknown(from), quoted);
    }

    /** Quotes make a word even where nothing stands between them. */
    void touch() {
        touched = true;
    }

    private void add(String more, char mark) {
        text.append(more);
        marks.append(String.valueOf(mark).repeat(more.length()));
        touched |= mark == 'q' || (mark == 'u' && !more.isEmpty());
    }

    /** All of it as one word. */
    Word whole() {
        return new Word(word(text.toString(), marks.toString()).text(), false, origin);
    }

    /** The words it is split into. */
    List<Word> words() {
        List<Word> words = new ArrayList<>();
        for (Braces.Marked each : Braces.spread(text.toString(), marks.toString(), MAX_BRACES)) {
            fields(each.text(), each.marks(), words);
        }
        return words;
    }

    private void fields(String chars, String how, List<Word> into) {
        int start = 0;
        int before = into.size();
        for (int i = 0; i <= chars.length(); i++) {
            boolean end = i == chars.length();
            if (end || (how.charAt(i) == 'e' && Character.isWhitespace(chars.charAt(i)))) {
                if (i > start) {
                    into.add(word(chars.substring(start, i), how.substring(start, i)));
                }
                start = i + 1;
            }
        }
        if (into.size() == before && touched) {
            into.add(new Word("", false, origin));
        }
    }

    private Word word(String chars, String how) {
        boolean glob = false;
        for (int i = 0; i < chars.length(); i++) {
            glob |= how.charAt(i) != 'q' && "*?[".indexOf(chars.charAt(i)) >= 0;
        }
        boolean home = chars.startsWith("~") && how.startsWith("u");
        return new Word(home ? Place.HOME_PATH + chars.replaceFirst("^[^/]*", "") : chars, glob, origin);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
