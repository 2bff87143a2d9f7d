package dev.recourse.worker;

import static dev.recourse.worker.Desk.file;
import static dev.recourse.worker.Desk.id;
import static dev.recourse.worker.Desk.many;
import static dev.recourse.worker.Desk.told;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch in one transaction is one for the database too: whole, or rows that say what it would have been. */
@Timeout(60)
final class BatchInOneTransactionTest {

    private static final TestStack STACK = TestStack.start(StageTools::tools, worker -> {});
    private static final Desk DESK = new Desk(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_batch_in_one_transaction_is_one_for_the_database() {
        ObjectNode file = file("""
                {"isolation": "transaction", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.read", "inputs": {"contactId": "$0.contactId"}}]}
                """.formatted(DESK.phone()));

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(told(answer)).isEqualTo("applied 3/0: applied applied applied");
        assertThat(STACK.db.cell(
                        "select count(distinct tx) from tool_executions where batch_id = '" + id(answer) + "'"))
                .isEqualTo("1");
        assertThat(DESK.rows(answer))
                .containsExactly(
                        "crm.contact.create|0|success|applied",
                        "crm.tag.add|1|success|applied",
                        "crm.contact.read|2|success|none");
        assertThat(STACK.ana().batch(file).answer()).isEqualTo(answer);
        assertThat(DESK.closed(answer)).isEqualTo("applied");
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
                """.formatted(DESK.phone(), DESK.taken()));
        String before = STACK.db.everything();

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(told(answer)).isEqualTo("rolled_back 0/1: undone failed not_run");
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(DESK.rows(answer))
                .containsExactly("crm.contact.create|0|error|not_applied", "crm.contact.create|1|error|not_applied");
        assertThat(STACK.db.rows(
                        "select error_message from tool_executions where step = 0 and batch_id = '" + id(answer) + "'"))
                .containsExactly("El lote se detuvo en el paso 1.");
        assertThat(STACK.ana().batch(file).answer()).isEqualTo(answer);
        assertThat(DESK.closed(answer)).isEqualTo("rolled_back");
    }

    @Test
    void a_batch_in_one_transaction_that_is_not_atomic_keeps_what_went_well() {
        JsonNode answer = DESK.run("""
                {"isolation": "transaction", "atomic": false, "on_error": "continue", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(DESK.phone(), DESK.taken()));

        assertThat(told(answer)).isEqualTo("partial 2/1: applied failed applied");
        assertThat(DESK.closed(answer)).isEqualTo("partial");
    }

    @Test
    void the_rows_of_one_transaction_say_when_each_step_ran() {
        JsonNode answer = DESK.run(many(30).put("isolation", "transaction"));

        assertThat(STACK.db.rows(
                        "select step from tool_executions where batch_id = '" + id(answer) + "' order by started_at"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 30).mapToObj(String::valueOf).toList());
    }
}
