package dev.recourse.activities.call;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.ledger.ExecutionId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The second argument of a tool activity: which call this is. Everything may be absent; as JSON its names are
 * snake_case.
 *
 * @param callId from the client: the same id does it once
 * @param batchId with {@code step}: which step of which batch
 * @param place where a call without an id stands in its workflow; a reset keeps it
 * @param workspaceId id or slug; counts only where no signed identity says it
 * @param agentSessionId likewise
 * @param dryRun whether to answer what would be
 * @param envelope whether to answer the whole result of a call, or the outputs alone
 * @param approvalId of a step: the approval its batch runs under, so that it is held against that; it grants nothing
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CallKey(
        @Nullable UUID callId,
        @Nullable UUID batchId,
        @Nullable Integer step,
        @Nullable String place,
        @Nullable String workspaceId,
        @Nullable UUID agentSessionId,
        boolean dryRun,
        boolean envelope,
        @Nullable UUID approvalId) {

    /** What cannot be stored or sent names no workspace. */
    public CallKey {
        workspaceId = workspaceId == null ? null : Json.storable(workspaceId);
        if (step != null && step < 0) {
            throw new IllegalArgumentException("steps are counted from 0");
        }
    }

    /** From JSON: what is absent is not so. */
    @JsonCreator
    static CallKey of(
            @JsonProperty("call_id") @Nullable UUID callId,
            @JsonProperty("batch_id") @Nullable UUID batchId,
            @JsonProperty("step") @Nullable Integer step,
            @JsonProperty("place") @Nullable String place,
            @JsonProperty("workspace_id") @Nullable String workspaceId,
            @JsonProperty("agent_session_id") @Nullable UUID agentSessionId,
            @JsonProperty("dry_run") @Nullable Boolean dryRun,
            @JsonProperty("envelope") @Nullable Boolean envelope,
            @JsonProperty("approval_id") @Nullable UUID approvalId) {
        return new CallKey(
                callId,
                batchId,
                step,
                place,
                workspaceId,
                agentSessionId,
                Boolean.TRUE.equals(dryRun),
                Boolean.TRUE.equals(envelope),
                approvalId);
    }

    /** Of a call under nobody's approval. */
    public CallKey(
            @Nullable UUID callId,
            @Nullable UUID batchId,
            @Nullable Integer step,
            @Nullable String place,
            @Nullable String workspaceId,
            @Nullable UUID agentSessionId,
            boolean dryRun,
            boolean envelope) {
        this(callId, batchId, step, place, workspaceId, agentSessionId, dryRun, envelope, null);
    }

    /** Of a call that says nothing about itself. */
    public static final CallKey NONE = new CallKey(null, null, null, null, null, null, false, false);

    /** The same, standing at a place of its workflow. */
    public CallKey at(String where) {
        return new CallKey(callId, batchId, step, where, workspaceId, agentSessionId, dryRun, envelope, approvalId);
    }

    /** The same, of a step that runs under an approval. */
    public CallKey under(@Nullable UUID approval) {
        return new CallKey(callId, batchId, step, place, workspaceId, agentSessionId, dryRun, envelope, approval);
    }

    /** The same, of a dry run. */
    CallKey rehearsed() {
        return new CallKey(callId, batchId, step, place, workspaceId, agentSessionId, true, envelope, null);
    }

    /**
     * The id of the execution: the same for every delivery of the same call.
     *
     * @param activity the place of a call that has no other: it changes with a reset
     */
    UUID executionId(UUID workspace, String activity) {
        if (dryRun) {
            return ExecutionId.random();
        }
        if (callId != null) {
            return ExecutionId.ofCall(workspace, callId);
        }
        return batchId != null && step != null
                ? ExecutionId.ofStep(workspace, batchId, step)
                : ExecutionId.ofActivity(workspace, place == null ? activity : place);
    }
}
