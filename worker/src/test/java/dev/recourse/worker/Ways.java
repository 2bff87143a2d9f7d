package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Every way that our workflows go, each gone once: what the golden histories are recorded from. All names are made up. */
final class Ways {

    /** What went that way, and what it came to. */
    record Gone(String workflowId, String status) {}

    /** One way; it is over when this answers, or stands still for good. */
    interface Way {
        Gone go() throws SQLException;
    }

    private final TestStack stack;
    private final AtomicInteger phones = new AtomicInteger();
    private final Map<String, Way> all = new LinkedHashMap<>();

    Ways(TestStack stack) {
        this.stack = stack;
        calls();
        batches();
        stoppedBatches();
        rollbacks();
        approvals();
    }

    /** By the names of their files. */
    Map<String, Way> all() {
        return all;
    }

    private void calls() {
        all.put("call-applied", () -> call("crm.contact.create", contact(phone()), false));
        all.put("call-refused", () -> call("crm.contact.create", contact("1"), false));
        all.put("call-dry-run", () -> call("crm.contact.create", contact(phone()), true));
        all.put("call-no-call", () -> foreign("ToolCall", "{\"toool\": \"crm.contact.create\"}", "error"));
        all.put("call-settled", () -> call("test.stage.wait", "{\"name\": \"nobody opens it\"}", false));
    }

    private void batches() {
        all.put("batch-applied", () -> batch(file("")));
        all.put("batch-from-outside", () -> foreign("ToolBatch", file("").toString(), "applied"));
        all.put("batch-rolled-back", () -> batch(file(call("crm.contact.create", contact(taken())))));
        all.put(
                "batch-partial",
                () -> batch(file(call("crm.contact.create", contact(taken()))).put("atomic", false)));
        all.put(
                "batch-partial-to-the-end",
                () -> batch(file(call("crm.contact.create", contact(taken())) + ", "
                                + call("crm.tag.add", "{\"contactId\": \"$2.contactId\", \"tag\": \"vip\"}"))
                        .put("atomic", false)
                        .put("on_error", "continue")));
        all.put(
                "batch-refused",
                () -> batch(file(call("crm.tag.add", "{\"contactId\": \"$7.contactId\", \"tag\": \"vip\"}"))));
        all.put("batch-dry-run", () -> batch(file("").put("dry_run", true)));
        all.put("batch-transaction", () -> batch(file("").put("isolation", "transaction")));
        all.put("batch-sent-again", this::again);
        all.put("batch-stuck", this::stuck);
    }

    private void stoppedBatches() {
        all.put("batch-aborted", () -> aborted(true));
        all.put("batch-aborted-and-partial", () -> aborted(false));
        all.put("batch-cancelled", this::cancelled);
        all.put("batch-open", () -> new Gone(id(standing("stands on", true)), "")); // it is never opened
    }

    private void rollbacks() {
        all.put("rollback-undone", () -> rollback(executed("crm.contact.create", contact(phone())), false));
        all.put("rollback-of-a-batch", this::child);
        all.put("rollback-plan", () -> rollback(executed("crm.contact.create", contact(phone())), true));
        all.put("rollback-refused", () -> rollback(UUID.fromString("00000000-0000-4000-8000-00000000000f"), false));
        all.put("rollback-stuck", this::conflict);
        all.put("rollback-that-waited", this::busy);
    }

    private void approvals() {
        all.put("call-approved", () -> decided(asking(), "approve"));
        all.put("call-rejected", () -> decided(asking(), "reject"));
        all.put("call-approved-elsewhere", this::elsewhere);
        all.put("call-that-decides", () -> {
            elsewhere();
            return deciding;
        });
        all.put("call-withdrawn", this::withdrawn);
        all.put("batch-approved", () -> decided(asking(true), "approve"));
        all.put("batch-rejected", () -> decided(asking(true), "reject"));
        all.put("batch-withdrawn", () -> {
            RecourseClient.Started started = asking(true);
            return new Gone(id(started), started.abort().path("status").asText());
        });
    }

