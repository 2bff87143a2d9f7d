package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Ordered calls; all or nothing unless asked otherwise. */
@WorkflowInterface
public interface ToolBatch {

    /**
     * Runs a batch.
     *
     * @param request the batch file's JSON; what is none is refused with an error that names the field
     * @return {@code batch_id}, {@code status}, and per step what became of it
     */
    @WorkflowMethod(name = "ToolBatch")
    JsonNode run(RawValue request);

    /** Stops before the next step and rolls back what was done, if the batch is atomic; answers the result. */
    @UpdateMethod(name = "abort")
    JsonNode abort();

    /**
     * Decides on what this batch waits for, as whoever signed the update, else as the worker's service principal.
     *
     * @param decision {@code {"approval_id"?, "decision": "approve" or "reject", "note"?}}
     * @return the answer to the call of {@code system.approval.decide} that it is
     */
    @UpdateMethod(name = "decide")
    JsonNode decide(RawValue decision);

    /** Refuses a decision where nothing waits for one, or something else does. */
    @UpdateValidatorMethod(updateName = "decide")
    void mayDecide(RawValue decision);

    /** Somebody may have decided elsewhere: the batch looks, and believes what it finds. */
    @SignalMethod(name = "decided")
    void decided();

    /**
     * How far it is: {@code {"done", "total", "phase", "approval"?}}; phase is {@code running}, {@code waiting_for_approval} or
     * {@code rolling_back}.
     */
    @QueryMethod(name = "progress")
    JsonNode progress();
}
