package dev.recourse.activities.call;

import dev.recourse.activities.call.Rules.Reference;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a workspace as a map of facts, by {@code table/id}: the second opinion on what an undo should do, over
 * states where the undo itself works on images.
 */
record Rows(Map<String, Map<String, String>> all) {

    private static final Set<String> BOOKKEEPING = Set.of("version", "updated_at");

    /** The same without the columns that an undo neither compares nor restores. */
    Rows business() {
        Rows business = copy();
        business.all.values().forEach(facts -> facts.keySet().removeAll(BOOKKEEPING));
        return business;
    }

    Rows copy() {
        Map<String, Map<String, String>> copy = new TreeMap<>();
        all.forEach((row, facts) -> copy.put(row, new TreeMap<>(facts)));
        return new Rows(copy);
    }

    /** What the undo of {@code before -> after} should make of this; null if it should be a conflict. */
    @Nullable
    Rows undone(Rows before, Rows after, Rules rules) {
        Rows result = copy();
        boolean conflict = false;
        for (String row : both(before.all.keySet(), after.all.keySet())) {
            conflict |= !result.takeBack(row, before.all.get(row), after.all.get(row));
        }
        result.keepWhatIsUsed(this, before, after, rules);
        return conflict || !result.sound(rules) ? null : result;
    }

    /** Answers false if somebody has changed since what the execution changed. */
    private boolean takeBack(String row, @Nullable Map<String, String> before, @Nullable Map<String, String> after) {
        Map<String, String> now = all.get(row);
        if (Objects.equals(before, after)) {
            return true;
        }
        if (before == null) {
            all.remove(row);
            return now == null || now.equals(after);
        }
        if (after == null) {
            all.put(row, new TreeMap<>(before));
            return now == null || now.equals(before);
        }
        return now != null && takeBack(now, before, after);
    }

    private static boolean takeBack(Map<String, String> now, Map<String, String> before, Map<String, String> after) {
        boolean clean = true;
        for (String fact : both(before.keySet(), after.keySet())) {
            String was = before.get(fact);
            String left = after.get(fact);
            String is = now.get(fact);
            if (!Objects.equals(was, left) && !Objects.equals(is, was)) {
                clean &= Objects.equals(is, left);
                put(now, fact, was);
            }
        }
        return clean;
    }

    /** A shared row that the execution made stays while somebody points at it, or at the whole that it is a part of. */
    private void keepWhatIsUsed(Rows now, Rows before, Rows after, Rules rules) {
        List<String> made = after.all.keySet().stream()
                .filter(row -> !before.all.containsKey(row) && rules.shared().contains(table(row)))
                .sorted(Comparator.<String>comparingInt(row -> part(row, rules) ? 0 : 1)
                        .thenComparing(Comparator.reverseOrder())) // parts before wholes, the newest first
                .toList();
        for (String row : made) {
            Map<String, String> facts = Objects.requireNonNull(after.all.get(row));
            boolean used = pointedAt(row, rules)
                    || rules.references().stream()
                            .filter(reference -> reference.table().equals(table(row)))
                            .map(reference -> reference.target(facts))
                            .anyMatch(whole -> made.contains(whole) && pointedAt(whole, rules));
            if (used && now.all.containsKey(row)) {
                all.put(row, new TreeMap<>(facts));
            }
        }
    }

    private static boolean part(String row, Rules rules) {
        return rules.references().stream()
                .anyMatch(reference ->
                        reference.table().equals(table(row)) && rules.shared().contains(reference.to()));
    }

    private boolean pointedAt(String target, Rules rules) {
        return all.entrySet().stream()
                .anyMatch(row -> rules.references().stream()
                        .anyMatch(reference -> reference.table().equals(table(row.getKey()))
                                && reference.target(row.getValue()).equals(target)));
    }

