package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.recourse.activities.tool.Json;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent is answered with an error that says which field is wrong, changes nothing, and is recorded. */
@Timeout(60) // a workflow whose task fails again and again answers never
final class BadInputTest {

    private static final TestStack STACK = TestStack.start(Foreign::on);

    /** Where the error is of the document as a whole. */
    private static final String NONE = "(none)";

    /** What no answer may show: it helps nobody but an attacker. */
    private static final List<String> INNARDS = List.of(
            "dev.recourse",
            "java.",
            "Exception",
            "SQLSTATE",
            "insert into",
            "select ",
            "org.postgresql",
            "io.temporal",
            "com.fasterxml",
            "\\tat ",
            "\tat ");

    static {
        STACK.db.as_superuser("update workspaces set locale = 'en' where slug = 'b'");
        STACK.call("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"3001234567\"}");
    }

    @AfterAll
    static void close() {
        STACK.close();
    }

    /** JSON that is no input of crm.contact.create, the code of its error, and the field. */
    static Stream<Arguments> inputs() {
        String long1MiB = "x".repeat(1 << 20);
        return Stream.of(
                bad("a wrong type", "{\"name\": 5, \"phone\": \"3001112233\"}", "VALIDATION_ERROR", "/name"),
                bad("a missing field", "{\"name\": \"Ana\"}", "VALIDATION_ERROR", "/phone"),
                bad("null", "{\"name\": \"Ana\", \"phone\": null}", "VALIDATION_ERROR", "/phone"),
                bad("an unknown field", field("\"wrong~/field\": 1"), "VALIDATION_ERROR", "/wrong~0~1field"),
                bad("64 Ki characters", field("\"city\": \"" + "x".repeat(60_000) + "\""), "VALIDATION_ERROR", "/city"),
                bad("1 MiB", field("\"city\": \"" + long1MiB + "\""), "INPUT_TOO_LARGE", NONE),
                bad("a long string", field("\"city\": \"" + "x".repeat(70_000) + "\""), "INPUT_TOO_LARGE", NONE),
                bad("NUL", field("\"city\": \"a\\u0000b\""), "VALIDATION_ERROR", "/city"),
                bad("NUL in a name", field("\"a\\u0000b\": 1"), "VALIDATION_ERROR", "/a\\u0000b"),
                bad("half a character", field("\"city\": \"\\ud800\""), "VALIDATION_ERROR", "/city"),
                bad("the other half", field("\"city\": \"\\udc00x\""), "VALIDATION_ERROR", "/city"),
                bad("half a character in a name", field("\"\\ud800\": 1"), "INVALID_JSON", NONE),
                bad("depth 1000", field("\"city\": " + "[".repeat(1000) + "]".repeat(1000)), "INPUT_TOO_LARGE", NONE),
                bad("1e400", field("\"city\": 1e400"), "VALIDATION_ERROR", "/city"),
                bad("1e999999999", field("\"city\": 1e999999999"), "VALIDATION_ERROR", "/city"),
                bad("an exponent nobody has", field("\"city\": 1e99999999999"), "NUMBER_TOO_LONG", NONE),
                bad("a duplicate key", field("\"name\": \"Bea\""), "INVALID_JSON", NONE),
                bad("a list", "[]", "VALIDATION_ERROR", ""),
                bad("a text", "\"Ana\"", "VALIDATION_ERROR", ""),
                bad("JSON null", "null", "VALIDATION_ERROR", ""),
                bad("no JSON", "{name: Ana}", "INVALID_JSON", NONE),
                bad("an end too early", "{\"name\": \"Ana\"", "INVALID_JSON", NONE),
                bad("two documents", "{} {}", "INVALID_JSON", NONE),
                bad("NaN", field("\"city\": NaN"), "INVALID_JSON", NONE),
                bad("a control character", field("\"city\": \"a\nb\""), "INVALID_JSON", NONE));
    }

    private static Arguments bad(String what, String json, String code, String field) {
        return Arguments.of(what, json, code, field);
    }

