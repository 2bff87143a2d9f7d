package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
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

    /** How far it is: {@code {"done", "total", "phase"}}; phase is {@code running} or {@code rolling_back}. */
    @QueryMethod(name = "progress")
    JsonNode progress();
}
