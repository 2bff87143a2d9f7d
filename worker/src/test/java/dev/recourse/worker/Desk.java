package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.Meanwhile;
import dev.recourse.worker.client.RecourseClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Ana at work on a stack: contacts of hers, batches and rollbacks, and their answers in short. */
final class Desk {

    private final TestStack stack;
    private final AtomicInteger phones = new AtomicInteger();

    Desk(TestStack stack) {
        this.stack = stack;
    }

    /** One that nobody has. */
    String phone() {
        return "300%07d".formatted(phones.incrementAndGet());
    }

    /** One that is somebody's. */
    String taken() {
        String phone = phone();
        stack.call("crm.contact.create", "{\"name\": \"Taken\", \"phone\": \"%s\"}".formatted(phone));
        return phone;
    }

    /** Leo in Cali. */
    UUID contact() {
        JsonNode made = stack.call(
                "crm.contact.create", "{\"name\": \"Leo\", \"phone\": \"%s\", \"city\": \"Cali\"}".formatted(phone()));
        return UUID.fromString(made.at("/outputs/contactId").asText());
    }

    JsonNode update(UUID contact, String fields) {
        return stack.call("crm.contact.update", "{\"contactId\": \"%s\", %s}".formatted(contact, fields));
    }

    /** Our client as somebody else, or elsewhere. */
    RecourseClient as(String workspace, String principal) {
        return new RecourseClient(stack.client(workspace, principal), workspace, TestStack.SESSION, true);
    }

    RecourseClient.Started start(String batch) {
        return stack.ana().batch(file(batch));
    }

    JsonNode run(String batch) {
        return start(batch).answer();
    }

    JsonNode run(ObjectNode file) {
        return stack.ana().batch(file).answer();
    }

    JsonNode plan(UUID id) {
        return stack.ana().rollback(id, true).answer();
    }

    /** The ledger of a batch, step by step. */
    List<String> rows(JsonNode batch) {
        return stack.db.rows("select tool_name, step, status, outcome from tool_executions where batch_id = '"
                + id(batch) + "' and kind = 'do' order by step");
    }

    /** The word in the batch's own row. */
    String closed(JsonNode batch) {
        return stack.db.cell("select status from tool_batches where id = '" + id(batch) + "'");
    }

    /** A batch with an id of its own. */
    static ObjectNode file(String json) {
        return ((ObjectNode) TestStack.json(json))
                .put("batch_id", UUID.randomUUID().toString());
    }

    /** One of so many calls that change nothing. */
    static ObjectNode many(int calls) {
        ObjectNode file = file("{}");
        ArrayNode list = file.putArray("calls");
        for (int i = 0; i < calls; i++) {
            list.addObject().put("tool", "crm.contact.list").putObject("inputs").put("pageSize", 1);
        }
        return file;
    }

    @SafeVarargs
    static List<JsonNode> together(Supplier<JsonNode>... asked) {
        List<CompletableFuture<JsonNode>> all = new ArrayList<>();
        for (Supplier<JsonNode> each : asked) {
            all.add(Meanwhile.doing(each));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    static UUID id(JsonNode batch) {
        return UUID.fromString(batch.path("batch_id").asText());
    }

    /** A batch in one line: {@code status success/error: step step …}. */
    static String told(JsonNode batch) {
        return batch.path("status").asText() + " " + batch.path("success_count") + "/" + batch.path("error_count")
                + ": " + String.join(" ", batch.path("steps").findValuesAsText("status"));
    }

    static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
