package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.tool.TimeLimits;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.Workflow;

/** {@link ToolCall}: the activity, and its answer whatever became of it. */
public final class CallRun implements ToolCall {

    private final Steps steps = new Steps();
    private boolean done;

    @Override
    public JsonNode run(RawValue request) {
        JsonNode json = CallRequest.read(request).orElse(NullNode.instance);
        JsonNode answer = CallRequest.of(json)
                .map(this::called)
                .orElseGet(() -> steps.refuseCall(request, CallRequest.sender(json)));
        done = true;
        return Steps.detached(() -> {
            Workflow.await(Workflow::isEveryHandlerFinished); // whoever decided gets an answer too
            return answer;
        });
    }

    private JsonNode called(CallRequest call) {
        JsonNode answer = steps.call(call.tool(), call.inputs(), call.key(), TimeLimits.of(call.tool()));
        if (call.tool().equals(Bookkeeping.DECIDE)) {
            Decisions.tell(answer);
        }
        return answer;
    }

    @Override
    public JsonNode decide(RawValue decision) {
        return steps.decisions().decide(decision);
    }

    @Override
    public void mayDecide(RawValue decision) {
        steps.decisions().check(decision);
    }

    @Override
    public void decided() {
        steps.decisions().look();
    }

    @Override
    public JsonNode progress() {
        return steps.decisions()
                .told(JsonNodeFactory.instance
                        .objectNode()
                        .put("done", done ? 1 : 0)
                        .put("total", 1)
                        .put("phase", "running"));
    }
}
