package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A batch as it was asked for, its shape checked.
 *
 * @param id from the client, else made by the workflow
 * @param place the workflow that runs it: two deliveries of one request have the same
 * @param hash of what it does, hex
 */
record Batch(
        UUID id,
        List<Step> steps,
        boolean atomic,
        boolean dryRun,
        boolean stopOnError,
        boolean allowIrreversible,
        boolean oneTransaction,
        String place,
        String hash,
        Call call) {

    /** One call of a batch; references not resolved. */
    record Step(String tool, JsonNode inputs) {}

    static Batch of(Call call) {
        JsonNode json = call.inputs();
        boolean atomic = json.path("atomic").asBoolean(true);
        List<Step> steps = new ArrayList<>();
        json.path("calls")
                .forEach(step -> steps.add(new Step(
                        step.path("tool").asText(),
                        step.path("inputs").isMissingNode()
                                ? JsonNodeFactory.instance.objectNode()
                                : step.path("inputs"))));
        return new Batch(
                call.key().batchId() == null ? call.request().id() : call.key().batchId(),
                List.copyOf(steps),
                atomic,
                json.path("dry_run").asBoolean(false),
                atomic || json.path("on_error").asText("stop").equals("stop"),
                json.path("allow_irreversible").asBoolean(false),
                json.path("isolation").asText("steps").equals("transaction"),
                call.key().place() == null ? "" : call.key().place(),
                Calls.hash("ToolBatch", meaning(json)),
                call);
    }

    /** What makes two batches the same: what they do, not for which session they were sent this time. */
    private static JsonNode meaning(JsonNode json) {
        ObjectNode meaning = json.isObject() ? json.deepCopy() : JsonNodeFactory.instance.objectNode();
        return meaning.without(List.of("agent_session_id", "workspace_id", "batch_id", "dry_run"));
    }
}
