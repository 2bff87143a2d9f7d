package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.tool.Json;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The four proofs of a batch: it fails at each step and nothing stays; each undo twice, each step twice; none gets stuck. */
@Timeout(120)
final class EveryPositionTest {

    private static final TestStack STACK =
            TestStack.start(worker -> worker.registerWorkflowImplementationTypes(Delivery.Delivering.class));
    private static final Checksum EYE = new Checksum(STACK.db);
    private static final RecourseClient ANA = STACK.ana();
    private static final WorkflowClient SIGNED = STACK.client("a", dev.recourse.db.TestDatabase.OWNER);
    private static final Twenty TWENTY = new Twenty(ANA);
    private static final String BEFORE = EYE.business();

    @AfterAll
    static void close() {
        EYE.close();
        STACK.close();
    }

    static Stream<Integer> positions() {
        return IntStream.range(0, Twenty.STEPS).boxed();
    }

    @Test
    void all_twenty_are_applied_and_taken_back() {
        JsonNode batch = ANA.batch(TWENTY.batch()).answer();
        JsonNode back = ANA.rollback(id(batch), false).answer();

        assertThat(words(batch)).hasSize(Twenty.STEPS).containsOnly("applied");
        assertThat(back.path("status").asText()).isEqualTo("undone");
        assertThat(EYE.business()).isEqualTo(BEFORE);
    }

    @ParameterizedTest
    @MethodSource("positions")
    void wherever_it_fails_nothing_stays_and_the_ledger_shows_all_of_it(int position) {
        JsonNode batch = ANA.batch(TWENTY.failingAt(position)).answer();

        List<String> expected = new ArrayList<>(Collections.nCopies(position, "undone"));
        expected.add("failed");
        expected.addAll(Collections.nCopies(Twenty.STEPS - position - 1, "not_run"));
        assertThat(batch.path("status").asText()).isEqualTo("rolled_back");
        assertThat(words(batch)).isEqualTo(expected);
        assertThat(batch.at("/steps/" + position + "/error/code").asText()).isEqualTo("PHONE_DUPLICATE");
        assertThat(EYE.business()).isEqualTo(BEFORE);
        assertThat(ledger(batch)).isEqualTo(expectedLedger(batch, position));
    }

    /** Each step once, oldest first, then one undo of each that had an effect, newest first. */
    private static List<String> expectedLedger(JsonNode batch, int position) {
        List<String> rows = new ArrayList<>();
        IntStream.range(0, position).forEach(step -> rows.add("do|" + step + "|success"));
        rows.add("do|" + position + "|error");
        List<String> undos =
                STACK.db.rows("select 'undo|' || step || '|success' from tool_executions where batch_id = '" + id(batch)
                        + "' and kind = 'do' and outcome = 'applied' order by step desc");
        rows.addAll(undos);
        return rows;
    }

    private static List<String> ledger(JsonNode batch) {
        return STACK.db.rows("select kind, step, status from tool_executions where batch_id = '" + id(batch)
                + "' order by created_at");
    }

    @ParameterizedTest
    @MethodSource("positions")
    void every_undo_that_is_repeated_after_a_failure_changes_nothing(int position) {
        JsonNode batch = ANA.batch(TWENTY.failingAt(position)).answer();
        String after = EYE.everything();
        int rows = STACK.rows();

        for (String execution : applied(batch)) {
            JsonNode again = undo(execution);
            assertThat(again.path("status").asText()).isEqualTo("success");
            assertThat(again.at("/outputs/undone").asBoolean()).isTrue();
        }

        assertThat(EYE.everything()).isEqualTo(after);
        assertThat(STACK.rows()).isEqualTo(rows);
    }

    /** For every pair: a batch that failed at a position, of which one step was undone by hand before the rollback came. */
    @ParameterizedTest
    @MethodSource("positions")
    void an_undo_by_hand_before_the_rollback_is_in_nobody_s_way(int position) {
        for (int early = 0; early < position; early++) {
            ObjectNode file = TWENTY.failingAt(position)
                    .put("atomic", false)
                    .put("isolation", "transaction"); // one activity instead of many: here the undos are what counts
            JsonNode batch = ANA.batch(file).answer();
            String execution = batch.at("/steps/" + early + "/execution_id").asText();
            String applied = EYE.business();

            JsonNode byHand = undo(execution);

            boolean changed = !EYE.business().equals(applied);
            boolean refused = byHand.path("status").asText().equals("error");
            assertThat(refused && changed).as("step %d", early).isFalse();
            rollBack(id(batch), !refused && !changed);
            removeKept(byHand); // a tag that a later step used when its maker was undone stays, and the undo says so
            assertThat(EYE.business()).as("step %d first", early).isEqualTo(BEFORE);
            if (applied(batch).contains(execution)) {
                String after = EYE.everything();
                assertThat(undo(execution).path("status").asText()).isEqualTo("success");
                assertThat(EYE.everything()).as("step %d once more", early).isEqualTo(after);
            }
        }
    }

