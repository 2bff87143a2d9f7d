package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.call.Identity;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that somebody has to approve has no effect before, and afterwards only the one that was approved. */
@Timeout(90)
final class ApprovalsTest {

    private static final String EVA = "user:eva";

    private static final TestStack STACK = TestStack.start(
            tools -> {
                StageTools.tools(tools);
                CityTools.tools(tools);
                LetterTools.tools(tools);
            },
            worker -> worker.registerWorkflowImplementationTypes(OneActivityRun.class));

    private static final AtomicInteger PHONES = new AtomicInteger();

    @BeforeAll
    static void let_eva_approve() {
        Workspaces.addMember(STACK.db.database(), TestDatabase.A, "eva", "admin");
    }

    @AfterAll
    static void close() {
        STACK.close();
    }

    // ---- one call

    @Test
    void an_approved_call_takes_effect_once_and_the_decision_has_its_own_row() {
        String contact = contact();
        RecourseClient.Started call = asking(contact, "Cali");
        assertThat(city(contact)).isEqualTo("null");

        JsonNode decided = decide(call, EVA, "approve");

        JsonNode answer = call.answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
        assertThat(city(contact)).isEqualTo("Cali");
        assertThat(decided.path("status").asText()).isEqualTo("success");
        assertThat(decided.at("/outputs/decidedBy").asText()).isEqualTo(EVA);
        assertThat(row(decided)).isEqualTo("system.approval.decide|user:eva|success|none");
        assertThat(row(answer)).isEqualTo("test.city.always|user:ana|success|applied");
        assertThat(STACK.db.cell("select count(*) from tool_executions where tool_name = 'test.city.always'"
                        + " and status = 'dry_run' and inputs ->> 'contactId' = '" + contact + "'"))
                .as("the preview is evidence")
                .isEqualTo("1");
    }

