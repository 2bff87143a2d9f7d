package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One call made durable. */
@WorkflowInterface
public interface ToolCall {
    @WorkflowMethod
    JsonNode run(JsonNode request);
}
