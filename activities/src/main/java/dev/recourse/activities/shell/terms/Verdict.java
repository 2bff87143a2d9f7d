package dev.recourse.activities.shell.terms;

import java.util.List;
import java.util.function.Function;

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

    /** The same with what is said of each of these words. */
    public Verdict andEach(List<Word> words, Function<Word, Verdict> said) {
        return words.stream().map(said).reduce(this, Verdict::and);
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