    // ---- the longer ones

    private Gone deciding = new Gone("", "");

    private RecourseClient.Started asking() {
        RecourseClient.Started started =
                stack.ana().call("test.city.always", TestStack.json(move(created())), false, UUID.randomUUID());
        awaitAsking(started);
        return started;
    }

    private RecourseClient.Started asking(boolean atomic) {
        RecourseClient.Started started = stack.ana()
                .batch(file(call("test.city.always", "{\"contactId\": \"$0.contactId\", \"city\": \"Cali\"}"))
                        .put("atomic", atomic));
        awaitAsking(started);
        return started;
    }

    private static void awaitAsking(RecourseClient.Started started) {
        JsonNode progress = started.progress();
        while (progress == null || !progress.has("approval")) {
            Thread.onSpinWait();
            progress = started.progress();
        }
    }

    private static String move(String contact) {
        return "{\"contactId\": \"%s\", \"city\": \"Cali\"}".formatted(contact);
    }

    private Gone decided(RecourseClient.Started started, String decision) {
        approver();
        stack.client("a", "user:eva")
                .newUntypedWorkflowStub(id(started))
                .update("decide", JsonNode.class, TestStack.json("{\"decision\": \"" + decision + "\"}"));
        return gone(started);
    }

    private void approver() {
        Workspaces.addMember(stack.db.database(), TestDatabase.A, "eva", "admin");
    }

    private Gone elsewhere() {
        approver();
        RecourseClient.Started started = asking();
        JsonNode progress = Objects.requireNonNull(started.progress());
        RecourseClient.Started decides = new RecourseClient(stack.client("a", "user:eva"), "a", TestStack.SESSION, true)
                .call(
                        "system.approval.decide",
                        TestStack.json("{\"approvalId\": \"%s\", \"decision\": \"approve\"}"
                                .formatted(progress.at("/approval/approval_id").asText())),
                        false,
                        UUID.randomUUID());
        deciding = gone(decides);
        return gone(started);
    }

    private Gone withdrawn() {
        RecourseClient.Started started = asking();
        started.workflow().cancel();
        try {
            throw new AssertionError("It was not cancelled: " + started.answer());
        } catch (WorkflowFailedException cancelled) {
            return new Gone(id(started), "WORKFLOW_EXECUTION_CANCELED");
        }
    }

    private Gone again() {
        ObjectNode file = file("");
        batch(file);
        return foreign("ToolBatch", file.toString(), "applied");
    }