    /**
     * Rolls back to the end.
     *
     * @param nothingToDo whether the undo by hand found all as before already, because a later step had put it back: when
     *     that one is undone it is no longer so, and who made the row is in conflict until a person mends it
     */
    private static void rollBack(UUID batch, boolean nothingToDo) {
        JsonNode back = ANA.rollback(batch, false).answer();
        if (nothingToDo && back.path("status").asText().equals("stuck")) {
            JsonNode conflict = back.findValue("conflicts").path(0);
            assertThat(conflict.path("field").asText()).isEqualTo("archived_at");
            ANA.call(
                            "crm.contact.restore",
                            TestStack.json("{\"contactId\": " + conflict.at("/key/id") + "}"),
                            false,
                            UUID.randomUUID())
                    .answer();
            back = ANA.rollback(batch, false).answer();
        }
        assertThat(back.path("status").asText()).as(back.toString()).isEqualTo("undone");
    }

    @Test
    void every_step_that_is_delivered_twice_is_done_once() {
        JsonNode batch = ANA.batch(TWENTY.batch()).answer();
        String after = EYE.everything();
        int rows = STACK.rows();

        for (int step = 0; step < Twenty.STEPS; step++) {
            JsonNode told = batch.at("/steps/" + step);
            JsonNode again = deliver(batch, step);
            assertThat(again.path("status").asText()).isEqualTo("success");
            assertThat(again.path("execution_id")).isEqualTo(told.path("execution_id"));
            assertThat(again.path("outputs")).isEqualTo(told.path("outputs"));
        }

        assertThat(EYE.everything()).isEqualTo(after);
        assertThat(STACK.rows()).isEqualTo(rows);
        ANA.rollback(id(batch), false).answer();
        String back = EYE.everything();
        for (String step : STACK.db.rows("select step from tool_executions where outcome = 'applied' and kind = 'do'"
                + " and batch_id = '" + id(batch) + "'")) {
            assertThat(code(batch, Integer.parseInt(step))).isEqualTo("ALREADY_UNDONE");
        }
        assertThat(EYE.everything()).isEqualTo(back);
    }

    // ---- tools of this test

    private static UUID id(JsonNode batch) {
        return UUID.fromString(batch.path("batch_id").asText());
    }

    private static List<String> words(JsonNode batch) {
        return batch.path("steps").findValuesAsText("status");
    }

    private static List<String> applied(JsonNode batch) {
        return STACK.db.rows("select id from tool_executions where batch_id = '" + id(batch)
                + "' and kind = 'do' and outcome = 'applied' order by step");
    }

    private static void removeKept(JsonNode undo) {
        undo.at("/outputs/kept").forEach(kept -> {
            assertThat(kept.asText()).startsWith("tags/");
            STACK.db.as_superuser("set session_replication_role = replica; delete from tags where id = '"
                    + kept.asText().substring("tags/".length()) + "'");
        });
    }

    private static JsonNode undo(String execution) {
        JsonNode inputs = TestStack.json("{\"executionId\": \"" + execution + "\"}");
        return ANA.call("system.execution.undo", inputs, false, UUID.randomUUID())
                .answer();
    }

    private static String code(JsonNode batch, int step) {
        try {
            return deliver(batch, step).toString();
        } catch (WorkflowFailedException refused) {
            return refused.getCause() instanceof ActivityFailure failure
                            && failure.getCause() instanceof ApplicationFailure told
                    ? told.getDetails().get(0, JsonNode.class).path("code").asText()
                    : refused.toString();
        }
    }

    private static JsonNode deliver(JsonNode batch, int step) {
        String inputs = STACK.db.cell("select inputs from tool_executions where id = '"
                + batch.at("/steps/" + step + "/execution_id").asText() + "'");
        WorkflowStub stub = SIGNED.newUntypedWorkflowStub(
                "Delivery",
                WorkflowOptions.newBuilder()
                        .setTaskQueue(RecourseClient.TASK_QUEUE)
                        .setWorkflowId("a/delivery/" + UUID.randomUUID())
                        .build());
        stub.start(
                batch.at("/steps/" + step + "/tool").asText(),
                Json.read(inputs),
                new CallKey(null, id(batch), step, null, null, null, false, true));
        return stub.getResult(JsonNode.class);
    }
}
