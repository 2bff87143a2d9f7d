package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other people's activities on the worker have a row each, and never suffer from it. */
@Timeout(60)
final class WitnessTest {

    private static final TestStack STACK = start();
    private static final String SECRET = "a secret of theirs";

    @AfterAll
    static void close() {
        STACK.close();
    }

    private static TestStack start() {
        return TestStack.start(worker -> {
            Foreign.on(worker);
            worker.registerActivitiesImplementations(new OwnPost());
        });
    }

    /** Activities of somebody else. */
    @ActivityInterface
    public interface Post {
        @ActivityMethod(name = "SendPost")
        String send(String text);

        @ActivityMethod(name = "LosePost")
        String lose(String text);

        @ActivityMethod(name = "DropPost")
        String drop(String text) throws IOException;

        @ActivityMethod(name = "BreakPost")
        String crash(String text);

        @ActivityMethod(name = "SometimesPost")
        String sometimes(String text);

        @ActivityMethod(name = "RefusePost")
        String refuse(String text);
    }

    /** At work. */
    public static final class OwnPost implements Post {
        @Override
        public String send(String text) {
            return "sent " + text;
        }

        @Override
        public String lose(String text) {
            throw new IllegalArgumentException(text);
        }

        @Override
        public String drop(String text) throws IOException {
            throw new IOException(text);
        }

        @Override
        public String crash(String text) {
            throw new AssertionError(text);
        }

        @Override
        public String sometimes(String text) {
            if (Activity.getExecutionContext().getInfo().getAttempt() < 3) {
                throw new IllegalStateException(text);
            }
            return "sent " + text;
        }

        @Override
        public String refuse(String text) {
            throw ApplicationFailure.newNonRetryableFailure(text, "Refused");
        }
    }

    @Test
    void an_activity_of_others_has_a_row_with_names_and_times_and_without_payloads() {
        WorkflowStub stub =
                run("user:leo", post("SendPost", 1), post("SendPost", 1).put("local", true));

        assertThat(stub.getResult(JsonNode.class).path(0).asText()).isEqualTo("sent " + SECRET);
        assertThat(rows(stub))
                .containsExactly(
                        "SendPost|activity|success|none||user:leo|b|" + TestStack.SESSION,
                        "SendPost|activity|success|none||user:leo|b|" + TestStack.SESSION);
        assertThat(whole(stub)).doesNotContain(SECRET);
        assertThat(STACK.db.rows(
                        "select inputs::text || '|' || outputs::text || '|' || (completed_at >= started_at) || '|'"
                                + " || (run_id is not null) || (activity_id is not null) from tool_executions where workflow_id = '"
                                + id(stub) + "' limit 1"))
                .containsExactly("{}|{}|true|truetrue");
    }

    @Test
    void an_activity_that_fails_has_a_row_for_each_attempt() {
        for (String activity : List.of("LosePost", "DropPost", "BreakPost")) {
            WorkflowStub stub = run("user:leo", post(activity, 2));

            JsonNode answer = stub.getResult(JsonNode.class).path(0);
            assertThat(answer.path("failed").asText()).startsWith("java.");
            assertThat(answer.path("text").asText()).isEqualTo(SECRET);
            assertThat(rows(stub))
                    .containsExactly(
                            activity + "|activity|error|unknown|ACTIVITY_FAILED|user:leo|b|" + TestStack.SESSION,
                            activity + "|activity|error|unknown|ACTIVITY_FAILED|user:leo|b|" + TestStack.SESSION);
            assertThat(whole(stub))
                    .doesNotContain(SECRET)
                    .contains(answer.path("failed").asText().replaceAll(".*\\.", ""));
        }
    }

    @Test
    void an_activity_that_succeeds_in_the_end_has_a_row_for_each_attempt() {
        WorkflowStub stub = run("user:leo", post("SometimesPost", 5));

        assertThat(stub.getResult(JsonNode.class).path(0).asText()).isEqualTo("sent " + SECRET);
        assertThat(rows(stub)).extracting(row -> row.split("\\|", -1)[2]).containsExactly("error", "error", "success");
    }

    @Test
    void a_failure_of_theirs_stays_theirs() {
        WorkflowStub stub = run("user:leo", post("RefusePost", 5));

        JsonNode answer = stub.getResult(JsonNode.class).path(0);
        assertThat(answer.path("failed").asText()).isEqualTo("Refused");
        assertThat(answer.path("state").asText()).isEqualTo("RETRY_STATE_NON_RETRYABLE_FAILURE");
        assertThat(rows(stub)).hasSize(1);
    }

