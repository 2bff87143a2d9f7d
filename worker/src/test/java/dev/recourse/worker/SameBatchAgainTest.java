package dev.recourse.worker;

import static dev.recourse.worker.Desk.file;
import static dev.recourse.worker.Desk.id;
import static dev.recourse.worker.Desk.together;
import static dev.recourse.worker.Desk.told;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.CallKey;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that comes again is done once: whoever sends it, wherever, at once or after it was undone. */
@Timeout(60)
final class SameBatchAgainTest {

    private static final TestStack STACK = TestStack.start(
            StageTools::tools, worker -> worker.registerWorkflowImplementationTypes(Delivery.Delivering.class));
    private static final Desk DESK = new Desk(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void the_same_batch_twice_is_done_once_and_answers_the_same() {
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(DESK.phone()));
        JsonNode first = STACK.ana().batch(file).answer();
        String after = STACK.db.everything();
        int rows = STACK.rows();

        JsonNode again = STACK.ana().batch(file).answer();
        JsonNode foreign = STACK.foreign("ToolBatch", file);

        assertThat(again).isEqualTo(first);
        assertThat(foreign.path("steps")).isEqualTo(first.path("steps"));
        assertThat(told(foreign)).isEqualTo(told(first));
        assertThat(STACK.db.everything()).isEqualTo(after);
        assertThat(STACK.rows()).isEqualTo(rows);
    }

    @Test
    void a_failed_batch_answers_the_same_when_sent_again_though_it_could_be_done_by_now() {
        String taken = DESK.taken();
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(DESK.phone(), taken));
        JsonNode first = STACK.ana().batch(file).answer();
        String holder = first.at("/steps/1/error/details/contactId").asText();
        STACK.call("crm.contact.delete", "{\"contactId\": \"%s\"}".formatted(holder));