    private static String field(String more) {
        return "{\"name\": \"Ana\", \"phone\": \"3001112233\", " + more + "}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void through_a_raw_payload_of_the_activity(String what, String json, String code, String field) {
        String before = STACK.db.everything();

        for (String workspace : List.of("a", "b")) {
            int rows = STACK.rows();
            JsonNode answer = Foreign.run(
                            STACK.client(workspace, "user:ana"), Foreign.call("crm.contact.create", Foreign.raw(json)))
                    .path(0);

            assertThat(answer.path("failed").asText()).isEqualTo("validation_error");
            assertThat(answer.path("final").asBoolean()).isTrue();
            assertThat(answer.path("error")).isEqualTo(answer.at("/envelope/error"));
            expect(answer.path("envelope"), code, field, workspace);
            assertThat(row(answer.path("envelope"))).isEqualTo("crm.contact.create|error|none|" + code);
            assertThat(STACK.rows()).isEqualTo(rows + 1);
        }

        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void through_the_workflow_of_one_call(String what, String json, String code, String field) throws Exception {
        String before = STACK.db.everything();
        for (String workspace : List.of("a", "b")) {
            int rows = STACK.rows();
            String request = "{\"tool\": \"crm.contact.create\", \"workspace_id\": \"" + workspace + "\", \"inputs\": "
                    + json + "}";

            JsonNode answer = toolCall(STACK, STACK.foreignClient(), Foreign.raw(request));

            boolean readable = !field.equals(NONE);
            boolean object = readable && !field.isEmpty();
            expect(answer, code, object ? field : readable ? "/inputs" : NONE, readable ? workspace : "a");
            assertThat(row(answer)).isEqualTo((readable ? "crm.contact.create" : "ToolCall") + "|error|none|" + code);
            assertThat(STACK.rows()).isEqualTo(rows + 1);
        }
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                bad("nothing", "{}", "VALIDATION_ERROR", "/tool"),
                bad("a list", "[1]", "VALIDATION_ERROR", ""),
                bad("null", "null", "VALIDATION_ERROR", ""),
                bad("a tool of the wrong type", "{\"tool\": 1}", "VALIDATION_ERROR", "/tool"),
                bad("an empty tool", "{\"tool\": \"\"}", "VALIDATION_ERROR", "/tool"),
                bad("a long tool", "{\"tool\": \"" + "x".repeat(201) + "\"}", "VALIDATION_ERROR", "/tool"),
                bad("NUL in the tool", "{\"tool\": \"crm.contact.list\\u0000\"}", "VALIDATION_ERROR", "/tool"),
                bad("half a character in the tool", "{\"tool\": \"\\ud800\"}", "VALIDATION_ERROR", "/tool"),
                bad("an unknown key", call("\"dryrun\": true"), "VALIDATION_ERROR", "/dryrun"),
                bad("half a character as a key", call("\"\\udfff\": true"), "INVALID_JSON", NONE),
                bad("a wrong dry_run", call("\"dry_run\": \"yes\""), "VALIDATION_ERROR", "/dry_run"),
                bad("a null dry_run", call("\"dry_run\": null"), "VALIDATION_ERROR", "/dry_run"),
                bad("a wrong call_id", call("\"call_id\": \"1\""), "VALIDATION_ERROR", "/call_id"),
                bad("a call_id of 36", call("\"call_id\": \"" + "g".repeat(36) + "\""), "VALIDATION_ERROR", "/call_id"),
                bad(
                        "a lax call_id",
                        call("\"call_id\": \"00000001-1-1-1-00000000000000000000000\""),
                        "VALIDATION_ERROR",
                        "/call_id"),
                bad("a wrong session", call("\"agent_session_id\": 5"), "VALIDATION_ERROR", "/agent_session_id"),
                bad("a wrong workspace", call("\"workspace_id\": 5"), "VALIDATION_ERROR", "/workspace_id"),
                bad(
                        "a long workspace",
                        call("\"workspace_id\": \"" + "w".repeat(64) + "\""),
                        "VALIDATION_ERROR",
                        "/workspace_id"),
                bad("a duplicate key", call("\"tool\": \"crm.contact.list\""), "INVALID_JSON", NONE),
                bad("no JSON", "tool=crm.contact.list", "INVALID_JSON", NONE),
                bad("an empty document", "", "VALIDATION_ERROR", ""),
                bad("white space", "  ", "INVALID_JSON", NONE));
    }

