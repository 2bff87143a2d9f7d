package dev.recourse.activities.shell.terms;

/** A command that can't be judged for certain: thrown inside the guard, and never out of it. */
public final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Verdict verdict;

    private NotUnderstood(Verdict verdict) {
        super(verdict.reason().name(), null, false, false);
        this.verdict = verdict;
    }

    public static NotUnderstood ask() {
        return new NotUnderstood(Verdict.ask(Reason.NOT_UNDERSTOOD));
    }

    public static NotUnderstood deny(Reason reason) {
        return new NotUnderstood(Verdict.deny(reason));
    }

    public Verdict verdict() {
        return verdict;
    }
}
