package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The undo of an execution, a batch or a session, newest first, from the ledger. */
@WorkflowInterface
public interface Rollback {

    /**
     * Undoes {@code {"id", "plan"?}}; with {@code plan} it only says what it would do.
     *
     * @return {@code target}, {@code status} ({@code planned}, {@code undone}, {@code stuck} or {@code refused}), {@code
     *     items} and {@code counts}
     */
    @WorkflowMethod(name = "Rollback")
    JsonNode run(RawValue request);

    /** How far it is: {@code {"done", "total", "phase"}}. */
    @QueryMethod(name = "progress")
    JsonNode progress();
}
