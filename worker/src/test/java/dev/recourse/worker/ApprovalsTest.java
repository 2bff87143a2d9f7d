package dev.recourse.worker;

import static dev.recourse.worker.Approving.EVA;
import static dev.recourse.worker.Approving.awaitWaiting;
import static dev.recourse.worker.Approving.code;
import static dev.recourse.worker.Approving.decision;
import static dev.recourse.worker.Approving.id;
import static dev.recourse.worker.Approving.move;
import static dev.recourse.worker.Approving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Identity;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.CanceledFailure;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that somebody has to approve has no effect before, and afterwards only the one that was approved. */
@Timeout(90)
final class ApprovalsTest {

    private static final TestStack STACK = TestStack.start(
            tools -> {
                StageTools.tools(tools);
                CityTools.tools(tools);
                LetterTools.tools(tools);
            },
            worker -> {});
    private static final Approving ASKED = new Approving(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    // ---- calls

    @Test
    void an_approved_call_takes_effect_once_and_the_decision_has_its_own_row() {
        String contact = ASKED.contact();
        RecourseClient.Started call = ASKED.asking(contact, "Cali");
        assertThat(ASKED.city(contact)).isEqualTo("null");

        JsonNode decided = ASKED.decide(call, EVA, "approve");

        JsonNode answer = call.answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
        assertThat(ASKED.city(contact)).isEqualTo("Cali");
        assertThat(decided.path("status").asText()).isEqualTo("success");
        assertThat(decided.at("/outputs/decidedBy").asText()).isEqualTo(EVA);
        assertThat(ASKED.row(decided)).isEqualTo("system.approval.decide|user:eva|success|none");
        assertThat(ASKED.row(answer)).isEqualTo("test.city.always|user:ana|success|applied");
        assertThat(STACK.db.cell("select count(*) from tool_executions where tool_name = 'test.city.always'"
                        + " and status = 'dry_run' and inputs ->> 'contactId' = '" + contact + "'"))
                .as("the preview is evidence")
                .isEqualTo("1");
    }

    @Test
    void what_waits_says_for_what_why_and_until_when() {
        String contact = ASKED.contact();
        RecourseClient.Started call = ASKED.asking(contact, "Cali");

        JsonNode asked = waiting(call);

        assertThat(asked.path("tool").asText()).isEqualTo("test.city.always");
        assertThat(asked.at("/preview/city").asText()).isEqualTo("Cali");
        assertThat(asked.at("/reason/code").asText()).isEqualTo("APPROVAL_ALWAYS");
        assertThat(asked.path("requested_by").asText()).isEqualTo("user:ana");
        assertThat(asked.path("expires_in_ms").asLong()).isBetween(1L, 24L * 3600 * 1000);
        JsonNode listed = ASKED.as(EVA, "system.approval.list", "{}").at("/outputs/approvals");
        assertThat(listed.findValuesAsText("approvalId"))
                .contains(asked.path("approval_id").asText());
        ASKED.decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void a_rejected_call_changes_nothing_and_says_who_and_why() {
        String contact = ASKED.contact();
        RecourseClient.Started call = ASKED.asking(contact, "Cali");

        ASKED.decide(call, EVA, "reject");

        JsonNode answer = call.answer();
        assertThat(code(answer)).isEqualTo("precondition_failed APPROVAL_REJECTED");
        assertThat(answer.at("/error/details/decided_by").asText()).isEqualTo(EVA);
        assertThat(answer.at("/error/details/note").asText()).isEqualTo("said so");
        assertThat(ASKED.city(contact)).isEqualTo("null");
        assertThat(ASKED.row(answer)).isEqualTo("test.city.always|user:ana|error|none");
    }

    @Test
    void nobody_decides_on_what_they_asked_for() {
        RecourseClient.Started call = ASKED.asking(ASKED.contact(), "Cali");

        JsonNode own = ASKED.decide(call, TestDatabase.OWNER, "approve");

        assertThat(code(own)).isEqualTo("permission_denied APPROVAL_OWN_REQUEST");
        assertThat(waiting(call).path("status").asText()).isEqualTo("waiting");
        ASKED.decide(call, EVA, "reject");
        assertThat(code(call.answer())).isEqualTo("precondition_failed APPROVAL_REJECTED");
    }

    @Test
    void the_database_itself_refuses_a_decision_on_one_s_own_request() {
        RecourseClient.Started call = ASKED.asking(ASKED.contact(), "Cali");
        String id = waiting(call).path("approval_id").asText();

        assertThatThrownBy(() -> insertDecision(id)).hasStackTraceContaining("decision_of_another");
        ASKED.decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void whoever_may_not_approve_is_refused_and_an_update_without_identity_is_the_service_principal_s() {
        RecourseClient.Started call = ASKED.asking(ASKED.contact(), "Cali");

        assertThat(code(ASKED.decide(call, "user:leo", "approve"))).isEqualTo("permission_denied PERMISSION_DENIED");
        JsonNode unsigned = STACK.foreignClient()
                .newUntypedWorkflowStub(id(call))
                .update("decide", JsonNode.class, decision("approve"));

        assertThat(code(unsigned)).as("ana is the service principal here").endsWith("APPROVAL_OWN_REQUEST");
        assertThat(ASKED.row(unsigned)).isEqualTo("system.approval.decide|user:ana|error|not_applied");
        ASKED.decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void an_update_without_identity_decides_where_another_asked() {
        String contact = ASKED.contact();
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
        RecourseClient.Started call = ASKED.asking(ASKED.contact(), "Cali");
        String id = waiting(call).path("approval_id").asText();
        String ruling = "{\"approvalId\": \"%s\", \"decision\": \"%s\"}";

        CompletableFuture<JsonNode> one =
                Meanwhile.doing(() -> ASKED.as(EVA, "system.approval.decide", ruling.formatted(id, "approve")));
        JsonNode other = ASKED.as("user:max", "system.approval.decide", ruling.formatted(id, "reject"));

        boolean approved = one.join().path("status").asText().equals("success");
        assertThat(other.path("status").asText()).isEqualTo(approved ? "error" : "success");
        assertThat(code(approved ? other : one.join())).isEqualTo("conflict APPROVAL_DECIDED");
        assertThat(call.answer().path("status").asText()).isEqualTo(approved ? "success" : "error");
    }

    @Test
    void a_decision_that_is_called_for_elsewhere_wakes_whoever_waits() {
        String contact = ASKED.contact();
        RecourseClient.Started call = ASKED.asking(contact, "Cali");

        JsonNode decided = ASKED.as(
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
        String contact = ASKED.contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = ASKED.asking(contact, "Cali", callId);

        JsonNode forged = STACK.ana()
                .call("test.city.always", move(contact, other), false, callId)
                .answer();
        ASKED.decide(call, EVA, "approve");
        JsonNode again = STACK.ana()
                .call("test.city.always", move(contact, other), false, callId)
                .answer();

        assertThat(code(forged)).isEqualTo("conflict CALL_ID_REUSED");
        assertThat(call.answer().path("status").asText()).isEqualTo("success");
        assertThat(code(again)).isEqualTo("conflict CALL_ID_REUSED");
        assertThat(ASKED.city(contact)).isEqualTo("Cali");
    }

    @Test
    void an_approval_is_used_once() {
        String contact = ASKED.contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = ASKED.asking(contact, "Cali", callId);
        ASKED.decide(call, EVA, "approve");
        JsonNode first = call.answer();
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        JsonNode same = STACK.ana()
                .call("test.city.always", move(contact, "Cali"), false, callId)
                .answer();
        RecourseClient.Started another = ASKED.asking(contact, "Cali");

        assertThat(same.path("execution_id")).isEqualTo(first.path("execution_id"));
        assertThat(ASKED.city(contact)).as("and changed nothing").isEqualTo("Pasto");
        assertThat(waiting(another).path("approval_id").asText()).isNotEmpty();
        ASKED.decide(another, EVA, "reject");
        another.answer();
    }

    @Test
    void what_changed_since_the_preview_is_not_overwritten() {
        String contact = ASKED.contact();
        RecourseClient.Started call = ASKED.asking(contact, "Cali");
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        ASKED.decide(call, EVA, "approve");

        JsonNode answer = call.answer();
        assertThat(code(answer)).isEqualTo("conflict PREVIEW_OUTDATED");
        assertThat(ASKED.city(contact)).isEqualTo("Pasto");
        assertThat(ASKED.row(answer)).isEqualTo("test.city.always|user:ana|error|not_applied");
    }

    @Test
    void what_changed_elsewhere_since_the_preview_does_not_matter() {
        String contact = ASKED.contact();
        RecourseClient.Started call = ASKED.asking(contact, "Cali");
        ASKED.contact();

        ASKED.decide(call, EVA, "approve");

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
                STACK.dryRun("test.city.always", move(ASKED.contact(), "Cali").toString());

        assertThat(answer.path("status").asText()).isEqualTo("dry_run");
    }

    @Test
    void a_tool_that_asks_sometimes_says_when() {
        String contact = ASKED.contact();

        assertThat(STACK.call("test.city.sometimes", move(contact, "Cali").toString())
                        .path("status")
                        .asText())
                .isEqualTo("success");
        RecourseClient.Started far =
                STACK.ana().call("test.city.sometimes", move(contact, "Bogotá"), false, UUID.randomUUID());
        awaitWaiting(far);
        assertThat(waiting(far).at("/reason/message").asText()).isEqualTo("It is far.");
        ASKED.decide(far, EVA, "approve");
        assertThat(far.answer().path("status").asText()).isEqualTo("success");
    }

    @Test
    void a_deletion_waits_where_an_agent_asks_and_nowhere_else() {
        String contact = ASKED.contact();
        String other = ASKED.contact();
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
        ASKED.decide(call, EVA, "approve");

        assertThat(call.answer().at("/outputs/deleted").asBoolean()).isTrue();
    }

    @Test
    void a_call_that_is_cancelled_while_it_waits_ends_with_a_row_and_waits_no_more() {
        String contact = ASKED.contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = ASKED.asking(contact, "Cali", callId);
        String id = waiting(call).path("approval_id").asText();

        call.workflow().cancel();

        assertThatThrownBy(call::answer)
                .isInstanceOf(WorkflowFailedException.class)
                .hasCauseInstanceOf(CanceledFailure.class);
        JsonNode late = ASKED.as(
                EVA, "system.approval.decide", "{\"approvalId\": \"%s\", \"decision\": \"approve\"}".formatted(id));
        assertThat(code(late)).isEqualTo("precondition_failed APPROVAL_CLOSED");
        JsonNode again = STACK.ana()
                .call("test.city.always", move(contact, "Cali"), false, callId)
                .answer();
        assertThat(code(again)).isEqualTo("precondition_failed APPROVAL_WITHDRAWN");
        assertThat(ASKED.city(contact)).isEqualTo("null");
    }

    @Test
    void a_decision_is_for_what_waits_here() {
        RecourseClient.Started one = ASKED.asking(ASKED.contact(), "Cali");
        RecourseClient.Started other = ASKED.asking(ASKED.contact(), "Cali");
        ObjectNode named = decision("approve");
        named.put("approval_id", waiting(other).path("approval_id").asText());

        assertThatThrownBy(() -> ASKED.stub(one, EVA).update("decide", JsonNode.class, named))
                .isInstanceOf(WorkflowUpdateException.class);

        ASKED.decide(one, EVA, "reject");
        ASKED.decide(other, EVA, "reject");
        one.answer();
        other.answer();
        assertThatThrownBy(() -> ASKED.stub(one, EVA).update("decide", JsonNode.class, decision("approve")))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void garbage_for_a_decision_is_answered_and_recorded() {
        RecourseClient.Started call = ASKED.asking(ASKED.contact(), "Cali");

        JsonNode answer = ASKED.stub(call, EVA).update("decide", JsonNode.class, decision("maybe"));

        assertThat(code(answer)).isEqualTo("validation_error VALIDATION_ERROR");
        ASKED.decide(call, EVA, "reject");
        call.answer();
    }

    @Test
    void what_was_asked_for_can_be_asked_again_with_its_id_where_nobody_waits_any_more() {
        String contact = ASKED.contact();
        UUID callId = UUID.randomUUID();
        RecourseClient.Started call = ASKED.asking(contact, "Cali", callId);
        String id = waiting(call).path("approval_id").asText();
        call.workflow().terminate("its process died");

        ASKED.as(EVA, "system.approval.decide", "{\"approvalId\": \"%s\", \"decision\": \"approve\"}".formatted(id));
        JsonNode again = STACK.ana()
                .call("test.city.always", move(contact, "Cali"), false, callId)
                .answer();

        assertThat(again.path("status").asText()).as("%s", again).isEqualTo("success");
        assertThat(ASKED.city(contact)).isEqualTo("Cali");
    }

    // ---- what leaves the house

    @Test
    void an_approved_letter_is_sent_once_and_a_rejected_one_never() {
        String contact = ASKED.contact();
        RecourseClient.Started yes = ASKED.letter(contact, "Ask first");
        RecourseClient.Started no = ASKED.letter(contact, "Ask twice");
        assertThat(LetterTools.ARRIVED).noneMatch(arrived -> arrived.startsWith("null Ask"));
        assertThat(waiting(yes).at("/preview/sent").asBoolean(true)).isFalse();

        ASKED.decide(no, EVA, "reject");
        ASKED.decide(yes, EVA, "approve");

        assertThat(yes.answer().at("/outputs/sent").asBoolean()).isTrue();
        assertThat(code(no.answer())).isEqualTo("precondition_failed APPROVAL_REJECTED");
        assertThat(LetterTools.ARRIVED)
                .filteredOn(arrived -> arrived.startsWith("null Ask"))
                .containsExactly("null Ask first");
    }

    @Test
    void a_letter_that_would_go_elsewhere_by_now_is_not_sent() {
        String contact = ASKED.contact();
        RecourseClient.Started letter = ASKED.letter(contact, "Ask where");
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Pasto\"}".formatted(contact));

        ASKED.decide(letter, EVA, "approve");

        assertThat(code(letter.answer())).isEqualTo("conflict PREVIEW_OUTDATED");
        assertThat(LetterTools.ARRIVED).noneMatch(arrived -> arrived.endsWith("Ask where"));
    }

    private static void insertDecision(String approval) {
        STACK.db.as_superuser("""
                select recourse.enter('%s', 'user:ana', null, 4000, 4000);
                insert into approval_decisions (workspace_id, approval_id, requested_by, expires_at, decision)
                select workspace_id, id, requested_by, expires_at, 'approve' from approvals where id = '%s'
                """.formatted(TestDatabase.A, approval));
    }
}
