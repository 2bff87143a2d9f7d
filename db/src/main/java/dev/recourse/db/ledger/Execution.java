package dev.recourse.db.ledger;

import dev.recourse.db.ledger.Answer.Outcome;
import dev.recourse.db.ledger.Answer.Status;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger as its readers need it.
 *
 * @param outcome as evidence has settled it since, where it was recorded as unknown
 * @param outputs JSON
 * @param error JSON, or null
 * @param undone whether an undo of it has been applied since
 */
public record Execution(
        UUID id,
        String tool,
        Request.Kind kind,
        String requestHash,
        Status status,
        Outcome outcome,
        String outputs,
        @Nullable String error,
        int durationMs,
        @Nullable UUID batchId,
        @Nullable Integer step,
        @Nullable UUID compensates,
        boolean undone) {

    /** Whether it left an effect that still stands. */
    public boolean stands() {
        return outcome == Outcome.APPLIED && !undone;
    }
}