        assertThat(STACK.ana().batch(file).answer()).isEqualTo(first);
    }

    @Test
    void how_a_file_is_written_and_who_sends_it_in_which_session_does_not_make_it_another_batch() {
        ObjectNode file = file("{\"calls\": [{\"tool\": \"crm.contact.list\"}]}");
        JsonNode first = STACK.ana().batch(file).answer();
        ObjectNode same = file.deepCopy()
                .put("atomic", true)
                .put("dry_run", false)
                .put("on_error", "stop")
                .put("agent_session_id", UUID.randomUUID().toString())
                .put("workspace_id", "a");
        ((ObjectNode) same.at("/calls/0")).putObject("inputs");

        JsonNode again = STACK.ana().batch(same).answer();

        assertThat(again.path("status").asText()).isEqualTo("applied");
        assertThat(again.path("steps")).isEqualTo(first.path("steps"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"calls\": [{\"tool\": \"crm.contact.list\", \"inputs\": {\"pageSize\": 2}}]}",
                "{\"calls\": [{\"tool\": \"crm.contact.list\"}, {\"tool\": \"crm.contact.list\"}]}",
                "{\"calls\": [{\"tool\": \"crm.contact.list\"}], \"atomic\": false}",
                "{\"calls\": [{\"tool\": \"crm.contact.list\"}], \"isolation\": \"transaction\"}"
            })
    void the_same_id_with_another_content_is_refused(String other) {
        ObjectNode file = file("{\"calls\": [{\"tool\": \"crm.contact.list\"}]}");
        STACK.ana().batch(file).answer();
        ObjectNode changed = file(other).put("batch_id", file.path("batch_id").asText());

        JsonNode answer = STACK.ana().batch(changed).answer();

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("CALL_ID_REUSED");
        assertThat(answer.path("steps").findValuesAsText("status")).containsOnly("not_run");
    }

    @Test
    void one_id_in_two_workspaces_is_two_batches() {
        ObjectNode file = file("""
                {"calls": [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}}]}
                """.formatted(DESK.phone()));

        JsonNode inA = STACK.ana().batch(file).answer();
        JsonNode inB = DESK.as("b", TestDatabase.OWNER).batch(file).answer();

        assertThat(told(inA)).isEqualTo("applied 1/0: applied");
        assertThat(told(inB)).isEqualTo("applied 1/0: applied");
        assertThat(inB.at("/steps/0/execution_id")).isNotEqualTo(inA.at("/steps/0/execution_id"));
        assertThat(STACK.db.rows(
                        "select workspace_id from tool_executions where batch_id = '" + id(inA) + "' order by 1"))
                .containsExactly(TestDatabase.A.toString(), TestDatabase.B.toString());
    }

    @Test
    void a_failing_batch_in_two_workspaces_at_once_is_rolled_back_in_both() {
        String mine = DESK.taken();
        call("b", "{\"name\": \"Taken\", \"phone\": \"%s\"}".formatted(mine));
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(DESK.phone(), mine));
        String before = STACK.db.business();

        List<JsonNode> answers = together(
                () -> STACK.foreign("ToolBatch", file.deepCopy().put("workspace_id", "a")),
                () -> STACK.foreign("ToolBatch", file.deepCopy().put("workspace_id", "b")));

        assertThat(answers).extracting(Desk::told).containsOnly("rolled_back 0/1: undone failed");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void one_file_from_many_clients_at_once_is_done_once() {
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(DESK.phone()));

        List<JsonNode> answers = together(
                () -> STACK.foreign("ToolBatch", file),
                () -> STACK.foreign("ToolBatch", file),
                () -> STACK.ana().batch(file).answer(),
                () -> STACK.ana().batch(file).answer());

        assertThat(answers)
                .extracting(Desk::told)
                .containsAnyOf("applied 2/0: applied applied")
                .allMatch(told -> told.equals("applied 2/0: applied applied") || told.startsWith("refused"));
        assertThat(answers)
                .filteredOn(answer -> answer.path("status").asText().equals("refused"))
                .allMatch(answer -> answer.at("/error/code").asText().equals("BATCH_IN_PROGRESS")
                        && answer.at("/error/retryable").asBoolean());
        assertThat(STACK.db.rows(
                        "select status from tool_executions where kind = 'do' and step is not null and batch_id = '"
                                + file.path("batch_id").asText() + "'"))
                .containsExactly("success", "success");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void a_batch_that_somebody_rolled_back_since_says_so_when_sent_again(String atomic) {
        ObjectNode file = file("""
                {"atomic": %s, "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.read", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(atomic, DESK.phone()));
        JsonNode first = STACK.ana().batch(file).answer();

        STACK.rollback(id(first));
        JsonNode again = STACK.ana().batch(file).answer();

        assertThat(told(first)).isEqualTo("applied 2/0: applied applied");
        assertThat(told(again)).isEqualTo("rolled_back 0/0: undone undone");
        assertThat(again.at("/steps/0/for_user").asText()).isEqualTo("Se deshizo: Ana quedó en sus contactos.");
    }

    @Test
    void a_refused_try_to_undo_a_step_does_not_make_it_a_conflict() {
        UUID contact = DESK.contact();
        ObjectNode file = file("""
                {"calls": [{"tool": "crm.contact.delete", "inputs": {"contactId": "%s"}}]}
                """.formatted(contact));
        JsonNode first = STACK.ana().batch(file).answer();

        DESK.as("a", "user:leo").rollback(id(first), false).answer();

        assertThat(STACK.ana().batch(file).answer()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"steps, applied", "steps, rolled_back", "transaction, applied", "transaction, rolled_back"})
    void what_a_batch_asks_of_the_ledger_may_be_delivered_again(String isolation, String status) {
        String phone = DESK.phone();
        ObjectNode file = file("""
                {"isolation": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%s"}}]}
                """.formatted(isolation, phone, status.equals("applied") ? DESK.phone() : phone));
        JsonNode first = STACK.ana().batch(file).answer();
        String after = STACK.db.everything();
        int rows = STACK.rows();

        JsonNode closed = deliver("system.batch.close", file);
        JsonNode ran = isolation.equals("steps") ? closed : deliver("system.batch.preview", file);

        assertThat(first.path("status").asText()).isEqualTo(status);
        assertThat(closed).isEqualTo(first);
        assertThat(ran).isEqualTo(first);
        assertThat(STACK.db.everything()).isEqualTo(after);
        assertThat(STACK.rows()).isEqualTo(rows);
    }

    private static JsonNode deliver(String activity, ObjectNode file) {
        WorkflowStub stub = STACK.client("a", TestDatabase.OWNER)
                .newUntypedWorkflowStub(
                        "Delivery",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("a/delivery/" + UUID.randomUUID())
                                .build());
        stub.start(activity, file, new CallKey(null, id(file), null, "again", null, null, false, false));
        return stub.getResult(JsonNode.class);
    }

    private static void call(String workspace, String inputs) {
        DESK.as(workspace, TestDatabase.OWNER)
                .call("crm.contact.create", TestStack.json(inputs), false, UUID.randomUUID())
                .answer();
    }
}
