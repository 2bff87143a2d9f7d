package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.recourse.activities.tool.TimeLimits;
import io.temporal.common.converter.RawValue;

/** {@link ToolCall}: the activity, and its answer whatever became of it. */
public final class CallRun implements ToolCall {

    private final Steps steps = new Steps();

    @Override
    public JsonNode run(RawValue request) {
        JsonNode json = CallRequest.read(request).orElse(NullNode.instance);
        return CallRequest.of(json)
                .map(call -> steps.call(call.tool(), call.inputs(), call.key(), TimeLimits.of(call.tool())))
                .orElseGet(() -> steps.refuseCall(request, CallRequest.sender(json)));
    }
}
