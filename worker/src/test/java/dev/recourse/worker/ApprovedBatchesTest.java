package dev.recourse.worker;

import static dev.recourse.worker.Approving.EVA;
import static dev.recourse.worker.Approving.awaitWaiting;
import static dev.recourse.worker.Approving.code;
import static dev.recourse.worker.Approving.move;
import static dev.recourse.worker.Approving.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.CallKey;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch is approved as a whole, by what its dry run showed, and runs as that or not at all. */
@Timeout(90)
final class ApprovedBatchesTest {

    private static final TestStack STACK = TestStack.start(
            tools -> {
                StageTools.tools(tools);
                CityTools.tools(tools);
                LetterTools.tools(tools);
            },
            worker -> worker.registerWorkflowImplementationTypes(OneActivityRun.class));
    private static final Approving ASKED = new Approving(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_batch_is_approved_once_for_all_its_steps_references_included() {
        ObjectNode file = ASKED.withNewContact("Bogotá");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        JsonNode asked = waiting(batch);
        assertThat(asked.at("/preview/status").asText()).isEqualTo("applied");
        assertThat(STACK.db.cell("select count(*) from tool_executions where batch_id = '"
                        + file.path("batch_id").asText() + "' and status <> 'dry_run'"))
                .isEqualTo("0");

        ASKED.decide(batch, EVA, "approve");

        JsonNode answer = batch.answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("applied");
        assertThat(ASKED.city(answer.at("/steps/0/outputs/contactId").asText())).isEqualTo("Bogotá");
        assertThat(STACK.batch(file.toString()).path("status").asText()).isEqualTo("applied");
    }

    @Test
    void a_batch_in_one_transaction_is_approved_alike() {
        ObjectNode file = ASKED.withNewContact("Bogotá").put("isolation", "transaction");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);

        ASKED.decide(batch, EVA, "approve");

        JsonNode answer = batch.answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("applied");
    }

    @Test
    void a_batch_whose_dry_run_shows_that_nothing_asks_is_just_run() {
        JsonNode answer = STACK.batch(ASKED.withNewContact("Cali").toString());

        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("applied");
    }

    @Test
    void a_rejected_batch_runs_nothing_and_leaves_a_row() {
        ObjectNode file = ASKED.withNewContact("Bogotá");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);

        ASKED.decide(batch, EVA, "reject");

