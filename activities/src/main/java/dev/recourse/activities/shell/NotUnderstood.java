package dev.recourse.activities.shell;

/** A command that can't be judged for certain: thrown inside the guard, and never out of it. */
final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Verdict verdict;

    NotUnderstood(Verdict verdict) {
        super(verdict.reason().name(), null, false, false);
        this.verdict = verdict;
    }

    static NotUnderstood ask() {
        return new NotUnderstood(Verdict.ask(Reason.NOT_UNDERSTOOD));
    }

    static NotUnderstood deny(Reason reason) {
        return new NotUnderstood(Verdict.deny(reason));
    }

    Verdict verdict() {
        return verdict;
    }
}
