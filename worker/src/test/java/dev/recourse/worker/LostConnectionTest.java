package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection of a running call is lost at every point of its way: one effect or none, one row, an answer true to it. */
final class LostConnectionTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Held HELD = new Held(DB.address());
    private static final Workers WORKERS = new Workers().with(DB.address());
    private static final AtomicInteger PHONES = new AtomicInteger();

    @AfterAll
    static void close() {
        WORKERS.close();
        DB.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"BEFORE_EFFECT", "BEFORE_RECORD", "AFTER_RECORD", "AT_COMMIT"})
    void a_call_whose_connection_is_lost_is_not_applied_and_says_so(Place place) throws Exception {
        try (Mark mark = HELD.at(place)) {
            RecourseClient.Started call = WORKERS.create(mark.name(), phone());

            mark.cut();
            mark.release();
            JsonNode answer = call.answer();

            assertThat(answer.path("status").asText()).isEqualTo("error");
            assertThat(answer.at("/error/type").asText()).isEqualTo("timeout");
            assertThat(mark.effects()).isZero();
            assertThat(mark.rows()).isOne();
            assertThat(mark.outcome()).isEqualTo("not_applied");
            assertThat(answer.path("execution_id").asText()).isEqualTo(executionId(mark));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"BEFORE_EFFECT", "AT_COMMIT"})
    void a_batch_whose_step_lost_its_connection_is_undone_whole(Place place) throws Exception {
        try (Mark mark = HELD.at(place)) {
            String before = DB.business();
            RecourseClient.Started batch = batch(mark, 2);

            mark.cut();
            mark.release();
            JsonNode answer = batch.answer();

            assertThat(answer.path("status").asText()).isEqualTo("rolled_back");
            assertThat(answer.at("/steps/1/status").asText()).isEqualTo("undone");
            assertThat(answer.at("/steps/2/status").asText()).isEqualTo("failed");
            assertThat(answer.at("/steps/3/status").asText()).isEqualTo("not_run");
            assertThat(DB.business()).isEqualTo(before);
            assertThat(mark.rows()).isOne();
        }
    }

    @Test
    void a_commit_whose_answer_was_lost_counts_and_the_batch_goes_on() throws Exception {
        try (Wire wire = new Wire(DB.address());
                Workers cuttable = new Workers().with(wire.address());
                Mark mark = HELD.at(Place.AT_COMMIT)) {
            RecourseClient.Started batch = cuttable.batch(UUID.randomUUID(), mark.name(), 2, PHONES.incrementAndGet());

            mark.await();
            wire.cutClients();
            mark.release();
            JsonNode answer = batch.answer();

            assertThat(answer.path("status").asText()).isEqualTo("applied");
            assertThat(answer.path("success_count").asInt()).isEqualTo(5);
            assertThat(mark.effects()).isOne();
            assertThat(mark.rows()).isOne();
        }
    }

    @Test
    void while_nobody_knows_whether_a_commit_came_through_the_batch_waits_to_know() throws Exception {
        try (Wire wire = new Wire(DB.address());
                Workers cuttable = new Workers().with(wire.address());
                Mark mark = HELD.at(Place.AT_COMMIT)) {
            RecourseClient.Started batch = cuttable.batch(UUID.randomUUID(), mark.name(), 2, PHONES.incrementAndGet());

            mark.await();
            wire.cutClients();
            awaitSettling(mark);
            int rowsMeanwhile = mark.rows();
            boolean answeredMeanwhile = batch.answer(Duration.ofMillis(100)).isPresent();
            mark.release();
            JsonNode answer = batch.answer();

            assertThat(rowsMeanwhile).isZero();
            assertThat(answeredMeanwhile).isFalse();
            boolean applied = answer.path("status").asText().equals("applied");
            assertThat(mark.effects()).isEqualTo(applied ? 1 : 0);
            assertThat(mark.rows()).isOne();
            assertThat(mark.outcome()).isEqualTo(applied ? "applied" : "not_applied");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"BEFORE_UNDO", "AT_UNDO_COMMIT"})
    void an_undo_that_lost_its_connection_is_done_again_and_counts_once(Place place) throws Exception {
        try (Mark mark = HELD.at(place)) {
            UUID id = UUID.randomUUID();
            int phones = PHONES.incrementAndGet();
            assertThat(WORKERS.batch(id, mark.name(), 2, phones)
                            .answer()
                            .path("status")
                            .asText())
                    .isEqualTo("applied");
            RecourseClient.Started rollback = WORKERS.ana().rollback(id, false);

            mark.cut();
            mark.release();
            JsonNode answer = rollback.answer();

            assertThat(answer.path("status").asText()).isEqualTo("undone");
            assertThat(mark.effects()).isZero();
            assertThat(DB.cell("select count(*) from tool_executions where kind = 'undo' and status = 'success'"
                            + " and batch_id = '" + id + "'"))
                    .isEqualTo("5");
        }
    }

    @Test
    void an_undo_that_meets_a_row_somebody_works_on_just_now_waits_instead_of_calling_it_a_conflict() throws Exception {
        UUID id = UUID.randomUUID();
        int phones = PHONES.incrementAndGet();
        WORKERS.batch(id, "Busy " + phones, 2, phones).answer();
        try (var somebody = DB.superuser()) {
            somebody.setAutoCommit(false);
            somebody.createStatement().execute("select 1 from contacts where name = 'Busy " + phones + "' for update");

            RecourseClient.Started rollback = WORKERS.ana().rollback(id, false);
            awaitError("conflict", id);
            somebody.rollback();

            assertThat(rollback.answer().path("status").asText()).isEqualTo("undone");
        }
    }

    private static void awaitError(String type, UUID batch) throws InterruptedException {
        for (int i = 0; i < 1200; i++) {
            if (!DB.rows("select id from tool_executions where kind = 'undo' and error_type = '" + type
                            + "' and batch_id = '" + batch + "'")
                    .isEmpty()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("No undo of batch " + batch + " failed with " + type);
    }

    @Test
    void every_connection_lost_between_any_two_statements_leaves_each_call_with_one_true_row() throws Exception {
        int calls = 60;
        var started = new ArrayList<RecourseClient.Started>();
        for (int i = 0; i < calls; i++) {
            started.add(WORKERS.create("Storm " + i, "301" + (1_000_000 + i)));
            if (i % 6 == 5) {
                DB.rows("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where datname = current_database() and application_name = 'recourse'");
            }
        }

        int applied = 0;
        for (int i = 0; i < calls; i++) {
            boolean success = started.get(i).answer().path("status").asText().equals("success");
            String name = "Storm " + i;
            assertThat(DB.cell("select count(*) from contacts where name = '" + name + "'"))
                    .as(name)
                    .isEqualTo(success ? "1" : "0");
            assertThat(DB.rows("select outcome from tool_executions where inputs ->> 'name' = '" + name + "'"))
                    .as(name)
                    .hasSize(1)
                    .allMatch(outcome -> outcome.equals("applied") == success);
            applied += success ? 1 : 0;
        }
        assertThat(applied).isPositive();
    }

    @Test
    void two_workers_that_both_believe_a_call_theirs_do_it_once() throws Exception {
        WORKERS.with(DB.address());
        try (Mark mark = HELD.at(Place.AT_COMMIT)) {
            ObjectNode request = (ObjectNode) Json.read("{\"tool\": \"crm.contact.create\"}");
            request.put("call_id", UUID.randomUUID().toString());
            request.set("inputs", Workers.contact(mark.name(), phone()));

            WorkflowStub one = WORKERS.foreign("ToolCall", request);
            mark.await();
            WorkflowStub other = WORKERS.foreign("ToolCall", request);
            awaitSettling(mark);
            mark.release();
            JsonNode first = one.getResult(JsonNode.class);
            JsonNode second = other.getResult(JsonNode.class);

            assertThat(first.path("status").asText()).isEqualTo("success");
            assertThat(second.path("outputs")).isEqualTo(first.path("outputs"));
            assertThat(second.path("execution_id")).isEqualTo(first.path("execution_id"));
            assertThat(mark.effects()).isOne();
            assertThat(mark.rows()).isOne();
        }
    }

    @Test
    void two_rollbacks_of_one_batch_at_once_undo_each_step_once() throws Exception {
        UUID id = UUID.randomUUID();
        try (Mark mark = HELD.at(Place.AT_UNDO_COMMIT)) {
            WORKERS.batch(id, mark.name(), 4, PHONES.incrementAndGet()).answer();
            ObjectNode request = (ObjectNode) Json.read("{}");
            request.put("id", id.toString());

            WorkflowStub one = WORKERS.foreign("Rollback", request);
            mark.await();
            WorkflowStub other = WORKERS.foreign("Rollback", request);
            Thread.sleep(500);
            mark.release();

            assertThat(one.getResult(JsonNode.class).path("status").asText()).isEqualTo("undone");
            assertThat(other.getResult(JsonNode.class).path("status").asText()).isEqualTo("undone");
            assertThat(DB.cell("select count(*) || ' ' || count(distinct compensates) from tool_executions"
                            + " where kind = 'undo' and status = 'success' and batch_id = '" + id + "'"))
                    .isEqualTo("5 5");
        }
    }

    /** Until somebody waits for the claim that the held call has made. */
    private static void awaitSettling(Mark mark) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            String waiting = DB.cell("select count(*) from pg_stat_activity where datname = current_database()"
                    + " and wait_event_type = 'Lock' and query ilike '%into tool_claims%'");
            if (!waiting.equals("0")) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("Nobody asks what became of " + mark.name());
    }

    private static RecourseClient.Started batch(Mark mark, int at) {
        return WORKERS.batch(UUID.randomUUID(), mark.name(), at, PHONES.incrementAndGet());
    }

    private static String phone() {
        return Workers.phone(PHONES.incrementAndGet(), 9);
    }

    private static String executionId(Mark mark) {
        return DB.cell("select id from tool_executions where inputs ->> 'name' = '" + mark.name() + "'");
    }
}
