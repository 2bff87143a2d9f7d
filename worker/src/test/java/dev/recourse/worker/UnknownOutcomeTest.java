package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody knows is called unknown, also in a batch, until evidence settles it; nothing is guessed meanwhile. */
@Timeout(120)
final class UnknownOutcomeTest {

    private static final TestStack STACK = TestStack.start(PostTools::tools, worker -> {});
    private static int phones = 1_000;

    private final UUID batch = UUID.randomUUID();
    private final String phone = "300555" + ++phones;

    @BeforeEach
    void nothing_has_arrived() {
        PostTools.ARRIVED.clear();
    }

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_batch_whose_last_step_is_unknown_waits_for_evidence_and_takes_nothing_back() {
        JsonNode answer = run("lost");

        assertThat(answer.path("status").asText()).isEqualTo("unknown");
        assertThat(answer.at("/steps/0/status").asText()).isEqualTo("applied");
        assertThat(answer.at("/steps/1/status").asText()).isEqualTo("unknown");
        assertThat(answer.at("/steps/1/error/code").asText()).isEqualTo("SEND_OUTCOME_UNKNOWN");
        assertThat(contacts()).isEqualTo("1");
        assertThat(run("lost").path("status").asText()).isEqualTo("unknown");
        assertThat(PostTools.ARRIVED).hasSize(1);
    }

    @Test
    void settled_as_applied_the_batch_is_whole() {
        JsonNode lost = run("lost");

        resolve(lost.at("/steps/1/execution_id").asText(), "applied");

        assertThat(run("lost").path("status").asText()).isEqualTo("applied");
        assertThat(plan().at("/counts/irreversible").asInt()).isEqualTo(1);
    }

    @Test
    void settled_as_not_applied_the_rest_can_be_taken_back() {
        JsonNode lost = run("lost");
        assertThat(plan().at("/counts/unknown").asInt()).isEqualTo(1);

        resolve(lost.at("/steps/1/execution_id").asText(), "not_applied");
        JsonNode rollback = STACK.rollback(batch);

        assertThat(rollback.path("status").asText()).isEqualTo("undone");
        assertThat(contacts()).isEqualTo("0");
        assertThat(run("lost").path("status").asText()).isEqualTo("rolled_back");
    }

    @Test
    void what_surely_was_not_sent_takes_the_rest_of_its_batch_back() {
        JsonNode answer = run("refused");

        assertThat(answer.path("status").asText()).isEqualTo("rolled_back");
        assertThat(contacts()).isEqualTo("0");
    }

    @Test
    void a_dry_run_of_a_batch_sends_nothing_and_says_what_would_be() {
        ObjectNode file = file("lost");
        file.put("dry_run", true);

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(answer.path("status").asText()).isEqualTo("applied");
        assertThat(answer.at("/steps/1/outputs/sent").asBoolean()).isFalse();
        assertThat(PostTools.ARRIVED).isEmpty();
    }

    @Test
    void one_transaction_cannot_hold_what_happens_outside_of_it() {
        ObjectNode file = file("well");
        file.put("isolation", "transaction");

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("EXTERNAL_IN_TRANSACTION");
        assertThat(PostTools.ARRIVED).isEmpty();
    }

    @Test
    void what_can_not_be_taken_back_comes_last_or_the_batch_is_refused() {
        ObjectNode file = file("well");
        file.withArray("calls").addObject().put("tool", "crm.contact.list");

        JsonNode answer = STACK.ana().batch(file).answer();

        assertThat(answer.at("/error/code").asText()).isEqualTo("IRREVERSIBLE_BEFORE_FALLIBLE");
        assertThat(PostTools.ARRIVED).isEmpty();
    }

    @Test
    void a_call_that_is_unknown_says_so_and_the_same_call_does_not_send_again() {
        UUID id = UUID.randomUUID();
        String parcel = "{\"contactId\": \"" + UUID.randomUUID() + "\", \"what\": \"lost\"}";

        JsonNode first = call(id, parcel);
        JsonNode second = call(id, parcel);

        assertThat(first.path("outcome").asText()).isEqualTo("unknown");
        assertThat(second).isEqualTo(first);
        assertThat(PostTools.ARRIVED).hasSize(1);
    }

    private static JsonNode call(UUID id, String parcel) {
        return STACK.ana()
                .call("test.parcel.send", TestStack.json(parcel), false, id)
                .answer();
    }

    private JsonNode run(String what) {
        return STACK.ana().batch(file(what)).answer();
    }

    private ObjectNode file(String what) {
        return (ObjectNode) TestStack.json("""
                {"batch_id": "%s", "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "test.parcel.send", "inputs": {"contactId": "$0.contactId", "what": "%s"}}]}
                """.formatted(batch, phone, what));
    }

    private JsonNode plan() {
        return STACK.ana().rollback(batch, true).answer();
    }

    private static void resolve(String execution, String outcome) {
        JsonNode answer = STACK.call(
                "system.execution.resolve",
                "{\"executionId\": \"" + execution + "\", \"outcome\": \"" + outcome + "\"}");
        assertThat(answer.at("/outputs/settled").asBoolean()).as("%s", answer).isTrue();
    }

    private String contacts() {
        return STACK.db.cell("select count(*) from contacts where phone = '+57" + phone + "'");
    }
}
