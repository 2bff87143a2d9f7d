package dev.recourse.worker.cli;

import java.util.Collection;
import java.util.Optional;

/** What a mistyped word was probably meant to be, as the end of an error; words that people cut short included. */
final class Nearest {
    private static final int SHORTEST_START = 3;

    private Nearest() {}

    /** {@code "; did you mean 'x'?"}, or nothing. */
    static String hint(String word, Collection<String> known) {
        return to(word, known).map(near -> "; did you mean '" + near + "'?").orElse("");
    }

    /** The same where the sentence ends with it: a full stop where there is nothing to say. */
    static String end(String word, Collection<String> known) {
        String hint = hint(word, known);
        return hint.isEmpty() ? "." : hint;
    }

    private static Optional<String> to(String word, Collection<String> known) {
        return dev.recourse.activities.tool.Nearest.to(word, known, 1).stream()
                .findFirst()
                .or(() -> known.stream()
                        .filter(each -> word.length() >= SHORTEST_START && each.startsWith(word))
                        .sorted()
                        .findFirst());
    }
}
