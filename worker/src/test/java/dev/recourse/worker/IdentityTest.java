package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.recourse.activities.call.Identity;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateStage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who calls is what was signed for this very workflow, and what they may is what the database says at each call. */
@Timeout(60) // a workflow whose task fails again and again answers never
final class IdentityTest {

    private static final TestStack STACK = TestStack.start(Foreign::on);
    private static final String WORKFLOW = "signed/for/this";
    private static final Identity ANA = new Identity("a", "user:ana", "api", TestStack.SESSION, null);

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void whoever_signs_nothing_is_the_service_principal() {
        JsonNode answer = STACK.foreign("ToolCall", toolCall());

        assertThat(who(answer)).isEqualTo("user:ana|a|null");
    }

    @Test
    void whoever_signs_nothing_may_name_workspace_and_session_but_not_a_principal() {
        ObjectNode request = toolCall();
        request.put("workspace_id", "b").put("agent_session_id", TestStack.SESSION.toString());

        assertThat(who(STACK.foreign("ToolCall", request))).isEqualTo("user:ana|b|" + TestStack.SESSION);
        assertThat(who(STACK.foreign("ToolCall", request.put("workspace_id", TestDatabase.B.toString()))))
                .isEqualTo("user:ana|b|" + TestStack.SESSION);
        JsonNode named = STACK.foreign("ToolCall", request.put("principal", "user:leo"));
        assertThat(named.at("/error/details/0/field").asText()).isEqualTo("/principal");
    }

    @Test
    void an_input_never_overrides_what_was_signed() {
        UUID other = UUID.randomUUID();
        ObjectNode request = toolCall();
        request.put("workspace_id", "b").put("agent_session_id", other.toString());
        WorkflowStub stub =
                STACK.client("a", "user:leo").newUntypedWorkflowStub("ToolCall", options("own/" + UUID.randomUUID()));

        stub.start(request);

        assertThat(who(stub.getResult(JsonNode.class))).isEqualTo("user:leo|a|" + TestStack.SESSION);
        JsonNode direct = Foreign.run(
                STACK.client("a", "user:leo"),
                Foreign.call(
                        "crm.contact.create", newContact(), json("{\"workspace_id\": \"b\", \"envelope\": true}")));
        assertThat(who(direct.path(0))).isEqualTo("user:leo|a|" + TestStack.SESSION);
    }

