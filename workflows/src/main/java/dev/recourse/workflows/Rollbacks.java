package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.CallKey;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.ChildWorkflowStub;
import io.temporal.workflow.Workflow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts a {@link Rollback} from inside another workflow. */
final class Rollbacks {

    private static final Pattern IN_WORKSPACE = Pattern.compile("([^/]+)/batch/.*");

    private Rollbacks() {}

    /**
     * Rolls back and waits, whether or not the caller was cancelled. How it ended is in the ledger; a rollback of the same
     * target that somebody else has started does as well.
     */
    static void asChild(ObjectNode request, CallKey key) {
        if (key.workspaceId() != null) {
            request.put("workspace_id", key.workspaceId());
        }
        if (key.agentSessionId() != null) {
            request.put("agent_session_id", key.agentSessionId().toString());
        }
        ChildWorkflowOptions options = ChildWorkflowOptions.newBuilder()
                .setWorkflowId(id(String.valueOf(key.batchId())))
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                .setStaticSummary("rolls back a batch")
                .build();
        Steps.detached(() -> {
            try {
                ChildWorkflowStub child = Workflow.newUntypedChildWorkflowStub("Rollback", options);
                return child.execute(JsonNode.class, request);
            } catch (ChildWorkflowFailure running) {
                return request;
            }
        });
    }

    private static String id(String target) {
        Matcher own = IN_WORKSPACE.matcher(Workflow.getInfo().getWorkflowId());
        return (own.matches() ? own.group(1) + "/" : "") + "rollback/" + target;
    }
}
