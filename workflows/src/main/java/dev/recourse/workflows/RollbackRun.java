package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.call.CallKey;
import io.temporal.common.converter.RawValue;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** {@link Rollback}: what there is to undo, then each undo, newest first; what a conflict stops is for a person. */
public final class RollbackRun implements Rollback {

    private static final List<String> ACTIONS = List.of("undo", "conflict", "irreversible", "unknown", "done");

    private final Steps steps = new Steps();
    private final Progress progress = new Progress();

    @Override
    public JsonNode run(RawValue request) {
        JsonNode asked = CallRequest.read(request).orElse(JsonNodeFactory.instance.objectNode());
        CallKey key = new CallKey(
                null,
                null,
                null,
                Steps.place(),
                asked.path("workspace_id").textValue(),
                CallRequest.uuid(asked, "agent_session_id"),
                false,
                true);
        ObjectNode plan = (ObjectNode) steps.book(Bookkeeping.PLAN_ROLLBACK, request, key);
        if (plan.path("status").asText().equals("refused")) {
            return progress.ended(plan);
        }
        if (!asked.path("plan").asBoolean(false)) {
            boolean undone = undo(plan.withArray("items"), key);
            plan.put("status", undone ? "undone" : "stuck");
        }
        plan.set("counts", counts(plan.withArray("items")));
        return progress.ended(plan);
    }

    /** Tries every item, also behind one that conflicts, until it is cancelled; answers whether nothing is left. */
    private boolean undo(ArrayNode items, CallKey key) {
        progress.begin(items.size());
        boolean clean = true;
        for (JsonNode each : items) {
            if (Steps.cancelled()) {
                return false;
            }
            ObjectNode item = (ObjectNode) each;
            if (item.path("action").asText().equals("undo")) {
                String tool = item.path("tool").asText();
                UUID execution = UUID.fromString(item.path("execution_id").asText());
                undone(item, steps.undo(execution, key, "undo of " + tool));
            }
            boolean well = List.of("undo", "done").contains(item.path("action").asText());
            progress.step(item.path("tool").asText(), item);
            clean &= well;
        }
        return clean;
    }

    private static void undone(ObjectNode item, JsonNode answer) {
        switch (answer.path("status").asText()) {
            case "success" -> kept(item, answer);
            case "unknown" -> item.put("action", "unknown");
            default -> {
                item.put("action", "conflict").set("error", answer.path("error"));
                JsonNode conflicts = answer.at("/error/details/conflicts");
                if (conflicts.isArray()) {
                    item.set("conflicts", conflicts);
                }
            }
        }
    }

    private static void kept(ObjectNode item, JsonNode answer) {
        JsonNode kept = answer.at("/outputs/kept");
        if (!kept.isEmpty()) {
            item.set("kept", kept);
        }
    }

    private static ObjectNode counts(ArrayNode items) {
        ObjectNode counts = JsonNodeFactory.instance.objectNode();
        for (String action : ACTIONS) {
            counts.put(
                    action,
                    StreamSupport.stream(items.spliterator(), false)
                            .filter(item -> item.path("action").asText().equals(action))
                            .count());
        }
        return counts;
    }

    @Override
    public JsonNode progress() {
        return progress.json();
    }
}
