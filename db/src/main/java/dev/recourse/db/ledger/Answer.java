package dev.recourse.db.ledger;

import org.jspecify.annotations.Nullable;

/**
 * How it ended: the half of a ledger row that is known afterwards.
 *
 * @param outcome what became of the effect; null lets the ledger say it: {@code APPLIED} if this transaction changed
 *     tracked rows for this execution, else {@code NONE}
 * @param outputs JSON
 * @param error JSON of the error as the caller gets it, for {@link Status#ERROR} alone
 * @param stack for operators alone
 */
public record Answer(
        Status status,
        @Nullable Outcome outcome,
        String outputs,
        @Nullable String error,
        @Nullable String stack) {

    /** The three agreed words. */
    public enum Status {
        SUCCESS,
        ERROR,
        DRY_RUN
    }

    /** What became of the effect. */
    public enum Outcome {
        NONE,
        APPLIED,
        NOT_APPLIED,
        UNKNOWN
    }

    /** It worked; whether it changed anything the ledger sees for itself. */
    public static Answer success(String outputs) {
        return new Answer(Status.SUCCESS, null, outputs, null, null);
    }

    /** It worked, outside the database: what tracked rows it changed there is not all it did. */
    public static Answer applied(String outputs) {
        return new Answer(Status.SUCCESS, Outcome.APPLIED, outputs, null, null);
    }

    /** It began outside the database, and nobody can say how it ended. */
    public static Answer unknown(String error, @Nullable String stack) {
        return new Answer(Status.ERROR, Outcome.UNKNOWN, "{}", error, stack);
    }

    /** It would work. */
    public static Answer dryRun(String outputs) {
        return new Answer(Status.DRY_RUN, Outcome.NONE, outputs, null, null);
    }

    /** It was refused before it began, or is a dry run that would fail. */
    public static Answer refused(String error) {
        return new Answer(Status.ERROR, Outcome.NONE, "{}", error, null);
    }

    /** It began and was rolled back, or can no longer happen. */
    public static Answer notApplied(String error, @Nullable String stack) {
        return new Answer(Status.ERROR, Outcome.NOT_APPLIED, "{}", error, stack);
    }
}
