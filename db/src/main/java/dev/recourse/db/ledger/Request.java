package dev.recourse.db.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was asked, by whom and where from: the half of a ledger row that is known before anything is done.
 *
 * @param inputs JSON as asked (capped by the caller)
 * @param hash SHA-256 of tool and inputs, hex: the same id with another hash is another call
 * @param context JSON: {@code source}, and what the caller's edge knows (ip, user_agent)
 * @param compensates the execution this one undoes, for {@link Kind#UNDO} alone
 */
public record Request(
        UUID id,
        String tool,
        Kind kind,
        String inputs,
        String hash,
        String principal,
        @Nullable UUID agentSessionId,
        @Nullable String sessionId,
        String context,
        @Nullable UUID batchId,
        @Nullable Integer step,
        @Nullable UUID compensates,
        @Nullable String workflowId,
        @Nullable String runId,
        @Nullable String activityId,
        Instant startedAt) {

    /** What an execution is: a tool at work, the undo of one, or somebody's own activity. */
    public enum Kind {
        DO,
        UNDO,
        ACTIVITY
    }

    /** The same request under another id: where the id it came with is already somebody's. */
    public Request as(UUID other) {
        return with(tool, other, kind, batchId, step, compensates, startedAt);
    }

    /** The same request as a dry run of it, as its context says. */
    public Request rehearsed(UUID other, String itsContext) {
        return new Request(
                other,
                tool,
                kind,
                inputs,
                hash,
                principal,
                agentSessionId,
                sessionId,
                itsContext,
                batchId,
                step,
                compensates,
                workflowId,
                runId,
                activityId,
                startedAt);
    }

    /** The same request, begun at another time than what carried it. */
    public Request since(Instant began) {
        return with(tool, id, kind, batchId, step, compensates, began);
    }

    /** The same request by another name: where the name it came under is only what carried it. */
    public Request of(String otherTool) {
        return with(otherTool, id, kind, batchId, step, compensates, startedAt);
    }

    /** The same request as one attempt of an activity that is no tool. */
    public Request witnessed(UUID attempt) {
        return with(tool, attempt, Kind.ACTIVITY, null, null, null, startedAt);
    }

    /** The same request as the undo of an execution, in the batch that the execution was part of. */
    public Request undoing(UUID undoId, UUID original, @Nullable UUID itsBatch, @Nullable Integer itsStep) {
        return with(tool, undoId, Kind.UNDO, itsBatch, itsStep, original, startedAt);
    }

    private Request with(
            String newTool,
            UUID newId,
            Kind newKind,
            @Nullable UUID newBatch,
            @Nullable Integer newStep,
            @Nullable UUID newCompensates,
            Instant newStartedAt) {
        return new Request(
                newId,
                newTool,
                newKind,
                inputs,
                hash,
                principal,
                agentSessionId,
                sessionId,
                context,
                newBatch,
                newStep,
                newCompensates,
                workflowId,
                runId,
                activityId,
                newStartedAt);
    }
}
