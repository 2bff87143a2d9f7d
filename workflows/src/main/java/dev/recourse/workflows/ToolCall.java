package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.common.converter.RawValue;
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
}
