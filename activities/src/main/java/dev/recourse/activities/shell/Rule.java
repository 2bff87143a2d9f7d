package dev.recourse.activities.shell;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What is said about one program, by its arguments. */
@FunctionalInterface
interface Rule {
    Verdict judge(Invocation call);

    Rule ALLOW = call -> Verdict.ALLOW;

    static Rule ask(Reason reason) {
        return call -> Verdict.ask(reason);
    }

    /** Never, unless it is only asked what it does. */
    static Rule deny(Reason reason) {
        return call -> call.onlyHelp() ? Verdict.ALLOW : Verdict.deny(reason);
    }

    static void put(Map<String, Rule> rules, Rule rule, Collection<String> names) {
        names.forEach(name -> {
            if (rules.putIfAbsent(name, rule) != null) {
                throw new IllegalStateException("Two rules for " + name + ".");
            }
        });
    }

    static void put(Map<String, Rule> rules, Rule rule, String... names) {
        put(rules, rule, List.of(names));
    }
}