    static Stream<Arguments> forgeries() {
        String signed = signed(TestStack.KEY, ANA, WORKFLOW);
        Identity.Key stranger =
                new Identity.Key("another key that is long enough, too".getBytes(StandardCharsets.UTF_8));
        String claims = signed.substring(0, signed.indexOf('.'));
        String mac = signed.substring(signed.indexOf('.'));
        String other = signed(TestStack.KEY, new Identity("b", "user:ana", "api", TestStack.SESSION, null), "x");
        return Stream.of(
                Arguments.of("of another workflow", Forging.text(signed(TestStack.KEY, ANA, "another/workflow"))),
                Arguments.of("of another key", Forging.text(signed(stranger, ANA, WORKFLOW))),
                Arguments.of("truncated", Forging.text(signed.substring(0, signed.length() - 4))),
                Arguments.of("without a signature", Forging.text(claims + ".")),
                Arguments.of("claims alone", Forging.text(claims)),
                Arguments.of("another's claims", Forging.text(other.substring(0, other.indexOf('.')) + mac)),
                Arguments.of("signed for another workspace's workflow", Forging.text(other)),
                Arguments.of("longer", Forging.text(signed + ".x")),
                Arguments.of("garbage", Forging.text("\u0000ñ🙂.\ud83d\ude42")),
                Arguments.of("empty", Forging.text("")),
                Arguments.of(
                        "a JSON object",
                        Forging.payload("json/plain", "{\"workspace\": \"a\", \"principal\": \"user:ana\"}")),
                Arguments.of("no JSON", Forging.payload("json/plain", "{{{")),
                Arguments.of("JSON null", Forging.payload("json/plain", "null")),
                Arguments.of("null", Forging.payload("binary/null", "")),
                Arguments.of("binary", Forging.payload("binary/plain", signed)),
                Arguments.of("an unknown encoding", Forging.payload("my/own", signed)),
                Arguments.of(
                        "no encoding",
                        Payload.newBuilder()
                                .setData(ByteString.copyFromUtf8(signed))
                                .build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void a_forged_identity_has_no_effect_and_one_row(String what, Payload header) {
        String before = STACK.db.everything();
        int rows = STACK.rows();
        WorkflowStub stub = Forging.client(STACK, header).newUntypedWorkflowStub("ToolCall", options(WORKFLOW));

        stub.start(toolCall());
        JsonNode answer = stub.getResult(JsonNode.class);

        assertThat(answer.at("/error/type").asText()).isEqualTo("permission_denied");
        assertThat(answer.at("/error/code").asText()).isEqualTo("INVALID_IDENTITY");
        assertThat(who(answer)).isEqualTo("unknown|recourse-system|null");
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void the_identity_that_the_forgeries_are_made_of_holds() {
        WorkflowStub stub = Forging.client(STACK, Forging.text(signed(TestStack.KEY, ANA, WORKFLOW)))
                .newUntypedWorkflowStub("ToolCall", options(WORKFLOW));

        stub.start(toolCall());

        assertThat(who(stub.getResult(JsonNode.class))).isEqualTo("user:ana|a|" + TestStack.SESSION);
    }

    @Test
    void a_forged_identity_is_believed_no_more_in_children_and_in_what_cannot_be_read() {
        for (Payload header : List.of(Forging.text("bogus.bogus"), Forging.payload("json/plain", "{}"))) {
            int before = contacts();

            JsonNode answers = Foreign.run(
                    Forging.client(STACK, header),
                    Foreign.call("crm.contact.create", newContact(), json("{\"dry_run\": 7}")),
                    Foreign.child("ToolCall", toolCall()),
                    Foreign.child("ToolCall", json("[]")),
                    Foreign.child("Script", Foreign.acts(Foreign.call("crm.contact.create", newContact()))),
                    Foreign.call("system.execution.undo", json("{}")));

            assertThat(answers.findValuesAsText("code"))
                    .as("%s", answers)
                    .isNotEmpty()
                    .containsOnly("INVALID_IDENTITY");
            assertThat(answers.at("/0/error/code").asText()).isEqualTo("INVALID_IDENTITY");
            assertThat(answers.at("/1/error/code").asText()).isEqualTo("INVALID_IDENTITY");
            assertThat(answers.at("/2/error/code").asText()).isEqualTo("INVALID_IDENTITY");
            assertThat(answers.at("/3/0/error/code").asText()).isEqualTo("INVALID_IDENTITY");
            assertThat(answers.at("/4/error/code").asText()).isEqualTo("INVALID_IDENTITY");
            assertThat(contacts()).isEqualTo(before);
        }
    }

    @Test
    void an_identity_goes_with_all_that_its_workflow_does() {
        ObjectNode envelope = (ObjectNode) json("{\"envelope\": true}");
        ObjectNode named = Foreign.child("ToolCall", toolCall()).put("id", "child/" + UUID.randomUUID());

        JsonNode answers = Foreign.run(
                STACK.client("b", "user:leo"),
                Foreign.again(
                        Foreign.call("crm.contact.create", newContact(), envelope),
                        Foreign.call("crm.contact.create", newContact(), envelope)
                                .put("local", true),
                        Foreign.child("ToolCall", toolCall()),
                        named,
                        Foreign.child(
                                "Script",
                                Foreign.acts(Foreign.again(Foreign.child(
                                        "Script",
                                        Foreign.acts(Foreign.call("crm.contact.create", newContact(), envelope))))))));

        assertThat(answers).hasSize(5);
        assertThat(Stream.of("/0", "/1", "/2", "/3", "/4/0/0").map(answers::at).map(IdentityTest::who))
                .containsOnly("user:leo|b|" + TestStack.SESSION);
    }

    @Test
    void signal_with_start_signs_too_also_for_what_the_signal_does() {
        WorkflowStub stub = Foreign.stub(STACK.client("b", "user:leo"), RecourseClient.TASK_QUEUE);
        ObjectNode act = Foreign.call("crm.contact.create", newContact(), json("{\"envelope\": true}"));

        stub.signalWithStart("act", new Object[] {act}, new Object[] {
            Foreign.acts(Foreign.call("crm.contact.create", newContact(), json("{\"envelope\": true}")))
        });

        JsonNode answers = stub.getResult(JsonNode.class);
        assertThat(answers).hasSize(2);
        answers.forEach(answer -> assertThat(who(answer)).isEqualTo("user:leo|b|" + TestStack.SESSION));
    }

    @Test
    void update_with_start_signs_too_also_for_what_the_update_does() {
        WorkflowClient client = STACK.client("b", "user:leo");
        JsonNode envelope = json("{\"envelope\": true}");
        WorkflowOptions options = options("script/" + UUID.randomUUID()).toBuilder()
                .setWorkflowIdConflictPolicy(
                        io.temporal.api.enums.v1.WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .build();
        WorkflowStub stub = client.newUntypedWorkflowStub("Script", options);

        JsonNode updated = stub.executeUpdateWithStart(
                UpdateOptions.newBuilder(JsonNode.class)
                        .setUpdateName("ask")
                        .setWaitForStage(WorkflowUpdateStage.COMPLETED)
                        .build(),
                new Object[] {Foreign.call("crm.contact.create", newContact(), envelope)},
                new Object[] {Foreign.acts(Foreign.call("crm.contact.create", newContact(), envelope))});

        assertThat(who(updated)).isEqualTo("user:leo|b|" + TestStack.SESSION);
        assertThat(who(stub.getResult(JsonNode.class).path(0))).isEqualTo("user:leo|b|" + TestStack.SESSION);
    }

    @Test
    void a_right_that_is_taken_away_is_gone_with_the_next_call_of_the_same_workflow() {
        String zoe = "insert into workspace_members (workspace_id, id, handle, role) values ('" + TestDatabase.A
                + "', gen_random_uuid(), 'zoe', 'owner')";
        STACK.db.as_superuser(zoe);
        ObjectNode create = Foreign.call("crm.contact.create", newContact());
        WorkflowStub stub = Foreign.start(
                STACK.client("a", "user:zoe"),
                RecourseClient.TASK_QUEUE,
                create,
                Foreign.await(),
                Foreign.call("crm.contact.create", newContact()),
                Foreign.call("system.execution.undo", json("{\"executionId\": \"" + UUID.randomUUID() + "\"}")));
        Eventually.holds(() -> STACK.db
                .cell("select count(*) from tool_executions where principal = 'user:zoe'")
                .equals("1"));

        STACK.db.as_superuser("update workspace_members set disabled_at = now() where handle = 'zoe'");
        stub.signal("go");
        JsonNode answers = stub.getResult(JsonNode.class);

        assertThat(answers.at("/0/created").asBoolean()).isTrue();
        assertThat(answers.at("/2/failed").asText()).isEqualTo("permission_denied");
        assertThat(answers.at("/3/failed").asText())
                .as("a tool that asks for nothing")
                .isEqualTo("permission_denied");
        assertThat(STACK.db.rows("select status from tool_executions where principal = 'user:zoe' order by created_at"))
                .containsExactly("success", "error", "error");
    }

    @Test
    void a_stranger_learns_no_more_of_a_workspace_that_is_there_than_of_one_that_is_not() {
        for (String tool : List.of("crm.contact.list", "system.execution.undo", "crm.nothing.here")) {
            JsonNode there = callAs("b", "user:nobody", tool);
            JsonNode absent = callAs("absent", "user:nobody", tool);

            assertThat(there.path("error")).isEqualTo(absent.path("error"));
            assertThat(there.at("/error/code").asText()).isEqualTo("UNKNOWN_WORKSPACE");
        }
    }

    @Test
    void an_agent_without_a_session_is_no_identity() {
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identity("a", "user:ana", "agent", null, null));
    }

    private static JsonNode callAs(String workspace, String principal, String tool) {
        return new RecourseClient(STACK.client(workspace, principal), workspace, TestStack.SESSION, true)
                .call(tool, json("{}"), false, UUID.randomUUID())
                .answer();
    }

    /** A signed header as text. */
    private static String signed(Identity.Key key, Identity identity, String workflow) {
        return json(key.sign(identity, workflow).getData().toStringUtf8()).textValue();
    }

    private static WorkflowOptions options(String id) {
        return WorkflowOptions.newBuilder()
                .setTaskQueue(RecourseClient.TASK_QUEUE)
                .setWorkflowId(id)
                .build();
    }

    private static ObjectNode toolCall() {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("tool", "crm.contact.create");
        request.set("inputs", newContact());
        return request;
    }

    private static JsonNode newContact() {
        return json(NewContact.json());
    }

    private static int contacts() {
        return Integer.parseInt(STACK.db.cell("select count(*) from contacts"));
    }

    /** Principal, workspace and session of an answer's row. */
    private static String who(JsonNode answer) {
        return STACK.db.cell(
                "select principal || '|' || (select slug from workspaces w where w.id = e.workspace_id) || '|'"
                        + " || coalesce(agent_session_id::text, 'null') from tool_executions e where id = '"
                        + answer.path("execution_id").asText() + "'");
    }
}
