package dev.recourse.activities.system;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with calls that wait for somebody's approval. */
@ActivityInterface
public interface ApprovalTools {
    /** Decides on a request of somebody else's; the first decision stands. */
    @ActivityMethod(name = "system.approval.decide")
    Decided decide(Ruling ruling);

    /** What waits, the newest last. */
    @ActivityMethod(name = "system.approval.list")
    Requests list(Query query);

    /** What may be decided. */
    enum Decision {
        @JsonProperty("approve")
        APPROVE,
        @JsonProperty("reject")
        REJECT;
    }

    /** A decision. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ruling(
            UUID approvalId, Decision decision, @Nullable String note) {}

    /**
     * A request that was decided on.
     *
     * @param workflowId of the workflow that waits, or null where none is known
     */
    record Decided(
            UUID approvalId,
            Decision decision,
            String tool,
            String requestedBy,
            String decidedBy,
            Instant decidedAt,
            @Nullable String workflowId) {}

    /**
     * Which requests.
     *
     * @param approvalId only this one, with inputs and preview of any length
     * @param pending only what can be decided on
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Query(@Nullable UUID approvalId, boolean pending, int limit) {}

    /** What was found. */
    record Requests(List<Waits> approvals) {
        public Requests {
            approvals = List.copyOf(approvals);
        }
    }

    /**
     * A request.
     *
     * @param status {@code pending}, {@code approved} (and not done yet), {@code used}, {@code rejected}, {@code expired},
     *     {@code withdrawn} or {@code closed}
     * @param reason why it asks, in a sentence
     * @param inputs of the call, or the batch file; null in lists where they are long, and so is the preview
     */
    record Waits(
            UUID approvalId,
            String status,
            String tool,
            @Nullable UUID batchId,
            String reason,
            String requestedBy,
            String source,
            @Nullable UUID agentSessionId,
            Instant requestedAt,
            Instant expiresAt,
            @Nullable String decidedBy,
            @Nullable String note,
            @Nullable JsonNode inputs,
            @Nullable JsonNode preview) {}
}