    private static String call(String more) {
        return "{\"tool\": \"crm.contact.list\", " + more + "}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void a_request_that_is_no_call(String what, String request, String code, String field) throws Exception {
        String before = STACK.db.everything();
        for (String workspace : List.of("a", "b")) {
            int rows = STACK.rows();

            JsonNode answer = toolCall(STACK, STACK.client(workspace, "user:ana"), Foreign.raw(request));

            expect(answer, code, field, workspace);
            assertThat(STACK.rows()).isEqualTo(rows + 1);
        }
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    static Stream<Arguments> payloads() {
        byte[] bytes = {(byte) 0xff, 0, (byte) 0xc3, 0x28};
        return Stream.of(
                Arguments.of("bytes that are no UTF-8", "json/plain", bytes, "NOT_UTF8"),
                Arguments.of("binary", "binary/plain", bytes, "NOT_UTF8"),
                Arguments.of(
                        "encrypted", "binary/encrypted", "secret".getBytes(StandardCharsets.UTF_8), "INVALID_JSON"),
                Arguments.of("a binary null", "binary/null", new byte[0], "VALIDATION_ERROR"),
                Arguments.of("no encoding", "", "x".getBytes(StandardCharsets.UTF_8), "INVALID_JSON"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("payloads")
    void a_payload_that_is_no_json(String what, String encoding, byte[] bytes, String code) throws Exception {
        int rows = STACK.rows();
        ObjectNode raw = Foreign.raw(encoding, bytes);

        JsonNode call = toolCall(STACK, STACK.foreignClient(), raw);
        JsonNode activity = Foreign.run(STACK.foreignClient(), Foreign.call("crm.contact.create", raw))
                .path(0);

        expect(call, code, code.equals("VALIDATION_ERROR") ? "" : NONE, "a");
        expect(activity.path("envelope"), code, code.equals("VALIDATION_ERROR") ? "" : NONE, "a");
        assertThat(STACK.rows()).isEqualTo(rows + 2);
    }

    @Test
    void no_argument_at_all() throws Exception {
        int rows = STACK.rows();
        WorkflowStub stub = STACK.foreignClient().newUntypedWorkflowStub("ToolCall", options());

        stub.start();
        JsonNode call = answer(stub);
        JsonNode activity = Foreign.run(STACK.foreignClient(), Foreign.call("crm.contact.create"))
                .path(0);

        expect(call, "VALIDATION_ERROR", "", "a");
        expect(activity.path("envelope"), "VALIDATION_ERROR", "/name", "a");
        assertThat(STACK.rows()).isEqualTo(rows + 2);
    }

    @Test
    void more_arguments_than_there_are_parameters() throws Exception {
        WorkflowStub stub = STACK.foreignClient().newUntypedWorkflowStub("ToolCall", options());

        stub.start(json("{\"tool\": \"crm.contact.list\"}"), 5, "x");
        JsonNode call = answer(stub);
        JsonNode activity = Foreign.run(
                        STACK.foreignClient(),
                        Foreign.call("crm.contact.list", json("{}"), json("{}"), json("5"), Foreign.raw("%%%")))
                .path(0);

        assertThat(call.path("status").asText()).isEqualTo("success");
        assertThat(activity.path("page").asInt()).isEqualTo(1);
    }

    static Stream<String> keys() {
        return Stream.of(
                "5",
                "\"x\"",
                "[]",
                "{{",
                "",
                "{\"call_id\": 5}",
                "{\"call_id\": \"no uuid\"}",
                "{\"unknown\": 1}",
                "{\"step\": -1, \"batch_id\": \"55555555-0000-4000-8000-000000000005\"}",
                "{\"step\": 99999999999}",
                "{\"step\": \"1\"}",
                "{\"step\": 1.0}",
                "{\"dry_run\": 1}",
                "{\"dry_run\": \"true\"}",
                "{\"workspace_id\": {}}",
                "{\"agent_session_id\": \"" + "x".repeat(36) + "\"}",
                "{\"call_id\": null, \"call_id\": null}",
                "\ud83d");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void a_call_key_that_is_none(String key) {
        String before = STACK.db.everything();
        int rows = STACK.rows();
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);

        JsonNode answer = Foreign.run(
                        STACK.foreignClient(),
                        Foreign.call(
                                "crm.contact.create",
                                json(NewContact.json()),
                                Foreign.raw(
                                        key.isEmpty() ? "binary/encrypted" : "json/plain",
                                        key.isEmpty() ? new byte[] {1} : bytes)))
                .path(0);

        assertThat(answer.path("failed").asText()).as("%s", answer).isEqualTo("validation_error");
        clean(answer);
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void a_call_key_that_says_nothing_is_none_given() {
        for (String key : List.of("{}", "null", "{\"call_id\": null, \"dry_run\": null}")) {
            JsonNode answer = Foreign.run(
                            STACK.foreignClient(), Foreign.call("crm.contact.list", json("{}"), Foreign.raw(key)))
                    .path(0);

            assertThat(answer.path("page").asInt()).as("%s: %s", key, answer).isEqualTo(1);
        }
    }

    @Test
    void numbers_out_of_range_are_refused_and_never_become_others() {
        for (String number :
                List.of("0", "-1", "1e400", "99999999999", "2147483648", "1.0", "1.5", "1e0", "\"1\"", "true")) {
            JsonNode answer = Foreign.run(
                            STACK.foreignClient(),
                            Foreign.call("crm.contact.list", Foreign.raw("{\"page\": " + number + "}")))
                    .path(0);

            expect(answer.path("envelope"), "VALIDATION_ERROR", "/page", "a");
        }
    }

    @Test
    void every_message_of_a_field_is_in_the_language_of_the_workspace() {
        JsonNode spanish = STACK.call("crm.contact.create", "{\"name\": \"Ana\"}");
        JsonNode english = new RecourseClient(STACK.client("b", "user:ana"), "b", TestStack.SESSION, true)
                .call("crm.contact.create", json("{\"name\": \"Ana\"}"), false, UUID.randomUUID())
                .answer();

        assertThat(spanish.at("/error/message").asText()).isEqualTo("Los datos enviados no cumplen el esquema.");
        assertThat(english.at("/error/message").asText()).isEqualTo("The data sent does not fit the schema.");
        assertThat(spanish.at("/error/details/0/message").asText()).isEqualTo("Falta este campo y es obligatorio.");
        assertThat(english.at("/error/details/0/message").asText()).isEqualTo("This field is missing and required.");
        assertThat(spanish.path("for_user").asText()).contains("Los datos enviados");
        assertThat(english.path("for_user").asText()).contains("The data sent");
    }

    @Test
    void what_is_sent_stays_readable_in_the_ledger() throws Exception {
        JsonNode nul = toolCall(
                STACK,
                STACK.foreignClient(),
                Foreign.raw(
                        "{\"tool\": \"crm.contact.create\", \"inputs\": " + field("\"city\": \"a\\u0000b\"") + "}"));
        JsonNode half = toolCall(
                STACK,
                STACK.foreignClient(),
                Foreign.raw("{\"tool\": \"crm.contact.create\", \"inputs\": " + field("\"city\": \"x\\ud800\"") + "}"));
        JsonNode huge = toolCall(
                STACK,
                STACK.foreignClient(),
                Foreign.raw("{\"tool\": \"crm.contact.create\", \"inputs\": " + field("\"city\": 1e400") + "}"));
        JsonNode broken = toolCall(STACK, STACK.foreignClient(), Foreign.raw("{\"tool\": \"a\u0000"));
        String text = "x".repeat(60_000);
        JsonNode large = toolCall(
                STACK,
                STACK.foreignClient(),
                Foreign.raw("{\"tool\": \"crm.contact.create\", \"inputs\": "
                        + field("\"city\": \"" + text + "\", \"email\": \"" + text + "\"") + "}"));

        assertThat(stored(nul).path("city").asText()).isEqualTo("a\\u0000b");
        assertThat(stored(half).path("city").asText()).isEqualTo("x\\ud800");
        assertThat(stored(huge).path("city").asText()).isEqualTo("1E+400");
        assertThat(stored(broken).at("/_unreadable/prefix").asText()).isEqualTo("{\"tool\": \"a\\u0000");
        assertThat(stored(large).at("/_truncated/sha256").asText()).matches("[0-9a-f]{64}");
        assertThat(stored(large).at("/_truncated/prefix").asText())
                .startsWith("{\"name\":\"Ana\"")
                .hasSize(1000);
        assertThat(stored(large).at("/_truncated/chars").asInt()).isGreaterThan(120_000);
    }

    @Test
    void a_workflow_id_that_cannot_be_stored_does_not_make_a_call_unrecorded() throws Exception {
        int rows = STACK.rows();
        WorkflowStub stub = STACK.foreignClient()
                .newUntypedWorkflowStub(
                        "ToolCall",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("a\u0000b/" + UUID.randomUUID())
                                .build());

        stub.start(json("{\"tool\": \"crm.contact.list\"}"));

        assertThat(answer(stub).path("status").asText()).isEqualTo("success");
        assertThat(STACK.rows()).isEqualTo(rows + 1);
    }

    @Test
    void a_refusal_travels_without_a_stack_trace() {
        WorkflowStub stub = Foreign.start(
                STACK.foreignClient(), RecourseClient.TASK_QUEUE, Foreign.call("crm.contact.create", json("{}")));
        stub.getResult(JsonNode.class);

        List<String> failures = new ArrayList<>();
        STACK
                .foreignClient()
                .fetchHistory(Objects.requireNonNull(stub.getExecution()).getWorkflowId())
                .getEvents()
                .stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
                .forEach(event -> failures.add(event.getActivityTaskFailedEventAttributes()
                        .getFailure()
                        .toString()));

        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).contains("VALIDATION_ERROR").doesNotContain("dev.recourse", "java.base");
    }

    /** Starts a ToolCall with a payload of any kind and waits for its answer, but not for ever. */
    static JsonNode toolCall(TestStack stack, WorkflowClient client, ObjectNode raw) {
        WorkflowStub stub = client.newUntypedWorkflowStub("ToolCall", options());
        Payload.Builder payload = Payload.newBuilder()
                .setData(ByteString.copyFrom(
                        Base64.getDecoder().decode(raw.path("raw").asText())));
        if (!raw.path("encoding").asText().isEmpty()) {
            payload.putMetadata(
                    "encoding", ByteString.copyFromUtf8(raw.path("encoding").asText()));
        }
        stub.start(new RawValue(payload.build()));
        return answer(stub);
    }

    /** Fails where the workflow's task fails again and again instead of the workflow. */
    private static JsonNode answer(WorkflowStub stub) {
        try {
            return stub.getResult(20, TimeUnit.SECONDS, JsonNode.class);
        } catch (TimeoutException never) {
            throw new AssertionError("the workflow never answers", never);
        }
    }

    private static WorkflowOptions options() {
        return WorkflowOptions.newBuilder()
                .setTaskQueue(RecourseClient.TASK_QUEUE)
                .setWorkflowId("bad/" + UUID.randomUUID())
                .build();
    }

    private static void expect(JsonNode envelope, String code, String field, String workspace) {
        assertThat(envelope.path("status").asText()).as("%s", envelope).isEqualTo("error");
        assertThat(envelope.at("/error/type").asText()).isEqualTo("validation_error");
        assertThat(envelope.at("/error/code").asText()).as("%s", envelope).isEqualTo(code);
        if (field.equals(NONE)) {
            assertThat(envelope.at("/error/details").isNull()).isTrue();
        } else {
            assertThat(envelope.at("/error/details").findValuesAsText("field"))
                    .as("%s", envelope)
                    .contains(field);
        }
        assertThat(envelope.at("/error/message").asText())
                .matches(spanish -> workspace.equals("b") == english(spanish));
        assertThat(STACK.db.cell(
                        "select slug from tool_executions e join workspaces w on w.id = e.workspace_id where e.id = '"
                                + envelope.path("execution_id").asText() + "'"))
                .isEqualTo(workspace);
        clean(envelope);
    }

    private static boolean english(String message) {
        return Stream.of("The ", "This ", "There ").anyMatch(message::startsWith);
    }

    private static void clean(JsonNode answer) {
        assertThat(answer.toString()).doesNotContain(INNARDS);
    }

    private static JsonNode stored(JsonNode answer) {
        return Json.recorded(STACK.db.cell("select inputs::text from tool_executions where id = '"
                + answer.path("execution_id").asText() + "'"));
    }

    private static String row(JsonNode answer) {
        return STACK.db.cell(
                "select concat_ws('|', tool_name, status, outcome, error_code) from tool_executions where id = '"
                        + answer.path("execution_id").asText() + "'");
    }
}