        JsonNode answer = batch.answer();
        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(code(answer)).isEqualTo("precondition_failed APPROVAL_REJECTED");
        assertThat(STACK.db.rows("select tool_name, status, error_code from tool_executions where batch_id = '"
                        + file.path("batch_id").asText() + "' and status <> 'dry_run'"))
                .containsExactly("ToolBatch|error|APPROVAL_REJECTED");
    }

    @Test
    void more_than_five_messages_are_approved_together_and_five_by_nobody() {
        assertThat(STACK.batch(messages(5).toString()).path("status").asText()).isEqualTo("applied");
        RecourseClient.Started batch = STACK.ana().batch(messages(6));
        awaitWaiting(batch);

        assertThat(waiting(batch).at("/reason/code").asText()).isEqualTo("APPROVAL_OF_MESSAGES");
        ASKED.decide(batch, EVA, "approve");
        assertThat(batch.answer().path("status").asText()).isEqualTo("applied");
    }

    @Test
    void a_batch_whose_data_changed_since_its_preview_runs_nothing() {
        String contact = ASKED.contact();
        RecourseClient.Started batch = STACK.ana().batch(moving(contact));
        awaitWaiting(batch);
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        ASKED.decide(batch, EVA, "approve");

        JsonNode answer = batch.answer();
        assertThat(code(answer)).as("%s", answer).isEqualTo("conflict PREVIEW_OUTDATED");
        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(ASKED.city(contact)).isEqualTo("Pasto");
    }

    @Test
    void data_that_change_between_two_steps_of_an_approved_batch_stop_it_and_it_is_taken_back() {
        String contact = ASKED.contact();
        String stage = UUID.randomUUID().toString();
        ObjectNode file = moving(contact);
        file.withArray("calls").insert(0, TestStack.json("""
                {"tool": "crm.contact.create", "inputs": {"name": "First", "phone": "%s"}}""".formatted(ASKED.phone())));
        file.withArray("calls").insert(1, TestStack.json("""
                {"tool": "test.stage.wait", "inputs": {"name": "%s"}}""".formatted(stage)));
        ((ObjectNode) file.at("/calls/3/inputs")).put("contactId", "$2.contactId");
        Stage.passing(stage, 2); // its preview, and the one that makes sure
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        ASKED.decide(batch, EVA, "approve");
        Stage.named(stage).awaitBatch();
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));
        Stage.named(stage).open();

        JsonNode answer = batch.answer();

        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("rolled_back");
        assertThat(answer.at("/steps/2/error/code").asText()).isEqualTo("PREVIEW_OUTDATED");
        assertThat(ASKED.city(contact)).isEqualTo("Pasto");
        assertThat(STACK.db.rows("select name from contacts where name = 'First'"))
                .isEmpty();
    }

    @Test
    void a_step_that_is_not_the_planned_one_does_not_run_under_the_approval_of_its_batch() {
        String contact = ASKED.contact();
        String stage = UUID.randomUUID().toString();
        ObjectNode file = moving(contact);
        file.withArray("calls").insert(0, TestStack.json("""
                {"tool": "test.stage.wait", "inputs": {"name": "%s"}}""".formatted(stage)));
        ((ObjectNode) file.at("/calls/2/inputs")).put("contactId", "$1.contactId");
        Stage.passing(stage, 2);
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        UUID approval = UUID.fromString(waiting(batch).path("approval_id").asText());
        UUID id = UUID.fromString(file.path("batch_id").asText());
        ASKED.decide(batch, EVA, "approve");
        Stage.named(stage).awaitBatch();

        assertThat(forged("test.city.always", move(contact, "Pasto"), id, 1, approval))
                .isEqualTo("APPROVAL_MISMATCH");
        assertThat(forged("test.city.sometimes", move(contact, "Cali"), id, 1, approval))
                .isEqualTo("APPROVAL_MISMATCH");
        assertThat(forged("test.city.always", move(contact, "Cali"), id, 2, approval))
                .isEqualTo("APPROVAL_MISMATCH");
        assertThat(forged("test.city.always", move(contact, "Pasto"), id, 7, null))
                .isEqualTo("APPROVAL_MISMATCH");
        Stage.named(stage).open();

        assertThat(batch.answer().path("status").asText()).isEqualTo("applied");
        assertThat(ASKED.city(contact)).isEqualTo("Cali");
    }

    /** A step as a workflow of somebody's own would send it; answers the error's code. */
    private static String forged(String tool, JsonNode inputs, UUID batch, int step, @Nullable UUID approval) {
        WorkflowStub stub = STACK.client("a", TestDatabase.OWNER)
                .newUntypedWorkflowStub(
                        "OneActivity",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("forged/" + UUID.randomUUID())
                                .build());
        stub.start(tool, inputs, new CallKey(null, batch, step, null, null, null, false, true, approval));
        return stub.getResult(String.class);
    }

    /** Calls one activity as it is told to. */
    @WorkflowInterface
    public interface OneActivity {
        @WorkflowMethod(name = "OneActivity")
        String run(String tool, JsonNode inputs, CallKey key);
    }

    /** Answers the error's code. */
    public static final class OneActivityRun implements OneActivity {
        @Override
        public String run(String tool, JsonNode inputs, CallKey key) {
            try {
                return Workflow.newUntypedActivityStub(ActivityOptions.newBuilder()
                                .setStartToCloseTimeout(Duration.ofSeconds(10))
                                .build())
                        .execute(tool, JsonNode.class, inputs, key)
                        .toString();
            } catch (ActivityFailure failed) {
                ApplicationFailure told = (ApplicationFailure) Objects.requireNonNull(failed.getCause());
                return told.getType().equals("approval_pending")
                        ? told.getType()
                        : told.getDetails().get(0, JsonNode.class).path("code").asText();
            }
        }
    }

    @Test
    void an_aborted_batch_waits_no_more_and_can_not_be_approved() {
        ObjectNode file = ASKED.withNewContact("Bogotá");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        String id = waiting(batch).path("approval_id").asText();

        JsonNode aborted = batch.abort();

        assertThat(code(aborted)).isEqualTo("precondition_failed APPROVAL_WITHDRAWN");
        assertThat(code(ASKED.as(
                        EVA,
                        "system.approval.decide",
                        "{\"approvalId\": \"%s\", \"decision\": \"approve\"}".formatted(id))))
                .isEqualTo("conflict APPROVAL_DECIDED");
    }

    @Test
    void a_decision_is_no_step_of_a_batch() {
        JsonNode answer = STACK.batch("""
                {"calls": [{"tool": "system.approval.decide",
                            "inputs": {"approvalId": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "decision": "approve"}}]}
                """);

        assertThat(code(answer)).isEqualTo("precondition_failed DECISION_IN_BATCH");
    }

    @Test
    void a_letter_at_the_end_of_a_batch_is_approved_with_it() {
        ObjectNode file = ASKED.withNewContact("Cali");
        file.withArray("calls").add(TestStack.json("""
                {"tool": "test.letter.send", "inputs": {"contactId": "$0.contactId", "text": "Ask in a batch"}}"""));
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        assertThat(waiting(batch).at("/reason/steps/0/index").asInt()).isEqualTo(3);

        ASKED.decide(batch, EVA, "approve");

        assertThat(batch.answer().path("status").asText()).isEqualTo("applied");
        assertThat(LetterTools.ARRIVED).containsOnlyOnce("Cali Ask in a batch");
    }

    private static ObjectNode moving(String contact) {
        return (ObjectNode) TestStack.json("""
                {"batch_id": "%s", "calls": [
                  {"tool": "test.city.always", "inputs": {"contactId": "%s", "city": "Cali"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "$0.contactId", "address": "Calle 5"}}]}
                """.formatted(UUID.randomUUID(), contact));
    }

    private static ObjectNode messages(int count) {
        ObjectNode file = JsonNodeFactory.instance
                .objectNode()
                .put("batch_id", UUID.randomUUID().toString())
                .put("allow_irreversible", true);
        for (int i = 0; i < count; i++) {
            file.withArray("calls")
                    .addObject()
                    .put("tool", "test.message.send")
                    .putObject("inputs")
                    .put("text", "hello " + i);
        }
        return file;
    }
}
