package dev.recourse.activities.shell.terms;

/** What the guard says about a command, and why; it never quotes the command. */
public record Verdict(Decision decision, Reason reason) {
    public static final Verdict ALLOW = new Verdict(Decision.ALLOW, Reason.HARMLESS);

    public static Verdict ask(Reason reason) {
        return new Verdict(Decision.ASK, reason);
    }

    public static Verdict deny(Reason reason) {
        return new Verdict(Decision.DENY, reason);
    }

    /** The stricter of the two; this one where they are equally strict. */
    public Verdict and(Verdict other) {
        return other.decision.compareTo(decision) > 0 ? other : this;
    }

    /** What is only a guess counts where it denies, and says nothing otherwise. */
    public Verdict ifDenied() {
        return denied() ? this : ALLOW;
    }

    public boolean denied() {
        return decision == Decision.DENY;
    }

    public boolean allowed() {
        return decision == Decision.ALLOW;
    }
}
