package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Limits;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A tool that can't go on comes back with an answer of its own before Temporal would give it up, and what it was doing
 * has stopped.
 */
@Timeout(60)
final class TimeoutTest {

    private static final TestStack STACK = TestStack.start(Foreign::on);

    /** How long a call may take: far more than it needs, also where much else runs, and less than {@code dawdle} takes. */
    private static final int MILLIS = 4_000;

    static {
        STACK.call("crm.contact.list", "{}"); // the first call takes longer than any other
        STACK.db.as_superuser("create function dawdle() returns trigger language plpgsql as $$ begin"
                + " perform pg_sleep(case when new.name like 'Slow%' then 30 else 1.2 end); return new; end $$;"
                + " create trigger dawdle before insert on contacts for each row when (new.name like 'Slow%')"
                + " execute function dawdle();"
                + " create trigger dawdle before insert on tags for each row execute function dawdle()");
    }

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_row_that_somebody_else_holds_is_busy() throws SQLException {
        String contact = STACK.call("crm.contact.create", NewContact.json())
                .at("/outputs/contactId")
                .asText();
        JsonNode change = json("{\"contactId\": \"" + contact + "\", \"city\": \"Cali\"}");
        String before = STACK.db.everything();
        int rows = STACK.rows();
        JsonNode answer;
        try (Connection other = STACK.db.superuser()) {
            hold(other, "select from contacts where id = '" + contact + "' for update");

            answer = brief("crm.contact.update", change);

            other.rollback();
        }

        expect(answer, "conflict", "BUSY", true);
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(waiting()).isEmpty();
        assertThat(brief("crm.contact.update", change).path("changedFields").toString())
                .isEqualTo("[\"city\"]");
    }

    @Test
    void a_limit_that_somebody_else_holds_is_busy() throws SQLException {
        STACK.db.database().in(Scope.of(TestDatabase.B), tx -> {
            new Limits(tx).set("crm", 1000);
            return true;
        });
        int rows = STACK.rows();
        JsonNode answer;
        try (Connection other = STACK.db.superuser()) {
            hold(other, "select pg_advisory_xact_lock(hashtextextended('" + TestDatabase.B + ":crm', 0))");

            answer = Foreign.run(
                            STACK.client("b", TestDatabase.OWNER),
                            Foreign.call("crm.contact.create", json(NewContact.json())))
                    .path(0);

            other.rollback();
        }

        expect(answer, "conflict", "BUSY", true);
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void a_statement_without_end_is_stopped() {
        String before = STACK.db.everything();
        int rows = STACK.rows();

        JsonNode answer = brief("crm.contact.create", named("Slow Ana", "[]"));

        expect(answer, "timeout", "TIMEOUT", false);
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void statements_that_are_too_many_together_are_stopped() {
        String before = STACK.db.everything();
        int rows = STACK.rows();

        JsonNode answer = brief("crm.contact.create", named("Ana", "[\"a1\", \"a2\", \"a3\", \"a4\", \"a5\"]"));

        expect(answer, "timeout", "TIMEOUT", false);
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void a_dry_run_is_stopped_as_well() {
        int rows = STACK.rows();

        JsonNode answer = Foreign.run(
                        STACK.client("a", TestDatabase.OWNER),
                        Foreign.call(
                                        "crm.contact.create",
                                        named("Slow Ana", "[]"),
                                        json("{\"dry_run\": true, \"envelope\": true}"))
                                .put("ms", MILLIS))
                .path(0);

        assertThat(answer.at("/error/code").asText()).as("%s", answer).isEqualTo("TIMEOUT");
        assertThat(STACK.rows()).isEqualTo(rows + 1);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void more_time_than_a_month_is_not_none() {
        JsonNode answer = Foreign.run(
                        STACK.client("a", TestDatabase.OWNER),
                        Foreign.call("crm.contact.list", json("{}")).put("ms", 100L * 24 * 3600 * 1000))
                .path(0);

        assertThat(answer.path("page").asInt()).as("%s", answer).isEqualTo(1);
    }

    /** A call that has so long, by somebody who would try five times. */
    private static JsonNode brief(String tool, JsonNode inputs) {
        ObjectNode act = Foreign.call(tool, inputs).put("ms", MILLIS);
        return Foreign.run(STACK.client("a", TestDatabase.OWNER), act).path(0);
    }

    private static JsonNode named(String name, String tags) {
        return json("{\"name\": \"" + name + "\", \"phone\": \"" + NewContact.phone() + "\", \"tags\": " + tags + "}");
    }

    private static void hold(Connection other, String sql) throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void expect(JsonNode answer, String type, String code, boolean retryable) {
        assertThat(answer.path("failed").asText()).as("%s", answer).isEqualTo(type);
        assertThat(answer.at("/error/code").asText()).isEqualTo(code);
        assertThat(answer.at("/error/retryable").asBoolean()).isEqualTo(retryable);
        assertThat(STACK.db.cell(
                        "select status || '|' || outcome || '|' || error_code from tool_executions where id = '"
                                + answer.at("/envelope/execution_id").asText() + "'"))
                .isEqualTo("error|not_applied|" + code);
    }

    /** What is still at work or waits in the database. */
    private static List<String> waiting() {
        return STACK.db.rows("select state, wait_event, query from pg_stat_activity where datname = current_database()"
                + " and application_name = 'recourse' and state <> 'idle'");
    }
}
