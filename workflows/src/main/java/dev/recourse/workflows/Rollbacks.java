package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.CallKey;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.ChildWorkflowStub;
import io.temporal.workflow.Workflow;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Starts a {@link Rollback} from inside another workflow. */
final class Rollbacks {

    private static final List<SearchAttributeKey<String>> OURS = Stream.of("AgentSessionId", "WorkspaceId", "BatchId")
            .map(SearchAttributeKey::forKeyword)
            .toList();
    private static final Pattern IN_WORKSPACE = Pattern.compile("([^/]+)/batch/.*");

    private Rollbacks() {}

    /**
     * Rolls back and waits, whether or not the caller was cancelled; how it ended is in the ledger. A rollback of the same
     * target that somebody else has started may have looked before the last step: beside it this one has an id of its own.
     */
    static void asChild(ObjectNode request, CallKey key) {
        if (key.workspaceId() != null) {
            request.put("workspace_id", key.workspaceId());
        }
        if (key.agentSessionId() != null) {
            request.put("agent_session_id", key.agentSessionId().toString());
        }
        String id = id(String.valueOf(key.batchId()));
        Steps.detached(
                () -> ended(id, request) || ended(id + "/" + Workflow.getInfo().getRunId(), request));
    }

    /** Answers false if a workflow of that id is running already. */
    private static boolean ended(String id, JsonNode request) {
        ChildWorkflowOptions options = ChildWorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                .setStaticSummary("takes back what the batch did")
                .setTypedSearchAttributes(searchable())
                .build();
        try {
            ChildWorkflowStub child = Workflow.newUntypedChildWorkflowStub("Rollback", options);
            return child.execute(JsonNode.class, request) != null;
        } catch (ChildWorkflowFailure failed) {
            return !(failed.getCause() instanceof WorkflowExecutionAlreadyStarted);
        }
    }

    /** Ours that the batch was started with: those are registered. */
    private static SearchAttributes searchable() {
        SearchAttributes of = Workflow.getTypedSearchAttributes();
        SearchAttributes.Builder found = SearchAttributes.newBuilder();
        for (SearchAttributeKey<String> key : OURS) {
            if (of.containsKey(key)) {
                found.set(key, of.get(key));
            }
        }
        return found.build();
    }

    private static String id(String target) {
        Matcher own = IN_WORKSPACE.matcher(Workflow.getInfo().getWorkflowId());
        return (own.matches() ? own.group(1) + "/" : "") + "rollback/" + target;
    }
}
