package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Shape;
import dev.recourse.activities.tool.ToolFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A batch as it was asked for, its shape checked.
 *
 * @param id from the client, else made by the workflow
 */
record Batch(
        UUID id,
        List<Step> steps,
        boolean atomic,
        boolean dryRun,
        boolean stopOnError,
        boolean allowIrreversible,
        boolean oneTransaction,
        Call call) {

    private static final Shape SHAPE = Shape.load("batch");

    /** One call of a batch; references not resolved. */
    record Step(String tool, JsonNode inputs) {}

    /**
     * The batch that a call asks for.
     *
     * @throws ToolFailure if it could not be read, or has not the shape of a batch
     */
    static Batch accepted(Call call) {
        if (call.refused() != null) {
            throw call.refused();
        }
        SHAPE.accept(file(call.inputs()));
        return of(call);
    }

    /** The same of a call that was accepted before; of any other, what can be made out. */
    static Batch of(Call call) {
        JsonNode json = file(call.inputs());
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
                call);
    }

    /** The same as a dry run of it, carried by another call. */
    Batch rehearsed(Call carrier) {
        return new Batch(id, steps, atomic, true, stopOnError, allowIrreversible, oneTransaction, carrier);
    }

    /** A bare list is the calls of a batch. */
    static JsonNode file(JsonNode json) {
        return json.isArray() ? JsonNodeFactory.instance.objectNode().set("calls", json) : json;
    }

    /** Of what is to be done, hex: whoever asks for it, in which session, and however they write it. */
    String hash() {
        ObjectNode content = JsonNodeFactory.instance
                .objectNode()
                .put("atomic", atomic)
                .put("stop_on_error", stopOnError)
                .put("allow_irreversible", allowIrreversible)
                .put("one_transaction", oneTransaction);
        ArrayNode calls = content.putArray("calls");
        steps.forEach(step -> calls.addObject().put("tool", step.tool()).set("inputs", step.inputs()));
        return Calls.hash(content);
    }
}
