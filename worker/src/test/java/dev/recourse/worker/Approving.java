package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowStub;
import java.util.Objects;
import java.util.UUID;

/** Ana's calls and batches that wait for approval, and Eva, who may decide on them. */
final class Approving {

    static final String EVA = "user:eva";

    private final TestStack stack;
    private final Desk desk;

    Approving(TestStack stack) {
        this.stack = stack;
        this.desk = new Desk(stack);
        Workspaces.addMember(stack.db.database(), TestDatabase.A, "eva", "admin");
    }

    /** Ana, in no city. */
    String contact() {
        return stack.call("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"" + phone() + "\"}")
                .at("/outputs/contactId")
                .asText();
    }

    String phone() {
        return desk.phone();
    }

    String city(String contact) {
        return stack.db.cell("select city from contacts where id = '" + contact + "'");
    }

    /** The row of a call. */
    String row(JsonNode answer) {
        return stack.db.cell("select tool_name, principal, status, outcome from tool_executions where id = '"
                + answer.path("execution_id").asText() + "'");
    }

    /** A move that waits for approval. */
    RecourseClient.Started asking(String contact, String city) {
        return asking(contact, city, UUID.randomUUID());
    }

    RecourseClient.Started asking(String contact, String city, UUID callId) {
        RecourseClient.Started call = stack.ana().call("test.city.always", move(contact, city), false, callId);
        awaitWaiting(call);
        return call;
    }

    /** A letter that waits for approval. */
    RecourseClient.Started letter(String contact, String text) {
        ObjectNode inputs =
                JsonNodeFactory.instance.objectNode().put("contactId", contact).put("text", text);
        RecourseClient.Started letter = stack.ana().call("test.letter.send", inputs, false, UUID.randomUUID());
        awaitWaiting(letter);
        return letter;
    }

    /** A batch with somebody new in it, who moves: only to Bogotá somebody has to approve. */
    ObjectNode withNewContact(String city) {
        return (ObjectNode) TestStack.json("""
                {"batch_id": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Nora", "phone": "%s"}},
                  {"tool": "test.city.sometimes", "inputs": {"contactId": "$0.contactId", "city": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "moved"}}]}
                """.formatted(UUID.randomUUID(), phone(), city));
    }

    /** Decides on what waits, by an update of its workflow. */
    JsonNode decide(RecourseClient.Started call, String principal, String decision) {
        return stub(call, principal).update("decide", JsonNode.class, decision(decision));
    }

    WorkflowStub stub(RecourseClient.Started call, String principal) {
        return stack.client("a", principal).newUntypedWorkflowStub(id(call));
    }

    JsonNode as(String principal, String tool, String inputs) {
        return desk.as("a", principal)
                .call(tool, TestStack.json(inputs), false, UUID.randomUUID())
                .answer();
    }

    static JsonNode move(String contact, String city) {
        return JsonNodeFactory.instance.objectNode().put("contactId", contact).put("city", city);
    }

    static ObjectNode decision(String decision) {
        return JsonNodeFactory.instance.objectNode().put("decision", decision).put("note", "said so");
    }

    static void awaitWaiting(RecourseClient.Started call) {
        while (!progress(call).has("approval")) {
            Thread.onSpinWait();
        }
    }

    /** What it waits for. */
    static JsonNode waiting(RecourseClient.Started call) {
        return progress(call).path("approval");
    }

    private static JsonNode progress(RecourseClient.Started call) {
        JsonNode progress = call.progress();
        return progress == null ? JsonNodeFactory.instance.objectNode() : progress;
    }

    static String code(JsonNode answer) {
        return answer.at("/error/type").asText() + " "
                + answer.at("/error/code").asText();
    }

    /** The id of its workflow. */
    static String id(RecourseClient.Started call) {
        return Objects.requireNonNull(call.workflow().getExecution()).getWorkflowId();
    }
}
