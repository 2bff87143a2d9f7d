package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The table of programs while it is written: each stands in it once. */
final class Rules {
    private final Map<String, Rule> rules = new HashMap<>();

    /** The same rule for all of these names. */
    void put(String names, Rule rule) {
        put(Names.of(names), rule);
    }

    void put(Collection<String> names, Rule rule) {
        names.forEach(name -> {
            if (rules.putIfAbsent(name, rule) != null) {
                throw new IllegalStateException("Two rules for " + name + ".");
            }
        });
    }

    Map<String, Rule> all() {
        return Map.copyOf(rules);
    }
}
