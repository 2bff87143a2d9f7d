package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import dev.recourse.worker.client.RecourseClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker process is killed while it has a batch at every point there is at once; another worker goes on.
 *
 * <p>The worker is the real command in a JVM of its own. What holds it are locks of the database and messages that get lost.
 */
final class WorkerKilledTest {

    private static final int AT = 2;

    @Test
    void whatever_a_killed_worker_was_at_every_batch_ends_whole_and_true(@TempDir Path folder) throws Exception {
        try (TestDatabase db = TestDatabase.fresh();
                Workers workers = new Workers();
                LoopbackTemporal loopback = new LoopbackTemporal(workers.temporal.service());
                Child child = Child.start(folder, Child.environment(db, loopback), "worker")) {
            Held held = new Held(db.address());
            held.liftTimeouts();
            Map<String, Mark> marks = new LinkedHashMap<>();
            for (Place place : Place.values()) {
                marks.put(place.toString(), held.at(place));
            }
            child.says("takes tasks");
            assertThat(workers.batch(UUID.randomUUID(), "Warm", AT, 1)
                            .answer()
                            .path("status")
                            .asText())
                    .isEqualTo("applied");

            CountDownLatch unreported = loopback.lose("RespondActivityTaskCompleted", "Unreported");
            CountDownLatch between = loopback.lose("RespondWorkflowTaskCompleted", "Unscheduled");
            Map<String, RecourseClient.Started> batches = new LinkedHashMap<>();
            int phones = 10;
            for (Map.Entry<String, Mark> mark : marks.entrySet()) {
                batches.put(
                        mark.getKey(),
                        begun(workers, mark.getKey(), mark.getValue().name(), ++phones));
            }
            batches.put("Unreported", begun(workers, "Unreported", "Unreported", ++phones));
            batches.put("Unscheduled", begun(workers, "Unscheduled", "Unscheduled", ++phones));
            for (Mark mark : marks.values()) {
                mark.await();
            }
            LoopbackTemporal.await(unreported);
            LoopbackTemporal.await(between);

            child.signal("KILL");
            child.end();
            workers.with(db.address());
            marks.values().forEach(Mark::release);

            batches.forEach((point, batch) -> endedWhole(db, point, ended(point, batch)));
            assertThat(status(batches, "BEFORE_EFFECT")).isEqualTo("rolled_back");
            assertThat(status(batches, "BEFORE_RECORD")).isEqualTo("rolled_back");
            assertThat(status(batches, "AFTER_RECORD")).isEqualTo("rolled_back");
            assertThat(status(batches, "AT_COMMIT"))
                    .as("PostgreSQL had the commit")
                    .isEqualTo("applied");
            assertThat(status(batches, "Unreported")).as("it was committed").isEqualTo("applied");
            assertThat(status(batches, "Unscheduled")).isEqualTo("applied");
            for (Mark mark : marks.values()) {
                mark.close();
            }
            assertNoLooseEnds(db);

            batches.values().forEach(batch -> takenBack(workers, batch));
            assertThat(db.rows("select name from contacts where name not like 'Plain 1 %'"))
                    .containsExactly("Warm");
        }
    }

    /** Five creations, the marked one in the middle; where an undo is to be held, the last one fails. */
    private static RecourseClient.Started begun(Workers workers, String point, String name, int phones) {
        ObjectNode file = Workers.five(UUID.randomUUID(), name, AT, phones);
        if (point.contains("UNDO")) {
            ((ObjectNode) file.at("/calls/4/inputs")).put("phone", Workers.phone(phones, 0));
        }
        return workers.ana().batch(file);
    }

    private static JsonNode ended(String point, RecourseClient.Started batch) {
        return batch.answer(Duration.ofSeconds(60)).orElseThrow(() -> new AssertionError(point + " does not end"));
    }

    private static String status(Map<String, RecourseClient.Started> batches, String point) {
        return Objects.requireNonNull(batches.get(point))
                .answer()
                .path("status")
                .asText();
    }

    /** Also of one that took itself back: then there is nothing to do. */
    private static void takenBack(Workers workers, RecourseClient.Started batch) {
        UUID id = UUID.fromString(batch.answer().path("batch_id").asText());
        assertThat(workers.ana().rollback(id, false).answer().path("status").asText())
                .isEqualTo("undone");
    }

    /** All applied and there, or nothing there; and of each call one row that says which. */
    private static void endedWhole(TestDatabase db, String point, JsonNode answer) {
        String status = answer.path("status").asText();
        String batch = answer.path("batch_id").asText();
        assertThat(status).as(point + ": " + answer).isIn("applied", "rolled_back");
        String standing = db.cell("select count(*) from contacts where id in (select row_id from tool_changes where"
                + " execution_id in (select id from tool_executions where batch_id = '" + batch + "'))");
        assertThat(standing).as(point).isEqualTo(status.equals("applied") ? "5" : "0");
        assertThat(db.rows("select step from tool_executions where kind = 'do' and batch_id = '" + batch
                        + "' group by step having count(*) > 1"))
                .as(point)
                .isEmpty();
        assertThat(db.rows("select compensates from tool_executions where kind = 'undo' and status = 'success'"
                        + " and batch_id = '" + batch + "' group by compensates having count(*) > 1"))
                .as(point)
                .isEmpty();
        assertThat(db.cell("select status from tool_batches where id = '" + batch + "'"))
                .as(point)
                .isEqualTo(status);
        assertUndoneInReverse(db, point, batch);
    }

    private static void assertUndoneInReverse(TestDatabase db, String point, String batch) {
        var steps =
                db.rows("select step from tool_executions where kind = 'undo' and status = 'success' and batch_id = '"
                        + batch + "' order by completed_at");
        assertThat(steps).as(point).isSortedAccordingTo(Comparator.reverseOrder());
    }

    /** Every effect has its row, every applied row its effect, and nobody holds anything any more. */
    private static void assertNoLooseEnds(TestDatabase db) {
        assertThat(
                        db.cell(
                                "select count(*) from contacts c where not exists (select from tool_changes i"
                                        + " join tool_executions e on e.id = i.execution_id where i.row_id = c.id and e.outcome = 'applied')"))
                .isEqualTo("0");
        assertThat(db.cell("select count(*) from tool_executions e where e.outcome = 'applied'"
                        + " and not exists (select from tool_changes i where i.execution_id = e.id)"))
                .isEqualTo("0");
        assertThat(db.cell("select count(*) from tool_executions where outcome = 'unknown'"))
                .isEqualTo("0");
    }
}
