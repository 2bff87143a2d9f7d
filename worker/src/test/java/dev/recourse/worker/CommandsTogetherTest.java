package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.Child.Ended;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that run at the same time: on one home, or as a worker and its clients. */
@Tag("own-servers")
final class CommandsTogetherTest {

    @Test
    void two_commands_on_a_home_that_was_never_open_both_work_and_see_each_other(@TempDir Path folder)
            throws Exception {
        try (Child one = create(folder, Map.of(), "Ana", "3300000001");
                Child two = create(folder, Map.of(), "Leo", "3300000002")) {
            assertDone(one.end());
            assertDone(two.end());
        }
        assertThat(CommandsTest.processesIn(folder)).isEmpty();

        Ended audited = Child.run(folder, Map.of(), "", "audit", "-o", "json");

        assertThat(Json.read(audited.out()).findValuesAsText("outcome")).containsExactly("applied", "applied");
    }

    @Test
    void the_first_to_leave_a_home_leaves_the_database_to_the_others_and_the_last_stops_it(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(
                folder.resolve("batch.json"), CommandsTest.batch(UUID.randomUUID(), "Long", 316, 5, -1));
        HomeDatabase home = new HomeDatabase(folder);
        Superuser db = home.superuser();
        assertDone(create(folder, Map.of(), "Eva", "3300000003").end());
        Ended stayed;
        try (Connection unclosable = db.connection();
                Child stays = Child.start(folder, Map.of(), "run", file.toString(), "-o", "json")) {
            unclosable.setAutoCommit(false);
            unclosable.createStatement().execute("lock table tool_batches in exclusive mode");
            stays.says("step 5 of 5");
            home.close();

            assertDone(create(folder, Map.of(), "Leo", "3300000004").end());
            assertThat(stays.alive()).isTrue();
            assertThat(db.cell("select count(*) from contacts")).isEqualTo("7");

            unclosable.commit();
            stayed = stays.end();
        }

        assertDone(stayed);
        assertThat(CommandsTest.processesIn(folder)).isEmpty();
    }

    @Test
    void a_worker_that_is_told_to_stop_finishes_the_call_it_has_begun_and_the_next_one_answers(@TempDir Path folder)
            throws Exception {
        try (TestDatabase db = TestDatabase.fresh();
                Workers workers = new Workers();
                LoopbackTemporal loopback = new LoopbackTemporal(workers.temporal.service());
                Mark mark = new Held(db.address()).at(Place.BEFORE_EFFECT)) {
            Workspaces.addMember(db.database(), TestDatabase.A, "local", "owner");
            Map<String, String> environment = Child.environment(db, loopback);
            try (Child worker = Child.start(folder, environment, "worker").says("takes tasks");
                    Child client = create(folder, environment, mark.name(), "3300000006")) {
                mark.await();
                worker.signal("TERM");
                worker.says("is stopping");
                mark.release();

                assertThat(worker.end().code()).isZero();
                assertThat(mark.outcome()).isEqualTo("applied");
                workers.with(db.address());
                assertDone(client.end());
            }
            assertThat(mark.effects()).isOne();
            assertThat(mark.rows()).isOne();
        }
    }

    private static Child create(Path folder, Map<String, String> environment, String name, String phone)
            throws Exception {
        String inputs = Json.write(Workers.contact(name, phone));
        return Child.start(folder, environment, "call", "crm.contact.create", inputs, "-o", "json");
    }

    private static void assertDone(Ended ended) {
        assertThat(ended.code()).as(ended.err() + ended.out()).isZero();
        assertThat(Json.read(ended.out()).path("status").asText()).isIn("success", "applied");
    }
}