    /** Whether keys are unique and every reference has its row. */
    private boolean sound(Rules rules) {
        Set<String> unique = new TreeSet<>();
        return all.entrySet().stream().allMatch(row -> {
            String table = table(row.getKey());
            Map<String, String> facts = row.getValue();
            return rules.keys().stream()
                            .filter(key -> key.table().equals(table) && key.counts(facts))
                            .map(key -> key.name() + " "
                                    + key.columns().stream()
                                            .map(column -> text(facts, column))
                                            .toList())
                            .allMatch(key -> key.contains("null") || unique.add(key))
                    && rules.references().stream()
                            .filter(reference -> reference.table().equals(table))
                            .allMatch(reference -> satisfied(reference, facts));
        });
    }

    private boolean satisfied(Reference reference, Map<String, String> facts) {
        String target = reference.target(facts);
        Map<String, String> there = all.get(target);
        return target.isEmpty() || (there != null && reference.fits(facts, there));
    }

    /** What somebody did to the rows, done here once more: the rows they made, removed, and the facts they set. */
    void follow(Rows before, Rows after) {
        for (String row : both(before.all.keySet(), after.all.keySet())) {
            Map<String, String> was = before.all.get(row);
            Map<String, String> is = after.all.get(row);
            Map<String, String> here = all.get(row);
            if (is == null) {
                all.remove(row);
            } else if (was == null) {
                all.put(row, new TreeMap<>(is));
            } else if (here != null) {
                both(was.keySet(), is.keySet()).stream()
                        .filter(fact -> !Objects.equals(was.get(fact), is.get(fact)))
                        .forEach(fact -> put(here, fact, is.get(fact)));
            }
        }
    }

    /**
     * Notes the facts, and the rows, that somebody changed just now to what an execution had made of them.
     *
     * @param before what the execution found, {@code after} what it left
     * @param earlier these rows before somebody changed them
     */
    void backTo(Rows before, Rows after, Rows earlier, Set<String> back) {
        all.forEach((row, facts) -> {
            Map<String, String> found = before.all.getOrDefault(row, Map.of());
            Map<String, String> left = after.all.getOrDefault(row, Map.of());
            Map<String, String> was = earlier.all.getOrDefault(row, Map.of());
            if (was.isEmpty() && found.isEmpty() && !left.isEmpty()) {
                back.add(row);
            }
            for (String fact : both(both(found.keySet(), left.keySet()), both(facts.keySet(), was.keySet()))) {
                if (!Objects.equals(found.get(fact), left.get(fact))
                        && !Objects.equals(facts.get(fact), was.get(fact))
                        && Objects.equals(facts.get(fact), left.get(fact))) {
                    back.add(row + " " + fact);
                }
            }
        });
    }

    /** Leaves these facts and rows out. */
    void forget(Set<String> these) {
        for (String each : these) {
            int blank = each.indexOf(' ');
            if (blank < 0) {
                all.remove(each);
            } else if (all.containsKey(each.substring(0, blank))) {
                Objects.requireNonNull(all.get(each.substring(0, blank))).remove(each.substring(blank + 1));
            }
        }
    }

    /** The rows that differ, for a message. */
    String unlike(Rows other) {
        StringBuilder told = new StringBuilder();
        for (String row : both(all.keySet(), other.all.keySet())) {
            if (!Objects.equals(all.get(row), other.all.get(row))) {
                told.append("\n  ").append(row);
                told.append("\n    ").append(all.get(row)).append("\n    ").append(other.all.get(row));
            }
        }
        return told.toString();
    }

    static String table(String row) {
        return row.substring(0, row.indexOf('/'));
    }

    static String text(Map<String, String> facts, String fact) {
        return String.valueOf(facts.get(fact)).replace("\"", "");
    }

    private static void put(Map<String, String> facts, String fact, @Nullable String value) {
        if (value == null) {
            facts.remove(fact);
        } else {
            facts.put(fact, value);
        }
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        Set<String> both = new TreeSet<>(one);
        both.addAll(other);
        return both;
    }
}
