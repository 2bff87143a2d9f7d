package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.Scope;
import dev.recourse.db.workspace.Limits;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every way a call can end leaves exactly one row, and the row says which way it was. */
@Timeout(60) // a workflow whose task fails again and again answers never
final class OneRowTest {

    private static final TestStack STACK = TestStack.start(Foreign::on);

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_call_that_changes_something() {
        JsonNode answer = one(() -> ok("crm.contact.create", NewContact.json()));

        assertThat(row(answer)).isEqualTo("crm.contact.create|do|success|applied||user:ana|a");
        assertThat(STACK.db.cell("select count(*) from tool_changes where execution_id = '" + id(answer) + "'"))
                .isEqualTo("1");
    }

    @Test
    void a_call_that_changes_nothing() {
        String contact = ok("crm.contact.create", NewContact.json())
                .at("/outputs/contactId")
                .asText();
        one(() -> ok("crm.contact.delete", ref(contact)));

        JsonNode read = one(() -> ok("crm.contact.read", ref(contact)));
        JsonNode again = one(() -> ok("crm.contact.delete", ref(contact)));

        assertThat(row(read)).isEqualTo("crm.contact.read|do|success|none||user:ana|a");
        assertThat(row(again)).isEqualTo("crm.contact.delete|do|success|none||user:ana|a");
    }

    @Test
    void a_row_says_where_the_call_came_from() {
        UUID callId = UUID.randomUUID();

        JsonNode answer = STACK.ana()
                .call("crm.contact.create", json(NewContact.json()), false, callId)
                .answer();

        assertThat(STACK.db.cell("select workflow_id || '|' || (run_id ~ '^[0-9a-f-]{36}$') || '|' ||"
                        + " (length(activity_id) > 0) || '|' || agent_session_id || '|' || (request_context ->> 'source')"
                        + " || '|' || (inputs ->> 'name') || '|' || (completed_at >= started_at)"
                        + " from tool_executions where id = '" + id(answer) + "'"))
                .isEqualTo("a/crm.contact.create/" + callId + "|true|true|" + TestStack.SESSION + "|api|Ana|true");
        assertThat(answer.path("agent_session_id").asText()).isEqualTo(TestStack.SESSION.toString());
    }

    @Test
    void a_refusal_of_the_tool() {
        JsonNode answer =
                one(() -> STACK.call("crm.contact.read", ref(UUID.randomUUID().toString())));

        assertThat(row(answer)).isEqualTo("crm.contact.read|do|error|not_applied|CONTACT_NOT_FOUND|user:ana|a");
        assertThat(answer.at("/error/type").asText()).isEqualTo("not_found");
    }

    @Test
    void a_refusal_by_the_schema() {
        JsonNode answer = one(() -> STACK.call("crm.contact.create", "{\"name\": \"Ana\"}"));

        assertThat(row(answer)).isEqualTo("crm.contact.create|do|error|none|VALIDATION_ERROR|user:ana|a");
        assertThat(answer.at("/error/details/0/field").asText()).isEqualTo("/phone");
    }

