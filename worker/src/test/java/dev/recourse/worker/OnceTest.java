package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call takes effect once, however often it is delivered, by whom, and whatever its caller thinks of retries. */
@Timeout(60)
final class OnceTest {

    private static final TestStack STACK = TestStack.start(Foreign::on);

    /** Workers beside ours: one with the plugin on its side and one without, and one that forgets every workflow. */
    private static final WorkerFactory WITH =
            worker("with", STACK.client("a", TestDatabase.OWNER), WorkerFactoryOptions.newBuilder());

    private static final WorkerFactory WITHOUT =
            worker("without", STACK.foreignClient(), WorkerFactoryOptions.newBuilder());
    private static final WorkerFactory FORGETFUL = worker(
            "forgetful",
            STACK.client("a", TestDatabase.OWNER),
            WorkerFactoryOptions.newBuilder().setWorkflowCacheSize(0));

    @AfterAll
    static void close() {
        List.of(WITH, WITHOUT, FORGETFUL).forEach(factory -> {
            factory.shutdownNow();
            factory.awaitTermination(5, TimeUnit.SECONDS);
        });
        STACK.close();
    }

    private static WorkerFactory worker(String queue, WorkflowClient client, WorkerFactoryOptions.Builder options) {
        WorkerFactory factory = WorkerFactory.newInstance(client, options.build());
        Foreign.on(factory.newWorker(queue));
        factory.start();
        return factory;
    }

