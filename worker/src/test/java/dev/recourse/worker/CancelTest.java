package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.Meanwhile;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TerminatedFailure;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch that is stopped from outside leaves all or nothing, and the ledger can tell which. */
@Timeout(60)
final class CancelTest {

    private static final TestStack STACK = TestStack.start(StageTools::tools, worker -> {});

    private static final AtomicInteger PHONES = new AtomicInteger();

    private final String stage = UUID.randomUUID().toString();
    private String before = "";

    @AfterAll
    static void close() {
        STACK.close();
    }

    @BeforeEach
    void look() {
        before = STACK.db.business();
    }

    // ---- abort

    @Test
    void an_abort_in_the_middle_rolls_back_and_answers_whoever_waits() {
        RecourseClient.Started batch = standing(waiting());
        CompletableFuture<JsonNode> waits = Meanwhile.doing(batch::answer);
        CompletableFuture<JsonNode> aborts = Meanwhile.doing(batch::abort);
        awaitUpdate(batch);
        Stage.named(stage).open();

        JsonNode aborted = aborts.join();

        assertThat(told(aborted)).isEqualTo("rolled_back: undone undone not_run");
        assertThat(waits.join()).isEqualTo(aborted);
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void an_abort_during_the_last_step_rolls_back_too() {
        ObjectNode file = waiting();
        file.withArray("calls").remove(2);
        RecourseClient.Started batch = standing(file);
        CompletableFuture<JsonNode> aborts = Meanwhile.doing(batch::abort);
        awaitUpdate(batch);
        Stage.named(stage).open();

        assertThat(told(aborts.join())).isEqualTo("rolled_back: undone undone");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void an_abort_of_a_batch_that_is_not_atomic_keeps_what_was_done() {
        RecourseClient.Started batch = standing(waiting().put("atomic", false));
        CompletableFuture<JsonNode> aborts = Meanwhile.doing(batch::abort);
        awaitUpdate(batch);
        Stage.named(stage).open();

        assertThat(told(aborts.join())).isEqualTo("partial: applied applied not_run");
    }

    @Test
    void two_aborts_get_the_same_answer() {
        RecourseClient.Started batch = standing(waiting());
        CompletableFuture<JsonNode> one = Meanwhile.doing(batch::abort);
        CompletableFuture<JsonNode> two = Meanwhile.doing(batch::abort);
        awaitUpdate(batch);
        Stage.named(stage).open();

        assertThat(one.join()).isEqualTo(two.join());
        assertThat(one.join().path("status").asText()).isEqualTo("rolled_back");
    }

    @Test
    void an_abort_after_the_end_changes_nothing_and_tells_how_it_ended() {
        Stage.named(stage).open();
        RecourseClient.Started batch = STACK.ana().batch(waiting());
        JsonNode ended = batch.answer();
        String after = STACK.db.everything();

        assertThat(batch.abort()).isEqualTo(ended);
        assertThat(batch.abort()).isEqualTo(ended);
        assertThat(STACK.db.everything()).isEqualTo(after);
    }

    // ---- cancel

    @Test
    void cancelling_in_the_middle_rolls_back() {
        ObjectNode file = waiting();
        RecourseClient.Started batch = standing(file);
        batch.workflow().cancel();
        Stage.named(stage).open();

        assertThat(catchThrowable(batch::answer))
                .isInstanceOf(WorkflowFailedException.class)
                .hasCauseInstanceOf(CanceledFailure.class);
        assertThat(STACK.db.business()).isEqualTo(before);
        assertThat(told(STACK.ana().batch(file).answer())).isEqualTo("rolled_back: undone undone not_run");
    }

    @Test
    void cancelling_during_the_last_step_rolls_back_too() {
        ObjectNode file = waiting();
        file.withArray("calls").remove(2);
        RecourseClient.Started batch = standing(file);
        batch.workflow().cancel();
        Stage.named(stage).open();

        assertThat(catchThrowable(batch::answer)).hasCauseInstanceOf(CanceledFailure.class);
        assertThat(STACK.db.business()).isEqualTo(before);
        assertThat(told(STACK.ana().batch(file).answer())).isEqualTo("rolled_back: undone undone");
    }

    @Test
    void a_batch_cancelled_before_its_first_step_does_nothing() {
        ObjectNode file = waiting();
        Stage.named(stage).open();
        RecourseClient.Started batch = STACK.ana().batch(file);
        batch.workflow().cancel();

        Throwable cancelled = catchThrowable(batch::answer);

        assertThat(cancelled == null || cancelled.getCause() instanceof CanceledFailure)
                .isTrue();
        assertThat(STACK.ana().batch(file).answer().path("status").asText())
                .isEqualTo(cancelled == null ? "applied" : "rolled_back");
        if (cancelled != null) {
            assertThat(STACK.db.business()).isEqualTo(before);
        }
    }

    @Test
    void cancelling_a_batch_in_one_transaction_leaves_all_or_nothing_and_says_which() {
        ObjectNode file = waiting().put("isolation", "transaction");
        RecourseClient.Started batch = standing(file);
        batch.workflow().cancel();
        Stage.named(stage).open();

        assertThat(catchThrowable(batch::answer)).hasCauseInstanceOf(CanceledFailure.class);
        String status = STACK.ana().batch(file).answer().path("status").asText();
        assertThat(status).isEqualTo(STACK.db.business().equals(before) ? "rolled_back" : "applied");
    }

    @Test
    void cancelling_twice_is_cancelling_once() {
        ObjectNode file = waiting();
        RecourseClient.Started batch = standing(file);
        batch.workflow().cancel();
        batch.workflow().cancel();
        Stage.named(stage).open();

        assertThat(catchThrowable(batch::answer)).hasCauseInstanceOf(CanceledFailure.class);
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    // ---- terminate

    @Test
    void a_terminated_batch_is_rolled_back_by_its_id() {
        ObjectNode file = waiting();
        RecourseClient.Started batch = standing(file);
        batch.workflow().terminate("by hand");
        Stage.named(stage).open();
        assertThat(catchThrowable(batch::answer)).hasCauseInstanceOf(TerminatedFailure.class);

        JsonNode rollback = STACK.rollback(UUID.fromString(file.path("batch_id").asText()));

        assertThat(rollback.path("status").asText()).isEqualTo("undone");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void a_terminated_batch_that_is_sent_again_is_finished() {
        ObjectNode file = waiting();
        RecourseClient.Started batch = standing(file);
        batch.workflow().terminate("by hand");
        Stage.named(stage).open();

        JsonNode again = STACK.ana().batch(file).answer();

        assertThat(told(again)).isEqualTo("applied: applied applied applied");
        assertThat(STACK.db.rows("select status from tool_executions where kind = 'do' and batch_id = '"
                        + file.path("batch_id").asText() + "'"))
                .containsExactly("success", "success", "success");
    }

    @Test
    void a_terminated_and_rolled_back_batch_that_is_sent_again_stays_rolled_back() {
        ObjectNode file = waiting();
        RecourseClient.Started batch = standing(file);
        batch.workflow().terminate("by hand");
        Stage.named(stage).open();
        STACK.rollback(UUID.fromString(file.path("batch_id").asText()));

        JsonNode again = STACK.ana().batch(file).answer();

        assertThat(again.path("status").asText()).isEqualTo("rolled_back");
        assertThat(again.at("/steps/0/status").asText()).isEqualTo("undone");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    // ---- progress

    @Test
    void progress_tells_how_far_it_is() {
        RecourseClient.Started batch = standing(waiting());

        JsonNode now = batch.progress();
        Stage.named(stage).open();
        batch.answer();

        assertThat(now).isEqualTo(TestStack.json("{\"done\": 1, \"total\": 3, \"phase\": \"running\"}"));
        assertThat(batch.progress()).isEqualTo(TestStack.json("{\"done\": 3, \"total\": 3, \"phase\": \"running\"}"));
    }

    // ---- tools of these tests

    /** A contact, a stage, a tag. */
    private ObjectNode waiting() {
        ObjectNode file = (ObjectNode) TestStack.json("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "301%07d"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(PHONES.incrementAndGet(), stage));
        return file.put("batch_id", UUID.randomUUID().toString());
    }

    private RecourseClient.Started standing(ObjectNode file) {
        RecourseClient.Started batch = STACK.ana().batch(file);
        Stage.named(stage).awaitBatch();
        return batch;
    }

    /** Waits until the workflow has heard of the abort. */
    private static void awaitUpdate(RecourseClient.Started batch) {
        String id = Objects.requireNonNull(batch.workflow().getExecution()).getWorkflowId();
        while (STACK.events(id).stream().noneMatch(event -> event.contains("UPDATE_ACCEPTED"))) {
            Thread.onSpinWait();
        }
    }

    private static String told(JsonNode batch) {
        return batch.path("status").asText() + ": "
                + String.join(" ", batch.path("steps").findValuesAsText("status"));
    }
}
