package dev.recourse.activities.call;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a workspace as a map of facts: the second opinion on what an undo should do, over states where the undo
 * itself works on images.
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
    Rows undone(Rows before, Rows after) {
        Rows result = copy();
        boolean conflict = false;
        for (String row : both(before.all.keySet(), after.all.keySet())) {
            conflict |= !result.takeBack(row, before.all.get(row), after.all.get(row));
        }
        result.keepWhatIsUsed(before, after);
        return conflict || !result.sound() ? null : result;
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

    /** A tag that the execution made stays while it is on somebody's contact. */
    private void keepWhatIsUsed(Rows before, Rows after) {
        for (Map.Entry<String, Map<String, String>> row : Map.copyOf(all).entrySet()) {
            if (row.getKey().startsWith("contact_tags/")) {
                String tag = "tags/" + text(row.getValue(), "tag_id");
                Map<String, String> made = after.all.get(tag);
                if (!before.all.containsKey(tag) && made != null) {
                    all.putIfAbsent(tag, made);
                }
            }
        }
    }

    /** Whether keys are unique and every reference has its row. */
    private boolean sound() {
        Set<String> unique = new TreeSet<>();
        return all.entrySet().stream().allMatch(row -> {
            Map<String, String> facts = row.getValue();
            return switch (row.getKey().substring(0, row.getKey().indexOf('/'))) {
                case "contacts" ->
                    !text(facts, "archived_at").equals("null") || unique.add("phone " + facts.get("phone"));
                case "tags" -> unique.add("name " + facts.get("name_key"));
                default ->
                    unique.add("link " + facts.get("contact_id") + facts.get("tag_id"))
                            && all.containsKey("contacts/" + text(facts, "contact_id"))
                            && all.containsKey("tags/" + text(facts, "tag_id"));
            };
        });
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