    @Test
    void the_same_call_id_does_it_once_and_answers_the_same() {
        UUID id = UUID.randomUUID();
        JsonNode contact = newContact();
        JsonNode first = call("a", "crm.contact.create", contact, id);
        int rows = STACK.rows();
        String before = STACK.db.everything();

        JsonNode second = call("a", "crm.contact.create", contact, id);
        JsonNode foreign = STACK.foreign("ToolCall", toolCall(contact, id));
        JsonNode direct = Foreign.run(
                        STACK.foreignClient(),
                        Foreign.call(
                                "crm.contact.create",
                                contact,
                                json("{\"envelope\": true, \"call_id\": \"" + id + "\"}")))
                .path(0);

        assertThat(first.path("status").asText()).isEqualTo("success");
        assertThat(second).isEqualTo(first);
        assertThat(foreign.path("execution_id")).isEqualTo(first.path("execution_id"));
        assertThat(foreign.path("outputs")).isEqualTo(first.path("outputs"));
        assertThat(direct.path("outputs")).isEqualTo(first.path("outputs"));
        assertThat(STACK.rows()).isEqualTo(rows);
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void a_refusal_is_answered_again_too() {
        UUID id = UUID.randomUUID();
        JsonNode first = call("a", "crm.contact.create", json("{}"), id);
        int rows = STACK.rows();

        assertThat(call("a", "crm.contact.create", json("{}"), id)).isEqualTo(first);
        assertThat(STACK.rows()).isEqualTo(rows);
    }

    @Test
    void the_same_inputs_written_otherwise_are_the_same_call() {
        UUID id = UUID.randomUUID();
        String phone = NewContact.phone();
        JsonNode first = call("a", "crm.contact.create", json("{\"name\": \"Ana\", \"phone\": \"" + phone + "\"}"), id);

        JsonNode second =
                call("a", "crm.contact.create", json("{\"phone\":\"" + phone + "\", \"name\":\"\\u0041na\"}"), id);

        assertThat(second).isEqualTo(first);
    }

    @Test
    void the_same_call_id_from_many_clients_at_once_does_it_once() {
        UUID id = UUID.randomUUID();
        JsonNode contact = newContact();
        int rows = STACK.rows();

        List<CompletableFuture<JsonNode>> calls = IntStream.range(0, 6)
                .mapToObj(i -> Meanwhile.doing(() -> i % 2 == 0
                        ? call("a", "crm.contact.create", contact, id)
                        : STACK.foreign("ToolCall", toolCall(contact, id))))
                .toList();
        List<JsonNode> answers = calls.stream().map(CompletableFuture::join).toList();

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.path("outputs"))
                        .isEqualTo(answers.get(0).path("outputs")));
        assertThat(answers.get(0).path("status").asText()).isEqualTo("success");
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(STACK.db.cell("select count(*) from contacts where id = '"
                        + answers.get(0).at("/outputs/contactId").asText() + "'"))
                .isEqualTo("1");
    }

    @Test
    void the_same_call_id_with_other_inputs_is_a_conflict_with_a_row_of_its_own() {
        UUID id = UUID.randomUUID();
        call("a", "crm.contact.create", newContact(), id);
        int rows = STACK.rows();
        String before = STACK.db.everything();

        JsonNode inputs = call("a", "crm.contact.create", newContact(), id);
        JsonNode tool = call("a", "crm.contact.list", json("{}"), id);

        for (JsonNode answer : List.of(inputs, tool)) {
            assertThat(answer.at("/error/type").asText()).isEqualTo("conflict");
            assertThat(answer.at("/error/code").asText()).isEqualTo("CALL_ID_REUSED");
            assertThat(STACK.db.cell(
                            "select status || '|' || outcome || '|' || error_code from tool_executions where id = '"
                                    + answer.path("execution_id").asText() + "'"))
                    .isEqualTo("error|none|CALL_ID_REUSED");
        }
        assertThat(STACK.rows()).isEqualTo(rows + 2);
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void the_same_call_id_with_other_inputs_at_the_same_moment_is_a_conflict_for_all_but_one() {
        UUID id = UUID.randomUUID();
        int rows = STACK.rows();

        List<CompletableFuture<JsonNode>> calls = IntStream.range(0, 4)
                .mapToObj(i -> Meanwhile.doing(() -> call("a", "crm.contact.create", newContact(), id)))
                .toList();
        List<String> ends = calls.stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.path("status").asText()
                        + answer.at("/error/code").asText())
                .sorted()
                .toList();

        assertThat(ends)
                .containsExactly("errorCALL_ID_REUSED", "errorCALL_ID_REUSED", "errorCALL_ID_REUSED", "success");
        assertThat(STACK.rows()).isEqualTo(rows + 4);
    }

    @Test
    void a_call_id_belongs_to_its_workspace() {
        UUID id = UUID.randomUUID();
        JsonNode contact = newContact();

        JsonNode a = call("a", "crm.contact.create", contact, id);
        JsonNode b = call("b", "crm.contact.create", contact, id);

        assertThat(a.path("status").asText()).isEqualTo("success");
        assertThat(b.path("status").asText()).isEqualTo("success");
        assertThat(a.path("execution_id")).isNotEqualTo(b.path("execution_id"));
        assertThat(a.at("/outputs/contactId")).isNotEqualTo(b.at("/outputs/contactId"));
    }

    @Test
    void a_dry_run_never_stands_in_the_way_of_the_call() {
        UUID id = UUID.randomUUID();
        JsonNode contact = newContact();
        RecourseClient ana = STACK.ana();

        JsonNode dry = ana.call("crm.contact.create", contact, true, id).answer();
        JsonNode real = ana.call("crm.contact.create", contact, false, id).answer();
        JsonNode after = ana.call("crm.contact.create", contact, true, id).answer();

        assertThat(dry.path("status").asText()).isEqualTo("dry_run");
        assertThat(real.path("status").asText()).isEqualTo("success");
        assertThat(after.at("/error/code").asText()).isEqualTo("PHONE_DUPLICATE");
    }

    @Test
    void a_call_that_was_undone_since_is_neither_applied_nor_done_again() {
        UUID id = UUID.randomUUID();
        JsonNode contact = newContact();
        JsonNode first = call("a", "crm.contact.create", contact, id);
        STACK.call(
                "system.execution.undo",
                "{\"executionId\": \"" + first.path("execution_id").asText() + "\"}");
        int rows = STACK.rows();
        String before = STACK.db.everything();

        JsonNode again = call("a", "crm.contact.create", contact, id);

        assertThat(again.at("/error/code").asText()).isEqualTo("ALREADY_UNDONE");
        assertThat(again.path("status").asText()).isEqualTo("error");
        assertThat(again.path("execution_id")).isEqualTo(first.path("execution_id"));
        assertThat(STACK.rows()).isEqualTo(rows);
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"recourse", "with", "without"})
    void a_workflow_that_calls_twice_makes_two_executions(String queue) {
        JsonNode first = newContact();

        WorkflowStub stub = Foreign.start(
                STACK.client("a", TestDatabase.OWNER),
                queue,
                Foreign.call("crm.contact.create", first),
                Foreign.call("crm.contact.create", first),
                Foreign.call("crm.contact.list", json("{}")),
                Foreign.call("crm.contact.list", json("{}")));
        JsonNode answers = stub.getResult(JsonNode.class);

        assertThat(answers.at("/0/created").asBoolean()).as("%s", answers).isTrue();
        assertThat(answers.at("/1/error/code").asText()).isEqualTo("PHONE_DUPLICATE");
        assertThat(rowsOf(stub)).containsExactly("success", "error", "success", "success");
    }

    @ParameterizedTest
    @ValueSource(strings = {"recourse", "with", "without"})
    void a_second_attempt_executes_nothing_and_answers_what_was_recorded(String queue) {
        AtomicInteger lost = new AtomicInteger();
        try (Answers losing = new Answers(lost)) {
            WorkflowStub stub = Foreign.start(
                    STACK.client("a", TestDatabase.OWNER),
                    queue,
                    Foreign.call("crm.contact.create", newContact()).put("queue", losing.queue()));

            JsonNode answer = stub.getResult(JsonNode.class).path(0);

            assertThat(lost).hasValueGreaterThanOrEqualTo(1);
            if (queue.equals("without")) {
                assertThat(answer.path("created").asBoolean()).as("%s", answer).isTrue();
            } else {
                assertThat(answer.path("state").asText()).isEqualTo("RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED");
            }
            assertThat(rowsOf(stub)).containsExactly("success");
        }
    }

    @Test
    void a_second_attempt_of_a_call_that_never_ran_is_refused_and_can_never_run() throws SQLException {
        UUID id = UUID.randomUUID();
        UUID execution = ExecutionId.ofCall(TestDatabase.A, id);
        WorkflowStub stub;
        try (Connection other = STACK.db.superuser()) {
            other.setAutoCommit(false);
            claim(other, execution);
            stub = Foreign.start(
                    STACK.foreignClient(),
                    "without",
                    Foreign.call("crm.contact.create", newContact(), json("{\"call_id\": \"" + id + "\"}"))
                            .put("ms", 1000)
                            .put("attempts", 50));
            Eventually.holds(() -> attempts(stub) > 1);
            other.rollback();
        }

        JsonNode answer = stub.getResult(JsonNode.class).path(0);

        assertThat(answer.at("/error/code").asText()).isEqualTo("ATTEMPT_REFUSED");
        assertThat(rowsOf(stub)).containsExactly("error");
        assertThat(STACK.db.cell("select kind from tool_claims where id = '" + execution + "'"))
                .isEqualTo("void");
    }

    @Test
    void our_own_workflow_settles_a_call_that_nobody_answers_for_before_it_says_what_became_of_it()
            throws SQLException {
        UUID id = UUID.randomUUID();
        JsonNode contact = newContact();
        String before = STACK.db.everything();
        RecourseClient.Started started;
        try (Connection other = STACK.db.superuser()) {
            other.setAutoCommit(false);
            claim(other, ExecutionId.ofCall(TestDatabase.A, id));
            started = STACK.ana().call("crm.contact.create", contact, false, id);
            Eventually.holds(() -> pending(started.workflow()).stream()
                    .anyMatch(activity -> activity.getActivityType().getName().equals("system.ledger.settle")));
            other.rollback();
        }

        JsonNode answer = started.answer();

        assertThat(answer.at("/error/code").asText()).isEqualTo("TIMEOUT_FENCED");
        assertThat(call("a", "crm.contact.create", contact, id)).isEqualTo(answer);
        assertThat(rowsOf(started.workflow())).containsExactly("error");
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void a_local_activity_is_a_call_like_any_other() {
        JsonNode contact = newContact();
        int rows = STACK.rows();

        JsonNode answers = Foreign.run(
                STACK.client("a", TestDatabase.OWNER),
                Foreign.call("crm.contact.create", contact).put("local", true),
                Foreign.call("crm.contact.create", contact).put("local", true),
                Foreign.call("crm.contact.list", json("{}")).put("local", true).put("total", true),
                Foreign.call("crm.contact.list", json("{}")).put("total", true));

        assertThat(answers.at("/0/created").asBoolean()).as("%s", answers).isTrue();
        assertThat(answers.at("/1/error/code").asText()).isEqualTo("PHONE_DUPLICATE");
        assertThat(answers.at("/2/page").asInt()).as("%s", answers).isEqualTo(1);
        assertThat(answers.at("/3/page").asInt()).as("%s", answers).isEqualTo(1);
        assertThat(STACK.rows()).isEqualTo(rows + 4);
    }

    @Test
    void a_workflow_that_forgets_and_replays_keeps_the_ids_of_its_calls() {
        WorkflowStub stub = Foreign.start(
                STACK.client("a", TestDatabase.OWNER),
                "forgetful",
                Foreign.call("crm.contact.create", newContact()),
                Foreign.await(),
                Foreign.call("crm.contact.create", newContact()),
                Foreign.call("crm.contact.create", newContact()));
        Eventually.holds(() -> rowsOf(stub).size() == 1);
        stub.signal("go");
        stub.getResult(JsonNode.class);

        String place = execution(stub).getWorkflowId() + "/" + execution(stub).getRunId() + "/foreign/";
        assertThat(STACK.db.rows("select id from tool_executions where workflow_id = '"
                        + execution(stub).getWorkflowId() + "' order by created_at"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 3)
                        .mapToObj(n -> ExecutionId.ofActivity(TestDatabase.A, place + n)
                                .toString())
                        .toList());
    }

    @Test
    void each_run_of_a_workflow_makes_calls_of_its_own() {
        int rows = STACK.rows();
        ObjectNode list = Foreign.call("crm.contact.list", json("{}"));

        Foreign.run(STACK.foreignClient(), list, Foreign.again(list, Foreign.again(list)));

        assertThat(STACK.rows()).isEqualTo(rows + 3);
    }

    @Test
    void a_key_that_names_no_call_leaves_each_call_its_own_place() {
        int rows = STACK.rows();
        ObjectNode list = Foreign.call("crm.contact.list", json("{}"), json("{\"workspace_id\": \"a\"}"));

        Foreign.run(STACK.foreignClient(), list, list);

        assertThat(STACK.rows()).isEqualTo(rows + 2);
    }

    /** A second worker on a queue of its own that does what it is told and loses the first answer on the way back. */
    private static final class Answers implements AutoCloseable {

        private final String queue = "losing/" + UUID.randomUUID();
        private final WorkerFactory factory;

        Answers(AtomicInteger lost) {
            RecoursePlugin plugin = RecoursePlugin.worker(ToolRuntime.of(
                    STACK.db.database(),
                    Tooling.catalogue(),
                    new ToolRuntime.Options(TestStack.KEY, TestDatabase.A, TestDatabase.OWNER, null)));
            factory = WorkerFactory.newInstance(
                    WorkflowClient.newInstance(
                            STACK.foreignClient().getWorkflowServiceStubs(),
                            EmbeddedTemporal.clientOptions().setPlugins(plugin).build()),
                    WorkerFactoryOptions.newBuilder()
                            .setWorkerInterceptors(new Losing(lost))
                            .build());
            factory.newWorker(queue);
            factory.start();
        }

        String queue() {
            return queue;
        }

        @Override
        public void close() {
            factory.shutdownNow();
            factory.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    /** Loses the answer of every first attempt, after the work is done. */
    private static final class Losing extends WorkerInterceptorBase {

        private final AtomicInteger lost;

        Losing(AtomicInteger lost) {
            this.lost = lost;
        }

        @Override
        public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
            return new ActivityInboundCallsInterceptorBase(next) {
                @Override
                public ActivityOutput execute(ActivityInput input) {
                    ActivityOutput done = super.execute(input);
                    if (lost.getAndIncrement() == 0) {
                        throw new IllegalStateException("the answer is lost");
                    }
                    return done;
                }
            };
        }
    }

    private static void claim(Connection other, UUID execution) throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute("insert into tool_claims (workspace_id, id, kind, request_hash) values ('"
                    + TestDatabase.A + "', '" + execution + "', 'do', '\\x00')");
        }
    }

    private static int attempts(WorkflowStub stub) {
        return pending(stub).stream()
                .mapToInt(PendingActivityInfo::getAttempt)
                .max()
                .orElse(0);
    }

    private static List<PendingActivityInfo> pending(WorkflowStub stub) {
        return STACK.foreignClient()
                .getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(EmbeddedTemporal.NAMESPACE)
                        .setExecution(execution(stub))
                        .build())
                .getPendingActivitiesList();
    }

    private static WorkflowExecution execution(WorkflowStub stub) {
        return Objects.requireNonNull(stub.getExecution());
    }

    private static List<String> rowsOf(WorkflowStub stub) {
        return STACK.db.rows("select status from tool_executions where workflow_id = '"
                + execution(stub).getWorkflowId() + "' order by created_at");
    }

    private static JsonNode call(String workspace, String tool, JsonNode inputs, UUID id) {
        return new RecourseClient(STACK.client(workspace, TestDatabase.OWNER), workspace, TestStack.SESSION, true)
                .call(tool, inputs, false, id)
                .answer();
    }

    private static JsonNode toolCall(JsonNode inputs, UUID id) {
        ObjectNode request = (ObjectNode) json("{\"tool\": \"crm.contact.create\", \"call_id\": \"" + id + "\"}");
        return request.set("inputs", inputs);
    }

    private static JsonNode newContact() {
        return json(NewContact.json());
    }
}
