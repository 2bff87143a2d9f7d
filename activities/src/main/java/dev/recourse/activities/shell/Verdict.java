package dev.recourse.activities.shell;

/** What the guard says about a command, and why; it never quotes the command. */
public record Verdict(Decision decision, Reason reason) {
    static final Verdict ALLOW = new Verdict(Decision.ALLOW, Reason.HARMLESS);

    static Verdict ask(Reason reason) {
        return new Verdict(Decision.ASK, reason);
    }

    static Verdict deny(Reason reason) {
        return new Verdict(Decision.DENY, reason);
    }

    /** The stricter of the two; this one where they are equally strict. */
    Verdict and(Verdict other) {
        return other.decision.compareTo(decision) > 0 ? other : this;
    }

    boolean denied() {
        return decision == Decision.DENY;
    }

    boolean allowed() {
        return decision == Decision.ALLOW;
    }
}
