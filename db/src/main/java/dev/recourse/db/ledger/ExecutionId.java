package dev.recourse.db.ledger;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/**
 * The ids of executions: the same for every delivery of the same call, so that a replay, a zombie and a resolver meet on
 * one key. The workspace is part of every id: nobody can take another tenant's.
 */
public final class ExecutionId {

    private ExecutionId() {}

    /** Of a single call that its client gave an id. */
    public static UUID ofCall(UUID workspace, UUID call) {
        return named(workspace, "call/" + call);
    }

    /** Of a step of a batch. */
    public static UUID ofStep(UUID workspace, UUID batch, int step) {
        return named(workspace, "batch/" + batch + "/" + step);
    }

    /** Of the claim that a batch itself makes when it opens. */
    public static UUID ofBatch(UUID workspace, UUID batch) {
        return named(workspace, "batch/" + batch);
    }

    /** Of a call without an id of its own: where it stands in its workflow. */
    public static UUID ofActivity(UUID workspace, String place) {
        return named(workspace, "activity/" + place);
    }

    /** Of the n-th try to undo an execution. */
    public static UUID ofUndo(UUID original, int failedBefore) {
        return named(original, "undo/" + failedBefore);
    }

    /** Of something that must stand in nobody's way: a dry run, a refused second use of an id. */
    public static UUID random() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    private static UUID named(UUID space, String name) {
        return UuidCreator.getNameBasedSha1(space, name);
    }
}
