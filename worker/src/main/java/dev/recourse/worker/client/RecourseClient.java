package dev.recourse.worker.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Starts our workflows by the names that people script against, and waits for their answers.
 *
 * <p>Ids of workflows begin with the workspace: a client's id is its own only there. The same id twice is one workflow.
 */
public final class RecourseClient {

    /** The one task queue. */
    public static final String TASK_QUEUE = "recourse";

    private final WorkflowClient client;
    private final String workspace;
    private final UUID session;
    private final boolean searchable;

    /**
     * A client that acts in one workspace for one session.
     *
     * @param client signs the identity (see {@link IdentityInterceptor})
     * @param workspace id or slug, as it shall show in workflow ids
     * @param searchable whether the namespace has our search attributes
     */
    public RecourseClient(WorkflowClient client, String workspace, UUID session, boolean searchable) {
        this.client = client;
        this.workspace = workspace;
        this.session = session;
        this.searchable = searchable;
    }

    /** Something started: its answer can be waited for. */
    public record Started(WorkflowStub workflow) {

        /** Waits for the answer. */
        public JsonNode answer() {
            return workflow.getResult(JsonNode.class);
        }

        /** The answer if there is one within that time, else empty. */
        public Optional<JsonNode> answer(Duration within) {
            try {
                return Optional.of(workflow.getResult(within.toMillis(), TimeUnit.MILLISECONDS, JsonNode.class));
            } catch (TimeoutException notYet) {
                return Optional.empty();
            }
        }

        /** How far it is, or null where it cannot be asked now. */
        public @Nullable JsonNode progress() {
            try {
                return workflow.query("progress", JsonNode.class);
            } catch (RuntimeException notNow) {
                return null;
            }
        }

        /** Tells it that somebody may have decided on what it waits for: it looks, and believes what it finds. */
        public void decided() {
            workflow.signal("decided");
        }

        /** Stops a batch before its next step and rolls it back; answers how it ended, also if it had ended before. */
        public JsonNode abort() {
            try {
                return workflow.update("abort", JsonNode.class);
            } catch (WorkflowNotFoundException | WorkflowUpdateException over) {
                return answer();
            }
        }
    }

    /**
     * Starts a call.
     *
     * @param id of the call; the same id does it once
     */
    public Started call(String tool, JsonNode inputs, boolean dryRun, UUID id) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("tool", tool);
        request.set("inputs", inputs);
        request.put("call_id", id.toString());
        if (dryRun) {
            request.put("dry_run", true);
        }
        String summary = dryRun ? "dry run of " + tool : tool;
        return start("ToolCall", shortened(tool) + "/" + id, summary, request, tool, null);
    }

    /**
     * Starts a batch.
     *
     * @param batch with its {@code batch_id}
     */
    public Started batch(ObjectNode batch) {
        String id = batch.path("batch_id").asText();
        boolean dryRun = batch.path("dry_run").asBoolean(false);
        String summary = (dryRun ? "dry run of a batch of " : "batch of ")
                + batch.path("calls").size() + " calls";
        return start(
                "ToolBatch",
                (dryRun ? "batch/dry-run/" + UUID.randomUUID() : "batch/" + shortened(id)),
                summary,
                batch,
                null,
                id);
    }

    /** Starts the rollback of an execution, a batch or a session, or its plan. */
    public Started rollback(UUID target, boolean plan) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("id", target.toString());
        if (plan) {
            request.put("plan", true);
        }
        String id = "rollback/" + target + (plan ? "/plan/" + UUID.randomUUID() : "");
        return start("Rollback", id, plan ? "plan of a rollback" : "rollback", request, null, null);
    }

    private Started start(
            String type, String name, String summary, JsonNode request, @Nullable String tool, @Nullable String batch) {
        String id = workspace + "/" + name;
        WorkflowOptions.Builder options = WorkflowOptions.newBuilder()
                .setTaskQueue(TASK_QUEUE)
                .setWorkflowId(id)
                .setDisableEagerExecution(false)
                .setStaticSummary(shortened(summary));
        if (searchable) {
            options.setTypedSearchAttributes(attributes(tool, batch));
        }
        WorkflowStub stub = client.newUntypedWorkflowStub(type, options.build());
        try {
            stub.start(request);
            return new Started(stub);
        } catch (WorkflowExecutionAlreadyStarted running) {
            // a call's id may come again with other inputs: the ledger tells, the running workflow can't
            return tool == null
                    ? new Started(client.newUntypedWorkflowStub(id))
                    : start(type, name + "/" + UUID.randomUUID(), summary, request, tool, batch);
        }
    }

    private SearchAttributes attributes(@Nullable String tool, @Nullable String batch) {
        SearchAttributes.Builder attributes = SearchAttributes.newBuilder()
                .set(SearchAttributeKey.forKeyword("AgentSessionId"), session.toString())
                .set(SearchAttributeKey.forKeyword("WorkspaceId"), workspace);
        if (tool != null) {
            attributes.set(SearchAttributeKey.forKeyword("ToolName"), shortened(tool));
        }
        if (batch != null) {
            attributes.set(SearchAttributeKey.forKeyword("BatchId"), batch);
        }
        return attributes.build();
    }

    /** Ids and summaries have a limit, and an unknown tool may be called anything. */
    private static String shortened(String text) {
        String plain = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain;
    }
}