    private Gone stuck() {
        String contact = created();
        ObjectNode file =
                file(call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Bogotá\"}".formatted(contact))
                        + ", " + call("test.stage.wait", "{\"name\": \"an edit\"}") + ", "
                        + call("crm.contact.create", contact(taken())));
        RecourseClient.Started started = stack.ana().batch(file);
        Stage.named("an edit").awaitBatch();
        stack.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Medellín\"}".formatted(contact));
        Stage.named("an edit").open();
        return gone(started);
    }

    private Gone aborted(boolean atomic) {
        String stage = "an abort, atomic " + atomic;
        RecourseClient.Started started = standing(stage, atomic);
        CompletableFuture<JsonNode> aborts = Meanwhile.doing(started::abort);
        while (stack.events(id(started)).stream().noneMatch(event -> event.contains("UPDATE_ACCEPTED"))) {
            Thread.onSpinWait();
        }
        Stage.named(stage).open();
        return new Gone(id(started), aborts.join().path("status").asText());
    }

    private Gone cancelled() {
        RecourseClient.Started started = standing("a cancellation", true);
        started.workflow().cancel();
        while (stack.events(id(started)).stream().noneMatch(event -> event.contains("CANCEL_REQUESTED"))) {
            Thread.onSpinWait();
        }
        Stage.named("a cancellation").open();
        try {
            throw new AssertionError("It was not cancelled: " + started.answer());
        } catch (WorkflowFailedException cancelled) {
            return new Gone(id(started), "WORKFLOW_EXECUTION_CANCELED");
        }
    }

    /** The rollback that a batch began by itself. */
    private Gone child() {
        ObjectNode file = file(call("crm.contact.create", contact(taken())));
        batch(file);
        return new Gone("a/rollback/" + file.path("batch_id").asText(), "undone");
    }

    private Gone conflict() {
        String contact = created();
        String update = "{\"contactId\": \"%s\", \"city\": \"%s\"}";
        UUID first = executed("crm.contact.update", update.formatted(contact, "Bogotá"));
        stack.call("crm.contact.update", update.formatted(contact, "Medellín"));
        return rollback(first, false);
    }

    private Gone busy() throws SQLException {
        String contact = created();
        UUID update =
                executed("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Bogotá\"}".formatted(contact));
        RecourseClient.Started started;
        try (Connection human = stack.db.superuser();
                Statement sql = human.createStatement()) {
            human.setAutoCommit(false);
            sql.execute("select from contacts where id = '" + contact + "' for update");
            started = stack.ana().rollback(update, false);
            while (stack.db
                    .cell("select count(*) from tool_executions where kind = 'undo' and error_code = 'BUSY'"
                            + " and compensates = '" + update + "'")
                    .equals("0")) {
                Thread.onSpinWait();
            }
            human.rollback();
        }
        return gone(started);
    }

    // ---- their parts

    private Gone call(String tool, String inputs, boolean dryRun) {
        return gone(stack.ana().call(tool, TestStack.json(inputs), dryRun, UUID.randomUUID()));
    }

    private Gone batch(ObjectNode file) {
        return gone(stack.ana().batch(file));
    }

    private Gone rollback(UUID target, boolean plan) {
        return gone(stack.ana().rollback(target, plan));
    }

    private Gone foreign(String type, String request, String status) {
        String id = "foreign/" + UUID.randomUUID();
        WorkflowStub stub = stack.foreignClient()
                .newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId(id)
                                .build());
        stub.start(TestStack.json(request));
        stub.getResult(JsonNode.class);
        return new Gone(id, status);
    }

    private RecourseClient.Started standing(String stage, boolean atomic) {
        RecourseClient.Started started = stack.ana()
                .batch(file(call("test.stage.wait", "{\"name\": \"" + stage + "\"}") + ", "
                                + call("crm.tag.add", "{\"contactId\": \"$0.contactId\", \"tag\": \"late\"}"))
                        .put("atomic", atomic));
        Stage.named(stage).awaitBatch();
        return started;
    }

    /** A contact and its tag, and what comes after. */
    private ObjectNode file(String more) {
        ObjectNode file = (ObjectNode) TestStack.json("{\"calls\": ["
                + call("crm.contact.create", contact(phone())) + ", "
                + call("crm.tag.add", "{\"contactId\": \"$0.contactId\", \"tag\": \"vip\"}")
                + (more.isEmpty() ? "" : ", " + more) + "]}");
        return file.put("batch_id", UUID.randomUUID().toString());
    }

    private static String call(String tool, String inputs) {
        return "{\"tool\": \"" + tool + "\", \"inputs\": " + inputs + "}";
    }

    private static String contact(String phone) {
        return "{\"name\": \"Ana Gómez\", \"phone\": \"" + phone + "\"}";
    }

    private String phone() {
        return "300%07d".formatted(phones.incrementAndGet());
    }

    /** The phone of a contact that is there. */
    private String taken() {
        String phone = phone();
        stack.call("crm.contact.create", contact(phone));
        return phone;
    }

    private String created() {
        return stack.call("crm.contact.create", contact(phone()))
                .at("/outputs/contactId")
                .asText();
    }

    private UUID executed(String tool, String inputs) {
        return UUID.fromString(stack.call(tool, inputs).path("execution_id").asText());
    }

    private static Gone gone(RecourseClient.Started started) {
        return new Gone(id(started), started.answer().path("status").asText());
    }

    private static String id(RecourseClient.Started started) {
        return Objects.requireNonNull(started.workflow().getExecution()).getWorkflowId();
    }
}
