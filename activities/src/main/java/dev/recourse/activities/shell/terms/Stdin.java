package dev.recourse.activities.shell.terms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command reads from before it in a pipe, or from a here-document.
 *
 * @param there whether anything is there at all
 * @param text what it is, where that is known
 * @param words the words that flow in, as far as they can be told: what xargs may add to its command
 */
public record Stdin(boolean there, @Nullable String text, Word.Origin origin, List<Word> words) {
    public static final Stdin NONE = new Stdin(false, null, Word.Origin.PLAIN, List.of());
    public static final Stdin UNKNOWN = unknown(Word.Origin.PLAIN);

    public static Stdin text(String text) {
        return new Stdin(true, text, Word.Origin.PLAIN, Word.split(text));
    }

    /** Something that only the run will tell. */
    public static Stdin unknown(Word.Origin origin) {
        return new Stdin(true, null, origin, List.of());
    }
}
