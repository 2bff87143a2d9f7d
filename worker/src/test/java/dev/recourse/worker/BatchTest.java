package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.recourse.activities.call.CallKey;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.workspace.Limits;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch answers what the contract says, word by word, and the ledger and the tables agree with it. */
@Timeout(60)
final class BatchTest {

    private static final TestStack STACK = TestStack.start(
            StageTools::tools, worker -> worker.registerWorkflowImplementationTypes(Delivery.Delivering.class));
    private static final AtomicInteger PHONES = new AtomicInteger();

    @AfterAll
    static void close() {
        STACK.close();
    }

    // ---- what became of it

    @Test
    void all_of_it_was_applied_and_every_step_says_so() {
        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.read", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(phone()));

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
        assertThat(rows(answer))
                .containsExactly(
                        "crm.contact.create|0|success|applied",
                        "crm.tag.add|1|success|applied",
                        "crm.contact.read|2|success|none");
    }

    @Test
    void a_step_that_fails_takes_all_of_an_atomic_batch_with_it() {
        String taken = taken();
        String before = STACK.db.business();

        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.list"},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(phone(), taken));

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
        JsonNode answer = run("""
                {"atomic": false, "on_error": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(onError, phone(), taken()));

        assertThat(told(answer)).isEqualTo(told);
    }

    @Test
    void a_batch_that_is_not_atomic_stops_where_it_does_not_say() {
        JsonNode answer = run("""
                {"atomic": false, "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}}]}
                """.formatted(taken(), phone()));

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: failed not_run");
    }

    @Test
    void an_edit_between_a_step_and_its_undo_leaves_the_batch_stuck_and_the_edit_in_place() {
        UUID contact = contact();
        String stage = UUID.randomUUID().toString();
        RecourseClient.Started started = start("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%s"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%s", "city": "Bogotá", "address": "Calle 1"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(phone(), contact, stage, taken()));
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
        UUID contact = contact();
        String stage = UUID.randomUUID().toString();
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%s", "city": "Bogotá"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(contact, stage, taken()));
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
                """.formatted(phone()));
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

    // ---- what is refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$2.contactId', 'tag': 'x'}} | REFERENCE_UNRESOLVED | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$1.contactId', 'tag': 'x'}} | REFERENCE_UNRESOLVED | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$0.contactoId', 'tag': 'x'}} | REFERENCE_UNRESOLVED | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$0.created', 'tag': 'x'}} | REFERENCE_UNRESOLVED | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$0.contact', 'tag': 'x'}} | REFERENCE_UNRESOLVED | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$99999999999.contactId', 'tag': 'x'}} | REFERENCE_UNRESOLVED | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$0', 'tag': 'x'}} | VALIDATION_ERROR | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$$0.contactId', 'tag': 'x'}} | VALIDATION_ERROR | /contactId",
                "{'tool': 'crm.tag.add', 'inputs': {'contactId': '$0.contactId', 'tags': 'x'}} | VALIDATION_ERROR | /tag",
                "{'tool': 'crm.tag.add'} | VALIDATION_ERROR | /contactId",
                "{'tool': 'crm.contact.make', 'inputs': {}} | UNKNOWN_TOOL |",
                "{'tool': 'system.batch.open', 'inputs': {}} | UNKNOWN_TOOL |",
                "{'tool': 'system.execution.undo', 'inputs': {'executionId': '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'}} | UNDO_IN_BATCH |"
            })
    void a_step_that_cannot_be_right_is_refused_before_anything_runs(String step, String code, @Nullable String field) {
        String before = STACK.db.everything();

        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  %s,
                  {"tool": "crm.contact.list"}]}
                """.formatted(phone(), step.replace('\'', '"')));

        assertThat(told(answer)).isEqualTo("refused 0/1: not_run failed not_run");
        assertThat(answer.at("/error/code").asText()).isEqualTo(code);
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo(code);
        if (field != null) {
            assertThat(answer.at("/steps/1/error/details").findValuesAsText("field"))
                    .contains(field);
        }
        assertThat(rows(answer))
                .containsExactly(
                        TestStack.json(step.replace('\'', '"')).path("tool").asText() + "|1|error|none");
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void every_step_that_is_refused_has_a_row() {
        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "", "phone": "1"}},
                  {"tool": "crm.contact.list"},
                  {"tool": "nothing.at.all"}]}
                """);

        assertThat(told(answer)).isEqualTo("refused 0/2: failed not_run failed");
        assertThat(rows(answer)).containsExactly("crm.contact.create|0|error|none", "nothing.at.all|2|error|none");
    }

    @Test
    void a_step_that_the_caller_may_not_do_refuses_the_batch() {
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.delete", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(phone()));

        JsonNode answer = as("a", "user:leo").batch(file).answer();

        assertThat(told(answer)).isEqualTo("refused 0/1: not_run failed");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("PERMISSION_DENIED");
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, refused 0/1: failed not_run",
        "true, true, applied 2/0: applied applied",
        "false, false, applied 2/0: applied applied"
    })
    void what_cannot_be_undone_comes_last_in_an_atomic_batch_unless_it_is_allowed(
            boolean atomic, boolean allowed, String told) {
        JsonNode answer = run("""
                {"atomic": %s, "allow_irreversible": %s, "calls": [
                  {"tool": "test.message.send", "inputs": {"text": "hola"}},
                  {"tool": "crm.contact.list"}]}
                """.formatted(atomic, allowed));

        assertThat(told(answer)).isEqualTo(told);
        assertThat(answer.at("/error/code").asText())
                .isEqualTo(told.startsWith("refused") ? "IRREVERSIBLE_BEFORE_FALLIBLE" : "");
    }

    @Test
    void what_cannot_be_undone_may_come_last() {
        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.list"},
                  {"tool": "test.message.send", "inputs": {"text": "hola"}}]}
                """);

        assertThat(told(answer)).isEqualTo("applied 2/0: applied applied");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'calls': []} | /calls",
                "{} | /calls",
                "{'call': [{'tool': 'crm.contact.list'}]} | /call",
                "{'calls': [{'tool': 'crm.contact.list'}], 'atomics': true} | /atomics",
                "{'calls': [{'tool': 'crm.contact.list', 'input': {}}]} | /calls/0/input",
                "{'calls': [{'inputs': {}}]} | /calls/0/tool",
                "{'calls': [{'tool': 'crm.contact.list', 'inputs': []}]} | /calls/0/inputs",
                "{'calls': ['crm.contact.list']} | /calls/0",
                "{'calls': {'tool': 'crm.contact.list'}} | /calls",
                "{'calls': [{'tool': 'crm.contact.list'}], 'atomic': 'yes'} | /atomic",
                "{'calls': [{'tool': 'crm.contact.list'}], 'on_error': 'retry'} | /on_error",
                "{'calls': [{'tool': 'crm.contact.list'}], 'isolation': 'none'} | /isolation",
                "{'calls': [{'tool': 'crm.contact.list'}], 'batch_id': '7'} | /batch_id",
                "{'calls': [{'tool': 'crm.contact.list'}], 'agent_session_id': '7'} | /agent_session_id",
                "[] | /calls",
                "['crm.contact.list'] | /calls/0",
                "'crm.contact.list' | ``",
                "null | ``",
                "7 | ``"
            })
    void a_batch_of_the_wrong_shape_is_refused_with_the_place(String file, String field) {
        JsonNode answer = STACK.foreign("ToolBatch", TestStack.json(file.replace('\'', '"')));

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("VALIDATION_ERROR");
        assertThat(answer.at("/error/details").findValuesAsText("field")).contains(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"calls\": [], \"calls\": []}", "{\"calls\": []} {}", "\u0000", "[[[[[", "nul", ""})
    void what_is_no_json_is_refused_and_recorded(String bytes) {
        int before = STACK.rows();

        JsonNode answer = raw(bytes);

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/type").asText()).isEqualTo("validation_error");
        assertThat(answer.path("steps")).isEmpty();
        assertThat(STACK.rows()).isEqualTo(before + 1);
    }

    @Test
    void a_bare_list_is_read_as_calls() {
        JsonNode answer = STACK.foreign("ToolBatch", TestStack.json("""
                [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                 {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]
                """.formatted(phone())));

        assertThat(told(answer)).isEqualTo("applied 2/0: applied applied");
    }

    @Test
    void a_thousand_calls_are_a_batch_and_one_more_are_none() {
        JsonNode most = run(many(1000).put("isolation", "transaction"));
        JsonNode tooMany = run(many(1001));

        assertThat(most.path("status").asText()).isEqualTo("applied");
        assertThat(most.path("success_count").asInt()).isEqualTo(1000);
        assertThat(tooMany.path("status").asText()).isEqualTo("refused");
        assertThat(tooMany.at("/error/details/0/field").asText()).isEqualTo("/calls");
    }

    // ---- references

    @Test
    void references_reach_into_objects_and_lists_and_dollars_can_be_text() {
        String phone = phone();
        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "$5.00", "phone": "%s", "city": "Cali", "tags": ["uno", "dos"]}},
                  {"tool": "crm.contact.list", "inputs": {"search": "%s"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "$1.contacts.0.id", "name": "$$0.contact.city",
                     "address": "$0.contact.city", "department": "$$$", "email": "$0.contact.email"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "$", "phone": "%s", "tags": ["$0.contact.tags.1.name", "tres"]}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "$0.contactId", "expectedVersion": "$2.contact.version", "city": "$0.x y"}}]}
                """.formatted(phone, phone, phone()));

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
        JsonNode answer = run("""
                {"atomic": false, "on_error": "continue", "isolation": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$2.contactId", "tag": "vip"}}]}
                """.formatted(isolation, taken(), phone()));

        assertThat(told(answer)).isEqualTo("partial 2/2: failed failed applied applied");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("REFERENCE_UNRESOLVED");
        assertThat(rows(answer)).hasSize(4).contains("crm.tag.add|1|error|none");
    }

    @Test
    void a_value_that_only_shows_when_the_step_has_its_turn_fails_it_there() {
        JsonNode answer = run("""
                {"calls": [
                  {"tool": "crm.contact.list", "inputs": {"search": "nobody is called that"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contacts.0.id", "tag": "vip"}}]}
                """);

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: undone failed");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("REFERENCE_UNRESOLVED");
    }

    // ---- one transaction

    @Test
    void a_batch_in_one_transaction_is_one_for_the_database() {
        ObjectNode file = file("""
                {"isolation": "transaction", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.read", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(phone()));

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(told(answer)).isEqualTo("applied 3/0: applied applied applied");
        assertThat(STACK.db.cell(
                        "select count(distinct tx) from tool_executions where batch_id = '" + id(answer) + "'"))
                .isEqualTo("1");
        assertThat(rows(answer))
                .containsExactly(
                        "crm.contact.create|0|success|applied",
                        "crm.tag.add|1|success|applied",
                        "crm.contact.read|2|success|none");
        assertThat(STACK.ana().batch(file).answer()).isEqualTo(answer);
        assertThat(closed(answer)).isEqualTo("applied");
        assertThat(STACK.rollback(id(answer)).path("status").asText()).isEqualTo("undone");
        assertThat(told(STACK.ana().batch(file).answer())).isEqualTo("rolled_back 0/0: undone undone undone");
    }

    @Test
    void a_batch_in_one_transaction_that_fails_leaves_rows_and_nothing_else() {
        ObjectNode file = file("""
                {"isolation": "transaction", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.contact.list"}]}
                """.formatted(phone(), taken()));
        String before = STACK.db.everything();

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: undone failed not_run");
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(rows(answer))
                .containsExactly("crm.contact.create|0|error|not_applied", "crm.contact.create|1|error|not_applied");
        assertThat(STACK.db.rows(
                        "select error_message from tool_executions where step = 0 and batch_id = '" + id(answer) + "'"))
                .containsExactly("El lote se detuvo en el paso 1.");
        assertThat(STACK.ana().batch(file).answer()).isEqualTo(answer);
        assertThat(closed(answer)).isEqualTo("rolled_back");
    }

    @Test
    void a_batch_in_one_transaction_that_is_not_atomic_keeps_what_went_well() {
        JsonNode answer = run("""
                {"isolation": "transaction", "atomic": false, "on_error": "continue", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(phone(), taken()));

        assertThat(told(answer)).isEqualTo("partial 2/1: applied failed applied");
        assertThat(closed(answer)).isEqualTo("partial");
    }

    @Test
    void the_rows_of_one_transaction_say_when_each_step_ran() {
        JsonNode answer = run(many(30).put("isolation", "transaction"));

        assertThat(STACK.db.rows(
                        "select step from tool_executions where batch_id = '" + id(answer) + "' order by started_at"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 30).mapToObj(String::valueOf).toList());
    }

    @ParameterizedTest
    @CsvSource({"steps, applied", "steps, rolled_back", "transaction, applied", "transaction, rolled_back"})
    void what_a_batch_asks_of_the_ledger_may_be_delivered_again(String isolation, String status) {
        String phone = phone();
        ObjectNode file = file("""
                {"isolation": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%s"}}]}
                """.formatted(isolation, phone, status.equals("applied") ? phone() : phone));
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

    // ---- the same batch again

    @Test
    void the_same_batch_twice_is_done_once_and_answers_the_same() {
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(phone()));
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
        String taken = taken();
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(phone(), taken));
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
                """.formatted(phone()));

        JsonNode inA = STACK.ana().batch(file).answer();
        JsonNode inB = as("b", TestDatabase.OWNER).batch(file).answer();

        assertThat(told(inA)).isEqualTo("applied 1/0: applied");
        assertThat(told(inB)).isEqualTo("applied 1/0: applied");
        assertThat(inB.at("/steps/0/execution_id")).isNotEqualTo(inA.at("/steps/0/execution_id"));
        assertThat(STACK.db.rows(
                        "select workspace_id from tool_executions where batch_id = '" + id(inA) + "' order by 1"))
                .containsExactly(TestDatabase.A.toString(), TestDatabase.B.toString());
    }

    @Test
    void a_failing_batch_in_two_workspaces_at_once_is_rolled_back_in_both() {
        String mine = taken();
        call("b", "{\"name\": \"Taken\", \"phone\": \"%s\"}".formatted(mine));
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(phone(), mine));
        String before = STACK.db.business();

        List<JsonNode> answers = together(
                () -> STACK.foreign("ToolBatch", file.deepCopy().put("workspace_id", "a")),
                () -> STACK.foreign("ToolBatch", file.deepCopy().put("workspace_id", "b")));

        assertThat(answers).extracting(BatchTest::told).containsOnly("rolled_back 0/1: undone failed");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void one_file_from_many_clients_at_once_is_done_once() {
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(phone()));

        List<JsonNode> answers = together(
                () -> STACK.foreign("ToolBatch", file),
                () -> STACK.foreign("ToolBatch", file),
                () -> STACK.ana().batch(file).answer(),
                () -> STACK.ana().batch(file).answer());

        assertThat(answers)
                .extracting(BatchTest::told)
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
                """.formatted(atomic, phone()));
        JsonNode first = STACK.ana().batch(file).answer();

        STACK.rollback(id(first));
        JsonNode again = STACK.ana().batch(file).answer();

        assertThat(told(first)).isEqualTo("applied 2/0: applied applied");
        assertThat(told(again)).isEqualTo("rolled_back 0/0: undone undone");
        assertThat(again.at("/steps/0/for_user").asText()).isEqualTo("Se deshizo: Ana quedó en sus contactos.");
    }

    @Test
    void a_refused_try_to_undo_a_step_does_not_make_it_a_conflict() {
        UUID contact = contact();
        ObjectNode file = file("""
                {"calls": [{"tool": "crm.contact.delete", "inputs": {"contactId": "%s"}}]}
                """.formatted(contact));
        JsonNode first = STACK.ana().batch(file).answer();

        as("a", "user:leo").rollback(id(first), false).answer();

        assertThat(STACK.ana().batch(file).answer()).isEqualTo(first);
    }

    // ---- clients that sign nothing

    @Test
    void an_unsigned_client_says_workspace_and_session_in_the_file() {
        UUID session = UUID.randomUUID();
        JsonNode answer = STACK.foreign("ToolBatch", TestStack.json("""
                {"workspace_id": "b", "agent_session_id": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}}]}
                """.formatted(session, phone(), phone())));

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
        String phone = phone();
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
                """.formatted(phone()));

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(STACK.db.cell(
                        "select distinct workspace_id from tool_executions where batch_id = '" + id(answer) + "'"))
                .isEqualTo(TestDatabase.A.toString());
    }

    // ---- limits

    @ParameterizedTest
    @CsvSource({"steps, false", "transaction, false", "steps, true"})
    void a_batch_that_can_never_fit_the_limit_is_refused_before_it_begins(String isolation, boolean dryRun) {
        UUID workspace = workspace(5);
        ObjectNode file = many(6).put("isolation", isolation).put("dry_run", dryRun);

        JsonNode answer =
                as(workspace.toString(), TestDatabase.OWNER).batch(file).answer();

        assertThat(told(answer)).isEqualTo("refused 0/1: not_run not_run not_run not_run not_run failed");
        assertThat(answer.at("/error/type").asText()).isEqualTo("rate_limited");
        assertThat(answer.at("/error/code").asText()).isEqualTo("BATCH_OVER_LIMIT");
        assertThat(answer.at("/error/message").asText()).contains("5").contains("crm");
        assertThat(answer.at("/error/retryable").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"steps", "transaction"})
    void a_batch_counts_a_call_for_each_step_and_one_that_does_not_fit_now_says_when_to_come_back(String isolation) {
        UUID workspace = workspace(5);
        RecourseClient client = as(workspace.toString(), TestDatabase.OWNER);
        ObjectNode three = many(3).put("isolation", isolation);

        JsonNode first = client.batch(three).answer();
        JsonNode second = client.batch(many(3).put("isolation", isolation)).answer();
        JsonNode two = client.batch(many(2).put("isolation", isolation)).answer();
        JsonNode again = client.batch(three).answer();

        assertThat(first.path("status").asText()).isEqualTo("applied");
        assertThat(told(second)).isEqualTo("refused 0/1: not_run not_run failed");
        assertThat(second.at("/error/code").asText()).isEqualTo("RATE_LIMITED");
        assertThat(second.at("/error/retryable").asBoolean()).isTrue();
        assertThat(second.at("/error/details/retry_after_seconds").asInt()).isBetween(1, 60);
        assertThat(two.path("status").asText()).isEqualTo("applied");
        assertThat(again).isEqualTo(first);
    }

    // ---- tools of these tests

    private static UUID workspace(int perMinute) {
        UUID id = UUID.randomUUID();
        dev.recourse.db.workspace.Workspaces.create(STACK.db.database(), id, "w" + id, "Limited");
        dev.recourse.db.workspace.Workspaces.addMember(STACK.db.database(), id, "ana", "owner");
        STACK.db.database().in(Scope.of(id), tx -> {
            new Limits(tx).set("crm", perMinute);
            return true;
        });
        return id;
    }

    private static String phone() {
        return "300%07d".formatted(PHONES.incrementAndGet());
    }

    /** A phone that is somebody's. */
    private static String taken() {
        String phone = phone();
        STACK.call("crm.contact.create", "{\"name\": \"Taken\", \"phone\": \"%s\"}".formatted(phone));
        return phone;
    }

    private static UUID contact() {
        JsonNode made = STACK.call(
                "crm.contact.create", "{\"name\": \"Leo\", \"phone\": \"%s\", \"city\": \"Cali\"}".formatted(phone()));
        return UUID.fromString(made.at("/outputs/contactId").asText());
    }

    private static void call(String workspace, String inputs) {
        as(workspace, TestDatabase.OWNER)
                .call("crm.contact.create", TestStack.json(inputs), false, UUID.randomUUID())
                .answer();
    }

    private static RecourseClient as(String workspace, String principal) {
        return new RecourseClient(STACK.client(workspace, principal), workspace, TestStack.SESSION, true);
    }

    private static ObjectNode file(String json) {
        return ((ObjectNode) TestStack.json(json))
                .put("batch_id", UUID.randomUUID().toString());
    }

    private static ObjectNode many(int calls) {
        ObjectNode file = file("{}");
        var list = file.putArray("calls");
        for (int i = 0; i < calls; i++) {
            list.addObject().put("tool", "crm.contact.list").putObject("inputs").put("pageSize", 1);
        }
        return file;
    }

    private static RecourseClient.Started start(String json) {
        return STACK.ana().batch(file(json));
    }

    private static JsonNode run(String json) {
        return start(json).answer();
    }

    private static JsonNode run(ObjectNode file) {
        return STACK.ana().batch(file).answer();
    }

    private static JsonNode raw(String bytes) {
        WorkflowStub stub = STACK.foreignClient()
                .newUntypedWorkflowStub(
                        "ToolBatch",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("raw/" + UUID.randomUUID())
                                .build());
        stub.start(new RawValue(Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8(bytes))
                .build()));
        return stub.getResult(JsonNode.class);
    }

    @SafeVarargs
    private static List<JsonNode> together(java.util.function.Supplier<JsonNode>... asked) {
        List<CompletableFuture<JsonNode>> all = new ArrayList<>();
        for (var each : asked) {
            all.add(Meanwhile.doing(each));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static UUID id(JsonNode batch) {
        return UUID.fromString(batch.path("batch_id").asText());
    }

    /** A batch in one line: {@code status success/error: step step …}. */
    private static String told(JsonNode batch) {
        return batch.path("status").asText() + " " + batch.path("success_count") + "/" + batch.path("error_count")
                + ": " + String.join(" ", batch.path("steps").findValuesAsText("status"));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> rows(JsonNode batch) {
        return STACK.db.rows("select tool_name, step, status, outcome from tool_executions where batch_id = '"
                + id(batch) + "' and kind = 'do' order by step");
    }

    /** The word in the batch's own row. */
    private static String closed(JsonNode batch) {
        return STACK.db.cell("select status from tool_batches where id = '" + id(batch) + "'");
    }
}
