package dev.recourse.activities.tool;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The known words a mistyped one was probably meant to be. */
public final class Nearest {
    /** Longer words are nobody's typo, and comparing them costs the square of their length. */
    private static final int MAX_CHARS = 100;

    private Nearest() {}

    /** At most {@code limit} of {@code known}, nearest first; empty when none is near enough to be a likely meaning. */
    public static List<String> to(String word, Collection<String> known, int limit) {
        if (word.length() > MAX_CHARS) {
            return List.of();
        }
        String typed = folded(word);
        return known.stream()
                .filter(candidate -> candidate.length() <= MAX_CHARS)
                .map(candidate -> new Candidate(candidate, distance(typed, folded(candidate))))
                .filter(candidate ->
                        candidate.distance <= Math.max(2, Math.max(typed.length(), candidate.word.length()) / 3))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
                .limit(limit)
                .map(Candidate::word)
                .toList();
    }

    private static String folded(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
    private static int distance(String from, String to) {
        int[][] steps = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : cheapest(steps, from, to, i, j);
            }
        }
        return steps[from.length()][to.length()];
    }

    private static int cheapest(int[][] steps, String from, String to, int i, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int best = Math.min(steps[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(best, 1 + steps[i - 2][j - 2]) : best;
    }

    private record Candidate(String word, int distance) {}
}