    @Test
    void a_refusal_for_want_of_a_permission() {
        String contact = ok("crm.contact.create", NewContact.json())
                .at("/outputs/contactId")
                .asText();
        String before = STACK.db.everything();

        JsonNode answer = one(() -> leo().call("crm.contact.delete", json(ref(contact)), false, UUID.randomUUID())
                .answer());

        assertThat(row(answer)).isEqualTo("crm.contact.delete|do|error|none|PERMISSION_DENIED|user:leo|a");
        assertThat(answer.at("/error/suggestion").asText()).contains("contacts.delete");
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void a_tool_that_does_not_exist() {
        JsonNode answer = one(() -> STACK.call("crm.contact.craete", NewContact.json()));

        assertThat(row(answer)).isEqualTo("crm.contact.craete|do|error|none|UNKNOWN_TOOL|user:ana|a");
        assertThat(answer.at("/error/suggestion").asText()).contains("crm.contact.create");
    }

    @Test
    void names_near_to_an_unknown_one_are_those_that_the_caller_may_use() {
        JsonNode ana = STACK.call("crm.contact.delet", "{}");
        JsonNode leo = leo().call("crm.contact.delet", json("{}"), false, UUID.randomUUID())
                .answer();

        assertThat(ana.at("/error/suggestion").asText()).contains("crm.contact.delete");
        assertThat(leo.at("/error/suggestion").asText())
                .doesNotContain("crm.contact.delete")
                .isNotEmpty();
    }

    @Test
    void a_call_too_many() {
        UUID slow = UUID.randomUUID();
        Workspaces.create(STACK.db.database(), slow, "slow", "Slow");
        Workspaces.addMember(STACK.db.database(), slow, "ana", "owner");
        STACK.db.database().in(Scope.of(slow), tx -> {
            new Limits(tx).set("crm", 2);
            return true;
        });
        RecourseClient client = client("slow", "user:ana");
        Supplier<JsonNode> list = () -> client.call("crm.contact.list", json("{}"), false, UUID.randomUUID())
                .answer();
        one(list);
        one(list);

        JsonNode third = one(list);

        assertThat(row(third)).isEqualTo("crm.contact.list|do|error|none|RATE_LIMITED|user:ana|slow");
        assertThat(third.at("/error/retryable").asBoolean()).isTrue();
        assertThat(third.at("/error/details/retry_after_seconds").asInt()).isBetween(1, 60);
        assertThat(third.at("/error/message").asText())
                .contains(third.at("/error/details/retry_after_seconds").asText() + " s");
    }

    @Test
    void a_dry_run_that_would_work() {
        String before = STACK.db.everything();

        JsonNode answer = one(() -> STACK.dryRun("crm.contact.create", NewContact.json()));

        assertThat(row(answer)).isEqualTo("crm.contact.create|do|dry_run|none||user:ana|a");
        assertThat(answer.path("status").asText()).isEqualTo("dry_run");
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void a_dry_run_that_would_not_work() {
        JsonNode answer =
                one(() -> STACK.dryRun("crm.contact.read", ref(UUID.randomUUID().toString())));

        assertThat(row(answer)).isEqualTo("crm.contact.read|do|error|none|CONTACT_NOT_FOUND|user:ana|a");
    }

    @Test
    void a_request_that_cannot_be_read() {
        JsonNode answer = one(() -> BadInputTest.toolCall(STACK, STACK.foreignClient(), Foreign.raw("{\"tool\": ")));

        assertThat(row(answer)).isEqualTo("ToolCall|do|error|none|INVALID_JSON|user:ana|a");
        assertThat(STACK.db.cell("select inputs::text from tool_executions where id = '" + id(answer) + "'"))
                .contains("{\\\"tool\\\": ");
    }

    @Test
    void a_request_that_is_no_call() {
        JsonNode answer = one(() -> STACK.foreign("ToolCall", json("{\"tool\": \"crm.contact.list\", \"input\": {}}")));

        assertThat(row(answer)).isEqualTo("crm.contact.list|do|error|none|VALIDATION_ERROR|user:ana|a");
        assertThat(answer.at("/error/details/0/field").asText()).isEqualTo("/input");
    }

    @Test
    void a_request_that_is_no_call_is_recorded_in_the_workspace_it_names() {
        JsonNode answer = one(() -> STACK.foreign(
                "ToolCall",
                json("{\"tool\": \"crm.contact.list\", \"inputs\": 1, \"workspace_id\": \"b\", \"agent_session_id\": \""
                        + TestStack.SESSION + "\"}")));

        assertThat(row(answer)).isEqualTo("crm.contact.list|do|error|none|VALIDATION_ERROR|user:ana|b");
        assertThat(answer.path("agent_session_id").asText()).isEqualTo(TestStack.SESSION.toString());
    }

    @Test
    void a_workspace_that_does_not_exist() {
        for (String nowhere : new String[] {"nowhere", UUID.randomUUID().toString(), "no\\u0000where", "\\ud800"}) {
            JsonNode answer = one(() -> STACK.foreign(
                    "ToolCall",
                    json("{\"tool\": \"crm.contact.list\", \"inputs\": {}, \"workspace_id\": \"" + nowhere + "\"}")));

            assertThat(row(answer))
                    .isEqualTo("crm.contact.list|do|error|none|UNKNOWN_WORKSPACE|user:ana|recourse-system");
        }
    }

    @Test
    void an_identity_that_nobody_signed() {
        String before = STACK.db.everything();

        JsonNode answer = one(() -> Foreign.run(
                        Forging.client(STACK, "bogus.bogus"),
                        Foreign.call("crm.contact.create", json(NewContact.json())))
                .path(0)
                .path("envelope"));

        assertThat(row(answer)).isEqualTo("crm.contact.create|do|error|none|INVALID_IDENTITY|unknown|recourse-system");
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @Test
    void an_undo_and_what_comes_after_it() {
        JsonNode made = ok("crm.contact.create", NewContact.json());
        String undoing = execution(made);

        JsonNode undo = one(() -> ok("system.execution.undo", undoing));

        assertThat(row(undo)).isEqualTo("system.execution.undo|undo|success|applied||user:ana|a");
        assertThat(STACK.db.cell("select compensates from tool_executions where id = '" + id(undo) + "'"))
                .isEqualTo(id(made));
        int rows = STACK.rows();
        JsonNode twice = ok("system.execution.undo", undoing);
        JsonNode shouted =
                ok("system.execution.undo", undoing.replace(id(made), id(made).toUpperCase(java.util.Locale.ROOT)));
        assertThat(id(twice)).isEqualTo(id(undo)).isEqualTo(id(shouted));
        assertThat(twice.path("outputs")).isEqualTo(undo.path("outputs"));
        assertThat(STACK.rows()).isEqualTo(rows);

        JsonNode undoOfUndo = one(() -> STACK.call("system.execution.undo", execution(undo)));
        assertThat(row(undoOfUndo)).isEqualTo("system.execution.undo|do|error|not_applied|UNDO_OF_UNDO|user:ana|a");
    }

    @Test
    void an_undo_that_meets_a_conflict_and_can_be_tried_again() {
        String contact = ok("crm.contact.create", NewContact.json())
                .at("/outputs/contactId")
                .asText();
        JsonNode moved = ok("crm.contact.update", city(contact, "Cali"));
        JsonNode since = ok("crm.contact.update", city(contact, "Medellín"));
        String before = STACK.db.everything();

        JsonNode conflict = one(() -> STACK.call("system.execution.undo", execution(moved)));

        assertThat(row(conflict)).isEqualTo("system.execution.undo|undo|error|not_applied|UNDO_CONFLICT|user:ana|a");
        assertThat(conflict.at("/error/details/conflicts/0").toString())
                .contains("\"field\":\"city\"", "\"after\":\"Cali\"", "\"now\":\"Medellín\"");
        assertThat(STACK.db.everything()).isEqualTo(before);
        one(() -> ok("system.execution.undo", execution(since)));
        JsonNode again = one(() -> ok("system.execution.undo", execution(moved)));
        assertThat(row(again)).isEqualTo("system.execution.undo|undo|success|applied||user:ana|a");
        assertThat(id(again)).isNotEqualTo(id(conflict));
    }

    @Test
    void an_undo_of_nothing() {
        JsonNode unknown =
                one(() -> STACK.call("system.execution.undo", "{\"executionId\": \"" + UUID.randomUUID() + "\"}"));
        JsonNode read = one(() -> ok("crm.contact.list", "{}"));
        JsonNode nothing = one(() -> STACK.call("system.execution.undo", execution(read)));

        assertThat(row(unknown)).isEqualTo("system.execution.undo|do|error|not_applied|EXECUTION_NOT_FOUND|user:ana|a");
        assertThat(row(nothing)).isEqualTo("system.execution.undo|undo|error|not_applied|NOTHING_TO_UNDO|user:ana|a");
    }

    @Test
    void the_plan_of_an_undo() {
        JsonNode made = ok("crm.contact.create", NewContact.json());
        String before = STACK.db.everything();

        JsonNode plan = one(() -> STACK.dryRun("system.execution.undo", execution(made)));
        JsonNode twice = one(() -> STACK.dryRun("system.execution.undo", execution(made)));

        assertThat(row(plan)).isEqualTo("system.execution.undo|undo|dry_run|none||user:ana|a");
        assertThat(id(plan)).isNotEqualTo(id(twice));
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(row(ok("system.execution.undo", execution(made))))
                .isEqualTo("system.execution.undo|undo|success|applied||user:ana|a");
    }

    @Test
    void an_undo_by_somebody_who_may_not_do_what_it_undoes() {
        String contact = ok("crm.contact.create", NewContact.json())
                .at("/outputs/contactId")
                .asText();
        JsonNode deleted = ok("crm.contact.delete", ref(contact));

        JsonNode answer =
                one(() -> leo().call("system.execution.undo", json(execution(deleted)), false, UUID.randomUUID())
                        .answer());

        assertThat(row(answer)).isEqualTo("system.execution.undo|undo|error|none|PERMISSION_DENIED|user:leo|a");
    }

    @Test
    void the_books_are_no_tools() {
        for (String books : new String[] {
            "system.ledger.settle", "system.call.refuse", "system.batch.close", "system.rollback.plan", "Script", "a b"
        }) {
            JsonNode answer = one(() -> STACK.call(books, "{\"id\": \"" + UUID.randomUUID() + "\"}"));

            assertThat(row(answer)).isEqualTo(books + "|do|error|none|UNKNOWN_TOOL|user:ana|a");
        }
    }

    private static RecourseClient leo() {
        return client("a", "user:leo");
    }

    private static RecourseClient client(String workspace, String principal) {
        return new RecourseClient(STACK.client(workspace, principal), workspace, TestStack.SESSION, true);
    }

    /** Runs a call and insists on exactly one more row, its own. */
    private static JsonNode one(Supplier<JsonNode> call) {
        int before = STACK.rows();
        JsonNode answer = call.get();
        assertThat(STACK.rows()).as("rows after %s", answer).isEqualTo(before + 1);
        assertThat(STACK.db.rows("select 1 from tool_executions where id = '" + id(answer) + "'"))
                .as("the row of %s", answer)
                .hasSize(1);
        return answer;
    }

    private static JsonNode ok(String tool, String inputs) {
        JsonNode answer = STACK.call(tool, inputs);
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
        return answer;
    }

    /** Tool, kind, status, outcome, code, principal and workspace of an answer's row. */
    private static String row(JsonNode answer) {
        return STACK.db.cell(
                "select concat_ws('|', tool_name, kind, status, outcome, coalesce(error_code, ''), principal,"
                        + " (select slug from workspaces w where w.id = e.workspace_id)) from tool_executions e"
                        + " where id = '" + id(answer) + "'");
    }

    private static String id(JsonNode answer) {
        return answer.path("execution_id").asText();
    }

    private static String execution(JsonNode answer) {
        return "{\"executionId\": \"" + id(answer) + "\"}";
    }

    private static String ref(String contact) {
        return "{\"contactId\": \"" + contact + "\"}";
    }

    private static String city(String contact, String city) {
        return "{\"contactId\": \"" + contact + "\", \"city\": \"" + city + "\"}";
    }
}
