package dev.recourse.worker;

import static dev.recourse.worker.Desk.file;
import static dev.recourse.worker.Desk.many;
import static dev.recourse.worker.Desk.told;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Limits;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that can not be right, or is too much, is refused before anything of it runs, and says where and why. */
@Timeout(60)
final class BatchRefusedTest {

    private static final TestStack STACK = TestStack.start(StageTools::tools, worker -> {});
    private static final Desk DESK = new Desk(STACK);

    @AfterAll
    static void close() {
        STACK.close();
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

        JsonNode answer = DESK.run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  %s,
                  {"tool": "crm.contact.list"}]}
                """.formatted(DESK.phone(), step.replace('\'', '"')));

        assertThat(told(answer)).isEqualTo("refused 0/1: not_run failed not_run");
        assertThat(answer.at("/error/code").asText()).isEqualTo(code);
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo(code);
        if (field != null) {
            assertThat(answer.at("/steps/1/error/details").findValuesAsText("field"))
                    .contains(field);
        }
        assertThat(DESK.rows(answer))
                .containsExactly(
                        TestStack.json(step.replace('\'', '"')).path("tool").asText() + "|1|error|none");
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void every_step_that_is_refused_has_a_row() {
        JsonNode answer = DESK.run("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "", "phone": "1"}},
                  {"tool": "crm.contact.list"},
                  {"tool": "nothing.at.all"}]}
                """);

        assertThat(told(answer)).isEqualTo("refused 0/2: failed not_run failed");
        assertThat(DESK.rows(answer)).containsExactly("crm.contact.create|0|error|none", "nothing.at.all|2|error|none");
    }

    @Test
    void a_step_that_the_caller_may_not_do_refuses_the_batch() {
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.delete", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(DESK.phone()));

        JsonNode answer = DESK.as("a", "user:leo").batch(file).answer();

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
        JsonNode answer = DESK.run("""
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
        JsonNode answer = DESK.run("""
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
                """.formatted(DESK.phone())));

        assertThat(told(answer)).isEqualTo("applied 2/0: applied applied");
    }

    @Test
    void a_thousand_calls_are_a_batch_and_one_more_are_none() {
        JsonNode most = DESK.run(many(1000).put("isolation", "transaction"));
        JsonNode tooMany = DESK.run(many(1001));

        assertThat(most.path("status").asText()).isEqualTo("applied");
        assertThat(most.path("success_count").asInt()).isEqualTo(1000);
        assertThat(tooMany.path("status").asText()).isEqualTo("refused");
        assertThat(tooMany.at("/error/details/0/field").asText()).isEqualTo("/calls");
    }

    // ---- limits

    @ParameterizedTest
    @CsvSource({"steps, false", "transaction, false", "steps, true"})
    void a_batch_that_can_never_fit_the_limit_is_refused_before_it_begins(String isolation, boolean dryRun) {
        UUID workspace = workspace(5);
        ObjectNode file = many(6).put("isolation", isolation).put("dry_run", dryRun);

        JsonNode answer =
                DESK.as(workspace.toString(), TestDatabase.OWNER).batch(file).answer();

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
        RecourseClient client = DESK.as(workspace.toString(), TestDatabase.OWNER);
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

    private static UUID workspace(int perMinute) {
        UUID id = UUID.randomUUID();
        Workspaces.create(STACK.db.database(), id, "w" + id, "Limited");
        Workspaces.addMember(STACK.db.database(), id, "ana", "owner");
        STACK.db.database().in(Scope.of(id), tx -> {
            new Limits(tx).set("crm", perMinute);
            return true;
        });
        return id;
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
}