    @Test
    void whoever_calls_is_not_asked_whether_they_may() {
        int rows = STACK.rows();
        JsonNode forged = Foreign.run(Forging.client(STACK, "bogus.bogus"), post("SendPost", 1));
        JsonNode absent = Foreign.run(STACK.client("absent", "user:ana"), post("SendPost", 1));

        assertThat(forged.path(0).asText()).isEqualTo("sent " + SECRET);
        assertThat(absent.path(0).asText()).isEqualTo("sent " + SECRET);
        assertThat(STACK.rows()).isEqualTo(rows + 2);
        assertThat(
                        STACK.db.rows(
                                "select tool_name || '|' || kind || '|' || principal from tool_executions e"
                                        + " join workspaces w on w.id = e.workspace_id where slug = 'recourse-system' order by e.created_at"))
                .containsExactly("SendPost|activity|unknown", "SendPost|activity|user:ana");
    }

    @Test
    void a_row_that_cannot_be_written_does_not_fail_them() {
        int rows = STACK.rows();

        JsonNode answer = Foreign.run(STACK.client(UUID.randomUUID().toString(), "user:ana"), post("SendPost", 1));

        assertThat(answer.path(0).asText()).isEqualTo("sent " + SECRET);
        assertThat(STACK.rows()).isEqualTo(rows);
    }

    @Test
    void a_database_that_is_gone_does_not_fail_them() throws SQLException {
        try (TestStack stack = start()) {
            shut(stack.db);

            JsonNode answer = Foreign.run(
                    stack.client("a", "user:ana"), post("SendPost", 1).put("ms", 20_000));

            assertThat(answer.path(0).asText()).isEqualTo("sent " + SECRET);
        }
    }

    @Test
    void the_books_of_our_workflows_have_no_rows() {
        int rows = STACK.rows();

        JsonNode batch = STACK.batch("{\"calls\": [{\"tool\": \"crm.contact.create\", \"inputs\": "
                + NewContact.json() + "}, {\"tool\": \"crm.contact.read\", \"inputs\": {\"contactId\": \""
                + UUID.randomUUID() + "\"}}]}");

        assertThat(batch.path("status").asText()).isEqualTo("rolled_back");
        assertThat(STACK.rows()).isEqualTo(rows + 3);
        assertThat(STACK.db.rows("select tool_name from tool_executions order by created_at offset " + rows))
                .containsExactly("crm.contact.create", "crm.contact.read", "system.execution.undo");
    }

    @Test
    void no_client_reaches_them_through_our_workflow() {
        int rows = STACK.rows();

        JsonNode answer = STACK.foreign("ToolCall", json("{\"tool\": \"SendPost\", \"inputs\": {}}"));

        assertThat(answer.at("/error/code").asText()).isEqualTo("UNKNOWN_TOOL");
        assertThat(STACK.rows()).isEqualTo(rows + 1);
    }

    private static void shut(TestDatabase database) throws SQLException {
        String url = database.address().jdbcUrl();
        String name = url.substring(url.lastIndexOf('/') + 1);
        try (Connection beside =
                        DriverManager.getConnection(url.replace("/" + name, "/postgres"), "postgres", "postgres");
                Statement statement = beside.createStatement()) {
            statement.execute("alter database " + name + " allow_connections false");
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
        }
    }

    private static WorkflowStub run(String principal, ObjectNode... acts) {
        return Foreign.start(STACK.client("b", principal), RecourseClient.TASK_QUEUE, acts);
    }

    private static ObjectNode post(String activity, int attempts) {
        return Foreign.call(activity, json("\"" + SECRET + "\"")).put("attempts", attempts);
    }

    private static List<String> rows(WorkflowStub stub) {
        return STACK.db.rows(
                "select concat_ws('|', tool_name, kind, status, outcome, coalesce(error_code, ''), principal,"
                        + " slug, agent_session_id) from tool_executions e join workspaces w on w.id = e.workspace_id"
                        + " where workflow_id = '" + id(stub) + "' order by e.created_at");
    }

    private static String whole(WorkflowStub stub) {
        return STACK.db
                .rows("select to_jsonb(e) from tool_executions e where workflow_id = '" + id(stub) + "'")
                .toString();
    }

    private static String id(WorkflowStub stub) {
        return Objects.requireNonNull(stub.getExecution()).getWorkflowId();
    }
}
