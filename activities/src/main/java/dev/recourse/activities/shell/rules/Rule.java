package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;

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
}
