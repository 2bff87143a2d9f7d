package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One call of a tool, made durable. */
@WorkflowInterface
public interface ToolCall {

    /**
     * Runs {@code {"tool", "inputs"?, "dry_run"?, "call_id"?, "workspace_id"?, "agent_session_id"?}}.
     *
     * @param request any JSON; what is no call is refused with an error that names the field
     * @return the answer to a call: {@code execution_id}, {@code status}, {@code outputs} or {@code error}, …
     */
    @WorkflowMethod(name = "ToolCall")
    JsonNode run(RawValue request);

    /**
     * Decides on what this call waits for, as whoever signed the update, else as the worker's service principal.
     *
     * @param decision {@code {"approval_id"?, "decision": "approve" or "reject", "note"?}}
     * @return the answer to the call of {@code system.approval.decide} that it is
     */
    @UpdateMethod(name = "decide")
    JsonNode decide(RawValue decision);

    /** Refuses a decision where nothing waits for one, or something else does. */
    @UpdateValidatorMethod(updateName = "decide")
    void mayDecide(RawValue decision);

    /** Somebody may have decided elsewhere: the call looks, and believes what it finds. */
    @SignalMethod(name = "decided")
    void decided();

    /** {@code {"done", "total", "phase", "approval"?}}; phase is {@code running} or {@code waiting_for_approval}. */
    @QueryMethod(name = "progress")
    JsonNode progress();
}
