package dev.recourse.worker.cli;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The known word that a mistyped one was probably meant to be. */
final class Nearest {
    private static final int LONGEST = 60;

    private Nearest() {}

    /** The nearest known word; null when none is near. */
    static @Nullable String to(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return null;
        }
        return known.stream()
                .filter(candidate -> near(word, candidate))
                .min(Comparator.<String>comparingInt(candidate -> edits(word, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }

    /** {@code "; did you mean 'x'?"}, or nothing. */
    static String hint(String word, Collection<String> known) {
        String nearest = to(word, known);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    private static boolean near(String word, String candidate) {
        return edits(word, candidate) <= Math.max(1, Math.max(word.length(), candidate.length()) / 3)
                || (word.length() >= 3 && candidate.startsWith(word));
    }

    /** How many letters have to be put in, left out, replaced or swapped with their neighbour. */
    private static int edits(String from, String to) {
        int[] twoAgo = new int[to.length() + 1];
        int[] before = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] now = new int[to.length() + 1];
            now[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                now[j] = Math.min(before[j - 1] + (same ? 0 : 1), 1 + Math.min(before[j], now[j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    now[j] = Math.min(now[j], twoAgo[j - 2] + 1);
                }
            }
            twoAgo = before;
            before = now;
        }
        return before[to.length()];
    }
}
