package dev.recourse.worker;

import static dev.recourse.worker.Desk.file;
import static dev.recourse.worker.Desk.id;
import static dev.recourse.worker.Desk.names;
import static dev.recourse.worker.Desk.told;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.worker.client.RecourseClient;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch answers what the contract says, word by word, and the ledger and the tables agree with it. */
@Timeout(60)
final class BatchTest {

    private static final TestStack STACK = TestStack.start(StageTools::tools, worker -> {});
    private static final Desk DESK = new Desk(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    // ---- what became of it

    @Test
    void all_of_it_was_applied_and_every_step_says_so() {
        JsonNode answer = DESK.run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.read", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(DESK.phone()));

        assertThat(names(answer))
                .containsExactly(
                        "batch_id",
                        "agent_session_id",
                        "atomic",
                        "dry_run",
                        "status",
                        "success_count",
                        "error_count",
                        "duration_ms",
                        "steps");
        assertThat(names(answer.at("/steps/0")))
                .containsExactly("index", "tool", "execution_id", "status", "outputs", "for_user", "duration_ms");
        assertThat(told(answer)).isEqualTo("applied 3/0: applied applied applied");
        assertThat(answer.path("atomic").asBoolean()).isTrue();
        assertThat(answer.path("dry_run").asBoolean()).isFalse();
        assertThat(answer.path("agent_session_id").asText()).isEqualTo(TestStack.SESSION.toString());
        assertThat(answer.at("/steps/0/for_user").asText()).isEqualTo("Ana quedó en sus contactos.");
        assertThat(answer.at("/steps/1/outputs/contactId")).isEqualTo(answer.at("/steps/0/outputs/contactId"));
        assertThat(answer.at("/steps/2/outputs/contact/tags/0/name").asText()).isEqualTo("vip");
        assertThat(DESK.rows(answer))
                .containsExactly(
                        "crm.contact.create|0|success|applied",
                        "crm.tag.add|1|success|applied",
                        "crm.contact.read|2|success|none");
    }

    @Test
    void a_step_that_fails_takes_all_of_an_atomic_batch_with_it() {
        String taken = DESK.taken();
        String before = STACK.db.business();

        JsonNode answer = DESK.run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.list"},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(DESK.phone(), taken));

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: undone undone failed not_run");
        assertThat(names(answer.at("/steps/2")))
                .containsExactly("index", "tool", "execution_id", "status", "error", "for_user", "duration_ms");
        assertThat(names(answer.at("/steps/3"))).containsExactly("index", "tool", "status", "for_user", "duration_ms");
        assertThat(answer.at("/steps/2/error/type").asText()).isEqualTo("duplicate");
        assertThat(answer.at("/steps/2/error/code").asText()).isEqualTo("PHONE_DUPLICATE");
        assertThat(answer.at("/steps/2/error/retryable").asBoolean()).isFalse();
        assertThat(answer.at("/steps/2/error/details/contactId").asText()).hasSize(36);
        assertThat(answer.at("/steps/2/for_user")).isEqualTo(answer.at("/steps/2/error/message"));
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"stop, partial 1/1: applied failed not_run", "continue, partial 2/1: applied failed applied"})
    void a_batch_that_is_not_atomic_stops_or_goes_on(String onError, String told) {
        JsonNode answer = DESK.run("""
                {"atomic": false, "on_error": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(onError, DESK.phone(), DESK.taken()));

        assertThat(told(answer)).isEqualTo(told);
    }

    @Test
    void a_batch_that_is_not_atomic_stops_where_it_does_not_say() {
        JsonNode answer = DESK.run("""
                {"atomic": false, "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}}]}
                """.formatted(DESK.taken(), DESK.phone()));

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: failed not_run");
    }

    @Test
    void an_edit_between_a_step_and_its_undo_leaves_the_batch_stuck_and_the_edit_in_place() {
        UUID contact = DESK.contact();
        String stage = UUID.randomUUID().toString();
        RecourseClient.Started started = DESK.start("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%s"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%s", "city": "Bogotá", "address": "Calle 1"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(DESK.phone(), contact, stage, DESK.taken()));
        Stage.named(stage).awaitBatch();
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Medellín\"}".formatted(contact));
        Stage.named(stage).open();

        JsonNode answer = started.answer();

        assertThat(told(answer)).isEqualTo("stuck 0/1: undone conflict undone failed");
        assertThat(STACK.db.cell("select city || ', ' || address from contacts where id = '" + contact + "'"))
                .isEqualTo("Medellín, Calle 1");
        assertThat(answer.at("/steps/1/for_user").asText()).startsWith("No se pudo deshacer");
    }

    @Test
    void a_stuck_batch_is_still_stuck_when_asked_again_and_rolled_back_once_the_edit_is_mended() {
        UUID contact = DESK.contact();
        String stage = UUID.randomUUID().toString();
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%s", "city": "Bogotá"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(contact, stage, DESK.taken()));
        RecourseClient.Started started = STACK.ana().batch(file);
        Stage.named(stage).awaitBatch();
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Medellín\"}".formatted(contact));
        Stage.named(stage).open();
        JsonNode first = started.answer();

        assertThat(STACK.ana().batch(file).answer()).isEqualTo(first);
        STACK.call("crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Bogotá\"}".formatted(contact));
        JsonNode rollback = STACK.rollback(id(first));
        JsonNode again = STACK.ana().batch(file).answer();

        assertThat(first.path("status").asText()).isEqualTo("stuck");
        assertThat(rollback.path("status").asText()).isEqualTo("undone");
        assertThat(told(again)).isEqualTo("rolled_back 0/1: undone undone failed");
    }

    @Test
    void a_batch_with_an_outcome_that_nobody_knows_is_unknown() {
        ObjectNode file = file("""
                {"atomic": false, "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "test.message.send", "inputs": {"text": "hola"}}]}
                """.formatted(DESK.phone()));
        UUID known = id(STACK.ana().batch(file).answer());
        UUID batch = UUID.randomUUID();
        copy(known, batch);

        JsonNode answer = STACK.ana()
                .batch(file.deepCopy().put("batch_id", batch.toString()))
                .answer();
        JsonNode plan = STACK.ana().rollback(batch, true).answer();

        assertThat(told(answer)).isEqualTo("unknown 1/1: applied unknown");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("LOST");
        assertThat(plan.at("/counts/unknown").asInt()).isEqualTo(1);
    }

    /** The ledger of a batch once more under another id, the outcome of its step 1 unknown. */
    private static void copy(UUID known, UUID batch) {
        UUID a = TestDatabase.A;
        String error = "{\"type\": \"timeout\", \"code\": \"LOST\", \"message\": \"?\", \"retryable\": false}";
        STACK.db.as_superuser("""
                insert into tool_claims (workspace_id, id, kind, request_hash, detail)
                select workspace_id, '%s', kind, request_hash, jsonb_set(detail, '{place}', '"elsewhere"')
                from tool_claims where id = '%s'
                """.formatted(ExecutionId.ofBatch(a, batch), ExecutionId.ofBatch(a, known)));
        for (int step = 0; step < 2; step++) {
            STACK.db.as_superuser("""
                    insert into tool_executions (workspace_id, id, tool_name, outputs, status, outcome, error, started_at,
                      completed_at, principal, request_hash, batch_id, step)
                    select workspace_id, '%s', tool_name, outputs, case step when 0 then status else 'error' end,
                      case step when 0 then outcome else 'unknown' end, case step when 1 then '%s'::jsonb end,
                      started_at, completed_at, principal, request_hash, '%s', step
                    from tool_executions where id = '%s'
                    """.formatted(
                            ExecutionId.ofStep(a, batch, step), error, batch, ExecutionId.ofStep(a, known, step)));
        }
        STACK.db.as_superuser("insert into tool_batches (workspace_id, id, status) values ('%s', '%s', 'unknown')"
                .formatted(a, batch));
    }

    // ---- references

    @Test
    void references_reach_into_objects_and_lists_and_dollars_can_be_text() {
        String phone = DESK.phone();
        JsonNode answer = DESK.run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "$5.00", "phone": "%s", "city": "Cali", "tags": ["uno", "dos"]}},
                  {"tool": "crm.contact.list", "inputs": {"search": "%s"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "$1.contacts.0.id", "name": "$$0.contact.city",
                     "address": "$0.contact.city", "department": "$$$", "email": "$0.contact.email"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "$", "phone": "%s", "tags": ["$0.contact.tags.1.name", "tres"]}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "$0.contactId", "expectedVersion": "$2.contact.version", "city": "$0.x y"}}]}
                """.formatted(phone, phone, DESK.phone()));

        assertThat(told(answer)).isEqualTo("applied 5/0: applied applied applied applied applied");
        assertThat(answer.at("/steps/0/outputs/contact/name").asText()).isEqualTo("$5.00");
        assertThat(answer.at("/steps/2/outputs/contactId")).isEqualTo(answer.at("/steps/0/outputs/contactId"));
        assertThat(answer.at("/steps/2/outputs/contact/name").asText()).isEqualTo("$0.contact.city");
        assertThat(answer.at("/steps/2/outputs/contact/address").asText()).isEqualTo("Cali");
        assertThat(answer.at("/steps/2/outputs/contact/department").asText()).isEqualTo("$$");
        assertThat(answer.at("/steps/3/outputs/contact/name").asText()).isEqualTo("$");
        assertThat(answer.at("/steps/3/outputs/contact/tags").findValuesAsText("name"))
                .containsExactlyInAnyOrder(
                        "tres",
                        answer.at("/steps/0/outputs/contact/tags/1/name").asText());
        assertThat(answer.at("/steps/4/outputs/contact/city").asText()).isEqualTo("$0.x y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"steps", "transaction"})
    void a_reference_into_a_step_that_failed_fails_that_step_alone(String isolation) {
        JsonNode answer = DESK.run("""
                {"atomic": false, "on_error": "continue", "isolation": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$2.contactId", "tag": "vip"}}]}
                """.formatted(isolation, DESK.taken(), DESK.phone()));

        assertThat(told(answer)).isEqualTo("partial 2/2: failed failed applied applied");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("REFERENCE_UNRESOLVED");
        assertThat(DESK.rows(answer)).hasSize(4).contains("crm.tag.add|1|error|none");
    }

    @Test
    void a_value_that_only_shows_when_the_step_has_its_turn_fails_it_there() {
        JsonNode answer = DESK.run("""
                {"calls": [
                  {"tool": "crm.contact.list", "inputs": {"search": "nobody is called that"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contacts.0.id", "tag": "vip"}}]}
                """);

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: undone failed");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("REFERENCE_UNRESOLVED");
    }

    // ---- clients that sign nothing

    @Test
    void an_unsigned_client_says_workspace_and_session_in_the_file() {
        UUID session = UUID.randomUUID();
        JsonNode answer =
                STACK.foreign("ToolBatch", TestStack.json("""
                {"workspace_id": "b", "agent_session_id": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(session, DESK.phone(), DESK.phone())));

        assertThat(told(answer)).isEqualTo("applied 2/0: applied applied");
        assertThat(answer.path("agent_session_id").asText()).isEqualTo(session.toString());
        assertThat(STACK.db.rows("select workspace_id, principal from tool_executions where agent_session_id = '"
                        + session + "'"))
                .containsOnly(TestDatabase.B + "|" + TestDatabase.OWNER)
                .hasSize(2);
    }

    @Test
    void an_unsigned_client_s_failing_batch_is_rolled_back_in_its_workspace_and_session() {
        UUID session = UUID.randomUUID();
        String phone = DESK.phone();
        JsonNode answer = STACK.foreign("ToolBatch", TestStack.json("""
                {"workspace_id": "b", "agent_session_id": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(session, phone, phone)));

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: undone failed");
        assertThat(STACK.db.rows("select kind, workspace_id from tool_executions where agent_session_id = '" + session
                        + "' order by created_at"))
                .containsExactly("do|" + TestDatabase.B, "do|" + TestDatabase.B, "undo|" + TestDatabase.B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-place", "99999999-0000-4000-8000-000000000009"})
    void a_workspace_that_does_not_exist_is_refused_and_recorded(String workspace) {
        int before = STACK.rows();

        JsonNode answer = STACK.foreign("ToolBatch", TestStack.json("""
                {"workspace_id": "%s", "calls": [{"tool": "crm.contact.list"}]}
                """.formatted(workspace)));

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("UNKNOWN_WORKSPACE");
        assertThat(STACK.rows()).isEqualTo(before + 1);
    }

    @Test
    void a_signed_client_stays_in_its_workspace_whatever_the_file_says() {
        ObjectNode file = file("""
                {"workspace_id": "b", "calls": [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}}]}
                """.formatted(DESK.phone()));

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(STACK.db.cell(
                        "select distinct workspace_id from tool_executions where batch_id = '" + id(answer) + "'"))
                .isEqualTo(TestDatabase.A.toString());
    }
}
