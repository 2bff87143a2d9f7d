package dev.recourse.activities.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command reads from before it in a pipe, or from a here-document.
 *
 * @param there whether anything is there at all
 * @param text what it is, where that is known
 * @param words the words that flow in, as far as they can be told: what xargs may add to its command
 */
record Stdin(boolean there, @Nullable String text, Word.Origin origin, List<Word> words) {
    static final Stdin NONE = new Stdin(false, null, Word.Origin.PLAIN, List.of());
    static final Stdin UNKNOWN = new Stdin(true, null, Word.Origin.PLAIN, List.of());

    static Stdin text(String text) {
        return new Stdin(true, text, Word.Origin.PLAIN, split(text));
    }

    static List<Word> split(String text) {
        return text.isBlank() ? List.of() : Word.all(List.of(text.strip().split("\\s+", -1)));
    }
}