    @Test
    void what_waits_says_for_what_why_and_until_when() {
        String contact = contact();
        RecourseClient.Started call = asking(contact, "Cali");

        JsonNode asked = waiting(call);

        assertThat(asked.path("tool").asText()).isEqualTo("test.city.always");
        assertThat(asked.at("/preview/city").asText()).isEqualTo("Cali");
        assertThat(asked.at("/reason/code").asText()).isEqualTo("APPROVAL_ALWAYS");
        assertThat(asked.path("requested_by").asText()).isEqualTo("user:ana");
        assertThat(asked.path("expires_in_ms").asLong()).isBetween(1L, 24L * 3600 * 1000);
        JsonNode listed = as(EVA, "system.approval.list", "{}").at("/outputs/approvals");
        assertThat(listed.findValuesAsText("approvalId"))
                .contains(asked.path("approval_id").asText());
        decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void a_rejected_call_changes_nothing_and_says_who_and_why() {
        String contact = contact();
        RecourseClient.Started call = asking(contact, "Cali");

        decide(call, EVA, "reject");

        JsonNode answer = call.answer();
        assertThat(code(answer)).isEqualTo("precondition_failed APPROVAL_REJECTED");
        assertThat(answer.at("/error/details/decided_by").asText()).isEqualTo(EVA);
        assertThat(answer.at("/error/details/note").asText()).isEqualTo("said so");
        assertThat(city(contact)).isEqualTo("null");
        assertThat(row(answer)).isEqualTo("test.city.always|user:ana|error|none");
    }

    @Test
    void nobody_decides_on_what_they_asked_for() {
        RecourseClient.Started call = asking(contact(), "Cali");

        JsonNode own = decide(call, TestDatabase.OWNER, "approve");

        assertThat(code(own)).isEqualTo("permission_denied APPROVAL_OWN_REQUEST");
        assertThat(waiting(call).path("status").asText()).isEqualTo("waiting");
        decide(call, EVA, "reject");
        assertThat(code(call.answer())).isEqualTo("precondition_failed APPROVAL_REJECTED");
    }

    @Test
    void the_database_itself_refuses_a_decision_on_one_s_own_request() {
        RecourseClient.Started call = asking(contact(), "Cali");
        String id = waiting(call).path("approval_id").asText();

        assertThatThrownBy(() -> insertDecision(id)).hasStackTraceContaining("decision_of_another");
        decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void whoever_may_not_approve_is_refused_and_an_update_without_identity_is_the_service_principal_s() {
        RecourseClient.Started call = asking(contact(), "Cali");

        assertThat(code(decide(call, "user:leo", "approve"))).isEqualTo("permission_denied PERMISSION_DENIED");
        JsonNode unsigned = STACK.foreignClient()
                .newUntypedWorkflowStub(id(call))
                .update("decide", JsonNode.class, decision("approve"));

        assertThat(code(unsigned)).as("ana is the service principal here").endsWith("APPROVAL_OWN_REQUEST");
        assertThat(row(unsigned)).isEqualTo("system.approval.decide|user:ana|error|not_applied");
        decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void an_update_without_identity_decides_where_another_asked() {
        String contact = contact();
        RecourseClient eva = new RecourseClient(STACK.client("a", EVA), "a", TestStack.SESSION, true);
        RecourseClient.Started call = eva.call("test.city.always", move(contact, "Cali"), false, UUID.randomUUID());
        awaitWaiting(call);

        JsonNode unsigned = STACK.foreignClient()
                .newUntypedWorkflowStub(id(call))
                .update("decide", JsonNode.class, decision("approve"));

        assertThat(unsigned.at("/outputs/decidedBy").asText()).isEqualTo("user:ana");
        assertThat(call.answer().path("status").asText()).isEqualTo("success");
    }

    @Test
    void of_two_who_decide_at_once_one_does() {
        Workspaces.addMember(STACK.db.database(), TestDatabase.A, "max", "admin");
        RecourseClient.Started call = asking(contact(), "Cali");
        String id = waiting(call).path("approval_id").asText();
        String ruling = "{\"approvalId\": \"%s\", \"decision\": \"%s\"}";

        CompletableFuture<JsonNode> one =
                Meanwhile.doing(() -> as(EVA, "system.approval.decide", ruling.formatted(id, "approve")));
        JsonNode other = as("user:max", "system.approval.decide", ruling.formatted(id, "reject"));

        boolean approved = one.join().path("status").asText().equals("success");
        assertThat(other.path("status").asText()).isEqualTo(approved ? "error" : "success");
        assertThat(code(approved ? other : one.join())).isEqualTo("conflict APPROVAL_DECIDED");
        assertThat(call.answer().path("status").asText()).isEqualTo(approved ? "success" : "error");
    }

    @Test
    void a_decision_that_is_called_for_elsewhere_wakes_whoever_waits() {
        String contact = contact();
        RecourseClient.Started call = asking(contact, "Cali");

        JsonNode decided = as(
                EVA,
                "system.approval.decide",
                "{\"approvalId\": \"%s\", \"decision\": \"approve\"}"
                        .formatted(waiting(call).path("approval_id").asText()));

        assertThat(decided.at("/outputs/workflowId").asText()).isEqualTo(id(call));
        assertThat(call.answer().path("status").asText()).isEqualTo("success");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Calı", "cali", "Cali "})
    void another_call_does_not_run_on_an_approval_whatever_id_it_takes(String other) {
        String contact = contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = asking(contact, "Cali", callId);

        JsonNode forged = STACK.ana()
                .call("test.city.always", move(contact, other), false, callId)
                .answer();
        decide(call, EVA, "approve");
        JsonNode again = STACK.ana()
                .call("test.city.always", move(contact, other), false, callId)
                .answer();

        assertThat(code(forged)).isEqualTo("conflict CALL_ID_REUSED");
        assertThat(call.answer().path("status").asText()).isEqualTo("success");
        assertThat(code(again)).isEqualTo("conflict CALL_ID_REUSED");
        assertThat(city(contact)).isEqualTo("Cali");
    }

    @Test
    void an_approval_is_used_once() {
        String contact = contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = asking(contact, "Cali", callId);
        decide(call, EVA, "approve");
        JsonNode first = call.answer();
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        JsonNode same = STACK.ana()
                .call("test.city.always", move(contact, "Cali"), false, callId)
                .answer();
        RecourseClient.Started another = asking(contact, "Cali");

        assertThat(same.path("execution_id")).isEqualTo(first.path("execution_id"));
        assertThat(city(contact)).as("and changed nothing").isEqualTo("Pasto");
        assertThat(waiting(another).path("approval_id").asText()).isNotEmpty();
        decide(another, EVA, "reject");
        another.answer();
    }

    @Test
    void what_changed_since_the_preview_is_not_overwritten() {
        String contact = contact();
        RecourseClient.Started call = asking(contact, "Cali");
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        decide(call, EVA, "approve");

        JsonNode answer = call.answer();
        assertThat(code(answer)).isEqualTo("conflict PREVIEW_OUTDATED");
        assertThat(city(contact)).isEqualTo("Pasto");
        assertThat(row(answer)).isEqualTo("test.city.always|user:ana|error|not_applied");
    }

    @Test
    void what_changed_elsewhere_since_the_preview_does_not_matter() {
        String contact = contact();
        RecourseClient.Started call = asking(contact, "Cali");
        contact();

        decide(call, EVA, "approve");

        assertThat(call.answer().path("status").asText()).isEqualTo("success");
    }

    @Test
    void a_call_that_would_fail_asks_nobody() {
        JsonNode answer = STACK.call(
                "test.city.always", "{\"contactId\": \"%s\", \"city\": \"Cali\"}".formatted(UUID.randomUUID()));

        assertThat(code(answer)).isEqualTo("not_found CONTACT_NOT_FOUND");
    }

    @Test
    void a_dry_run_asks_nobody() {
        JsonNode answer =
                STACK.dryRun("test.city.always", move(contact(), "Cali").toString());

        assertThat(answer.path("status").asText()).isEqualTo("dry_run");
    }

    @Test
    void a_tool_that_asks_sometimes_says_when() {
        String contact = contact();

        assertThat(STACK.call("test.city.sometimes", move(contact, "Cali").toString())
                        .path("status")
                        .asText())
                .isEqualTo("success");
        RecourseClient.Started far =
                STACK.ana().call("test.city.sometimes", move(contact, "Bogotá"), false, UUID.randomUUID());
        awaitWaiting(far);
        assertThat(waiting(far).at("/reason/message").asText()).isEqualTo("It is far.");
        decide(far, EVA, "approve");
        assertThat(far.answer().path("status").asText()).isEqualTo("success");
    }

    @Test
    void a_deletion_waits_where_an_agent_asks_and_nowhere_else() {
        String contact = contact();
        String other = contact();
        Identity agent = new Identity("a", TestDatabase.OWNER, "agent", TestStack.SESSION, null);
        RecourseClient client = new RecourseClient(STACK.client(agent), "a", TestStack.SESSION, true);

        assertThat(STACK.call("crm.contact.delete", "{\"contactId\": \"%s\"}".formatted(other))
                        .path("status")
                        .asText())
                .isEqualTo("success");
        RecourseClient.Started call = client.call(
                "crm.contact.delete",
                TestStack.json("{\"contactId\": \"%s\"}".formatted(contact)),
                false,
                UUID.randomUUID());
        awaitWaiting(call);
        assertThat(waiting(call).at("/reason/code").asText()).isEqualTo("APPROVAL_OF_SOURCE");
        decide(call, EVA, "approve");

        assertThat(call.answer().at("/outputs/deleted").asBoolean()).isTrue();
    }

    @Test
    void a_call_that_is_cancelled_while_it_waits_ends_with_a_row_and_waits_no_more() {
        String contact = contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = asking(contact, "Cali", callId);
        String id = waiting(call).path("approval_id").asText();

        call.workflow().cancel();

        assertThatThrownBy(call::answer)
                .isInstanceOf(WorkflowFailedException.class)
                .hasCauseInstanceOf(CanceledFailure.class);
        JsonNode late =
                as(EVA, "system.approval.decide", "{\"approvalId\": \"%s\", \"decision\": \"approve\"}".formatted(id));
        assertThat(code(late)).isEqualTo("precondition_failed APPROVAL_CLOSED");
        JsonNode again = STACK.ana()
                .call("test.city.always", move(contact, "Cali"), false, callId)
                .answer();
        assertThat(code(again)).isEqualTo("precondition_failed APPROVAL_WITHDRAWN");
        assertThat(city(contact)).isEqualTo("null");
    }

    @Test
    void a_decision_is_for_what_waits_here() {
        RecourseClient.Started one = asking(contact(), "Cali");
        RecourseClient.Started other = asking(contact(), "Cali");
        ObjectNode named = decision("approve");
        named.put("approval_id", waiting(other).path("approval_id").asText());

        assertThatThrownBy(() -> stub(one, EVA).update("decide", JsonNode.class, named))
                .isInstanceOf(WorkflowUpdateException.class);

        decide(one, EVA, "reject");
        decide(other, EVA, "reject");
        one.answer();
        other.answer();
        assertThatThrownBy(() -> stub(one, EVA).update("decide", JsonNode.class, decision("approve")))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void garbage_for_a_decision_is_answered_and_recorded() {
        RecourseClient.Started call = asking(contact(), "Cali");

        JsonNode answer = stub(call, EVA).update("decide", JsonNode.class, decision("maybe"));

        assertThat(code(answer)).isEqualTo("validation_error VALIDATION_ERROR");
        decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void what_was_asked_for_can_be_asked_again_with_its_id_where_nobody_waits_any_more() {
        String contact = contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = asking(contact, "Cali", callId);
        String id = waiting(call).path("approval_id").asText();
        call.workflow().terminate("its process died");

        as(EVA, "system.approval.decide", "{\"approvalId\": \"%s\", \"decision\": \"approve\"}".formatted(id));
        JsonNode again = STACK.ana()
                .call("test.city.always", move(contact, "Cali"), false, callId)
                .answer();

        assertThat(again.path("status").asText()).as("%s", again).isEqualTo("success");
        assertThat(city(contact)).isEqualTo("Cali");
    }

    // ---- what leaves the house

    @Test
    void an_approved_letter_is_sent_once_and_a_rejected_one_never() {
        String contact = contact();
        RecourseClient.Started yes = letter(contact, "Ask first");
        RecourseClient.Started no = letter(contact, "Ask twice");
        assertThat(LetterTools.ARRIVED).noneMatch(arrived -> arrived.startsWith("null Ask"));
        assertThat(waiting(yes).at("/preview/sent").asBoolean(true)).isFalse();

        decide(no, EVA, "reject");
        decide(yes, EVA, "approve");

        assertThat(yes.answer().at("/outputs/sent").asBoolean()).isTrue();
        assertThat(code(no.answer())).isEqualTo("precondition_failed APPROVAL_REJECTED");
        assertThat(LetterTools.ARRIVED)
                .filteredOn(arrived -> arrived.startsWith("null Ask"))
                .containsExactly("null Ask first");
    }

    @Test
    void a_letter_that_would_go_elsewhere_by_now_is_not_sent() {
        String contact = contact();
        RecourseClient.Started letter = letter(contact, "Ask where");
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        decide(letter, EVA, "approve");

        assertThat(code(letter.answer())).isEqualTo("conflict PREVIEW_OUTDATED");
        assertThat(LetterTools.ARRIVED).noneMatch(arrived -> arrived.endsWith("Ask where"));
    }

    @Test
    void a_letter_at_the_end_of_a_batch_is_approved_with_it() {
        ObjectNode file = withNewContact("Cali");
        file.withArray("calls").add(TestStack.json("""
                {"tool": "test.letter.send", "inputs": {"contactId": "$0.contactId", "text": "Ask in a batch"}}"""));
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        assertThat(waiting(batch).at("/reason/steps/0/index").asInt()).isEqualTo(3);

        decide(batch, EVA, "approve");

        assertThat(batch.answer().path("status").asText()).isEqualTo("applied");
        assertThat(LetterTools.ARRIVED).containsOnlyOnce("Cali Ask in a batch");
    }

    private static RecourseClient.Started letter(String contact, String text) {
        ObjectNode inputs =
                JsonNodeFactory.instance.objectNode().put("contactId", contact).put("text", text);
        RecourseClient.Started letter = STACK.ana().call("test.letter.send", inputs, false, UUID.randomUUID());
        awaitWaiting(letter);
        return letter;
    }

    // ---- batches

    @Test
    void a_batch_is_approved_once_for_all_its_steps_references_included() {
        ObjectNode file = withNewContact("Bogotá");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        JsonNode asked = waiting(batch);
        assertThat(asked.at("/preview/status").asText()).isEqualTo("applied");
        assertThat(STACK.db.cell("select count(*) from tool_executions where batch_id = '"
                        + file.path("batch_id").asText() + "' and status <> 'dry_run'"))
                .isEqualTo("0");

        decide(batch, EVA, "approve");

        JsonNode answer = batch.answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("applied");
        assertThat(city(answer.at("/steps/0/outputs/contactId").asText())).isEqualTo("Bogotá");
        assertThat(STACK.batch(file.toString()).path("status").asText()).isEqualTo("applied");
    }

    @Test
    void a_batch_in_one_transaction_is_approved_alike() {
        ObjectNode file = withNewContact("Bogotá").put("isolation", "transaction");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);

        decide(batch, EVA, "approve");

        JsonNode answer = batch.answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("applied");
    }

    @Test
    void a_batch_whose_dry_run_shows_that_nothing_asks_is_just_run() {
        JsonNode answer = STACK.batch(withNewContact("Cali").toString());

        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("applied");
    }

    @Test
    void a_rejected_batch_runs_nothing_and_leaves_a_row() {
        ObjectNode file = withNewContact("Bogotá");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);

        decide(batch, EVA, "reject");

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
        decide(batch, EVA, "approve");
        assertThat(batch.answer().path("status").asText()).isEqualTo("applied");
    }

    @Test
    void a_batch_whose_data_changed_since_its_preview_runs_nothing() {
        String contact = contact();
        RecourseClient.Started batch = STACK.ana().batch(moving(contact));
        awaitWaiting(batch);
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        decide(batch, EVA, "approve");

        JsonNode answer = batch.answer();
        assertThat(code(answer)).as("%s", answer).isEqualTo("conflict PREVIEW_OUTDATED");
        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(city(contact)).isEqualTo("Pasto");
    }

    @Test
    void data_that_change_between_two_steps_of_an_approved_batch_stop_it_and_it_is_taken_back() {
        String contact = contact();
        String stage = UUID.randomUUID().toString();
        ObjectNode file = moving(contact);
        file.withArray("calls").insert(0, TestStack.json("""
                {"tool": "crm.contact.create", "inputs": {"name": "First", "phone": "%s"}}""".formatted(phone())));
        file.withArray("calls").insert(1, TestStack.json("""
                {"tool": "test.stage.wait", "inputs": {"name": "%s"}}""".formatted(stage)));
        ((ObjectNode) file.at("/calls/3/inputs")).put("contactId", "$2.contactId");
        Stage.passing(stage, 2); // its preview, and the one that makes sure
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        decide(batch, EVA, "approve");
        Stage.named(stage).awaitBatch();
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));
        Stage.named(stage).open();

        JsonNode answer = batch.answer();

        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("rolled_back");
        assertThat(answer.at("/steps/2/error/code").asText()).isEqualTo("PREVIEW_OUTDATED");
        assertThat(city(contact)).isEqualTo("Pasto");
        assertThat(STACK.db.rows("select name from contacts where name = 'First'"))
                .isEmpty();
    }

    @Test
    void a_step_that_is_not_the_planned_one_does_not_run_under_the_approval_of_its_batch() {
        String contact = contact();
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
        decide(batch, EVA, "approve");
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
        assertThat(city(contact)).isEqualTo("Cali");
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
        ObjectNode file = withNewContact("Bogotá");
        RecourseClient.Started batch = STACK.ana().batch(file);
        awaitWaiting(batch);
        String id = waiting(batch).path("approval_id").asText();

        JsonNode aborted = batch.abort();

        assertThat(code(aborted)).isEqualTo("precondition_failed APPROVAL_WITHDRAWN");
        assertThat(code(as(
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

    // ---- parts

    private static ObjectNode withNewContact(String city) {
        return (ObjectNode) TestStack.json("""
                {"batch_id": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Nora", "phone": "%s"}},
                  {"tool": "test.city.sometimes", "inputs": {"contactId": "$0.contactId", "city": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "moved"}}]}
                """.formatted(UUID.randomUUID(), phone(), city));
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

    private static RecourseClient.Started asking(String contact, String city) {
        return asking(contact, city, UUID.randomUUID());
    }

    private static RecourseClient.Started asking(String contact, String city, UUID callId) {
        RecourseClient.Started call = STACK.ana().call("test.city.always", move(contact, city), false, callId);
        awaitWaiting(call);
        return call;
    }

    private static void awaitWaiting(RecourseClient.Started call) {
        while (!progress(call).has("approval")) {
            Thread.onSpinWait();
        }
    }

    private static JsonNode waiting(RecourseClient.Started call) {
        return progress(call).path("approval");
    }

    private static JsonNode progress(RecourseClient.Started call) {
        JsonNode progress = call.progress();
        return progress == null ? JsonNodeFactory.instance.objectNode() : progress;
    }

    private static JsonNode decide(RecourseClient.Started call, String principal, String decision) {
        return stub(call, principal).update("decide", JsonNode.class, decision(decision));
    }

    private static WorkflowStub stub(RecourseClient.Started call, String principal) {
        return STACK.client("a", principal).newUntypedWorkflowStub(id(call));
    }

    private static ObjectNode decision(String decision) {
        return JsonNodeFactory.instance.objectNode().put("decision", decision).put("note", "said so");
    }

    private static JsonNode as(String principal, String tool, String inputs) {
        return new RecourseClient(STACK.client("a", principal), "a", TestStack.SESSION, true)
                .call(tool, TestStack.json(inputs), false, UUID.randomUUID())
                .answer();
    }

    private static void insertDecision(String approval) {
        STACK.db.as_superuser("""
                select recourse.enter('%s', 'user:ana', null, 4000, 4000);
                insert into approval_decisions (workspace_id, approval_id, requested_by, expires_at, decision)
                select workspace_id, id, requested_by, expires_at, 'approve' from approvals where id = '%s'
                """.formatted(TestDatabase.A, approval));
    }

    private static String contact() {
        return STACK.call("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"" + phone() + "\"}")
                .at("/outputs/contactId")
                .asText();
    }

    private static String phone() {
        return "300%07d".formatted(PHONES.incrementAndGet());
    }

    private static JsonNode move(String contact, String city) {
        return JsonNodeFactory.instance.objectNode().put("contactId", contact).put("city", city);
    }

    private static String city(String contact) {
        return STACK.db.cell("select city from contacts where id = '" + contact + "'");
    }

    private static String code(JsonNode answer) {
        return answer.at("/error/type").asText() + " "
                + answer.at("/error/code").asText();
    }

    private static String row(JsonNode answer) {
        return STACK.db.cell("select tool_name, principal, status, outcome from tool_executions where id = '"
                + answer.path("execution_id").asText() + "'");
    }

    private static String id(RecourseClient.Started call) {
        return Objects.requireNonNull(call.workflow().getExecution()).getWorkflowId();
    }
}
