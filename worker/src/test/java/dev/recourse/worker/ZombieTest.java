package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.crm.Crm;
import dev.recourse.activities.system.SystemTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import dev.recourse.worker.client.RecourseClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A worker that was given up is alive all the same, and goes on: what it does then counts only if it was in time. */
final class ZombieTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Held HELD = new Held(DB.address());
    private static final Workers WORKERS =
            new Workers().with(DB.address(), catalogue()).with(DB.address(), catalogue());
    private static final AtomicInteger PHONES = new AtomicInteger();

    private static Catalogue catalogue() {
        Catalogue.Builder tools = Catalogue.builder();
        Crm.tools(tools);
        SystemTools.tools(tools);
        return tools.local(ProbeTools.class, (tx, caller) -> new ProbeTools.Lingering(tx))
                .build();
    }

    @AfterAll
    static void close() {
        WORKERS.close();
        DB.close();
    }

    @Test
    void one_that_wakes_up_before_its_claim_finds_the_call_settled_and_does_nothing() throws Exception {
        String before = DB.business();
        UUID id = UUID.randomUUID();
        try (Connection holding = holdStepTwoAtItsLimit()) {
            RecourseClient.Started batch = WORKERS.batch(id, "Late 2", 2, PHONES.incrementAndGet());
            JsonNode answer = batch.answer();
            assertThat(waitingForTheLimit()).as("the zombie is still alive").isOne();

            holding.createStatement().execute("select pg_advisory_unlock(4711)");
            awaitNobodyWaits();
            awaitIdle();

            assertThat(answer.path("status").asText()).isEqualTo("rolled_back");
            assertThat(answer.at("/steps/2/error/code").asText()).isEqualTo("TIMEOUT_FENCED");
            assertThat(DB.business()).isEqualTo(before);
            assertThat(DB.rows("select outcome, error_code from tool_executions where inputs ->> 'name' = 'Late 2'"))
                    .containsExactly("not_applied|TIMEOUT_FENCED");
        }
    }

    @Test
    void one_that_lingers_in_its_tool_past_its_time_has_lost_its_transaction() throws Exception {
        ProbeTools.Lingering.again();
        String before = DB.business();
        ObjectNode file = Workers.five(UUID.randomUUID(), "Lingers", 2, PHONES.incrementAndGet());
        ((ObjectNode) file.at("/calls/2")).put("tool", "crm.probe.write");
        ((ObjectNode) file.at("/calls/2/inputs")).put("phone", "+573017654321");

        JsonNode answer = WORKERS.ana().batch(file).answer();
        boolean stillThere = ProbeTools.Lingering.over.getCount() == 1;
        ProbeTools.Lingering.mayGoOn.countDown();
        assertThat(ProbeTools.Lingering.over.await(30, TimeUnit.SECONDS)).isTrue();
        awaitIdle();

        assertThat(stillThere).isTrue();
        assertThat(answer.path("status").asText()).isEqualTo("rolled_back");
        assertThat(DB.business()).isEqualTo(before);
        assertThat(DB.rows("select outcome from tool_executions where inputs ->> 'name' = 'Lingers'"))
                .containsExactly("not_applied");
    }

    @Test
    void one_that_commits_after_its_time_but_before_it_is_settled_counts_and_the_batch_goes_on() throws Exception {
        HELD.liftTimeouts();
        try (Mark mark = HELD.at(Place.AT_COMMIT)) {
            RecourseClient.Started batch = WORKERS.batch(UUID.randomUUID(), mark.name(), 2, PHONES.incrementAndGet());

            mark.await();
            awaitSettling();
            boolean judgedEarly = batch.answer(Duration.ofMillis(100)).isPresent() || mark.rows() != 0;
            mark.release();
            JsonNode answer = batch.answer();

            assertThat(judgedEarly).isFalse();
            assertThat(answer.path("status").asText()).isEqualTo("applied");
            assertThat(answer.at("/steps/2/outputs/contactId").asText()).isNotEmpty();
            assertThat(mark.effects()).isOne();
            assertThat(mark.rows()).isOne();
            assertThat(mark.outcome()).isEqualTo("applied");
        }
    }

    /**
     * The limit is asked for before the transaction of a call, where no timeout of PostgreSQL's reaches; here it waits for a
     * lock of the test's when it is asked for the third time, by step 2.
     */
    private static Connection holdStepTwoAtItsLimit() throws SQLException {
        Connection holding = DB.superuser();
        holding.createStatement().execute("select pg_advisory_lock(4711)");
        DB.as_superuser("""
                create sequence held.turn;
                create or replace function admit(
                  workspace uuid, wanted_module text, default_per_minute int, span interval default '60 s'
                ) returns interval language plpgsql volatile as $$
                begin
                  if nextval('held.turn') = 3 then
                    perform pg_advisory_lock_shared(4711);
                    perform pg_advisory_unlock_shared(4711);
                  end if;
                  return null;
                end $$;
                """);
        return holding;
    }

    private static int waitingForTheLimit() {
        return Integer.parseInt(DB.cell("select count(*) from pg_stat_activity where datname = current_database()"
                + " and wait_event_type = 'Lock' and query ilike '%admit(%'"));
    }

    private static void awaitNobodyWaits() throws InterruptedException {
        for (int i = 0; i < 1000 && waitingForTheLimit() > 0; i++) {
            Thread.sleep(10);
        }
    }

    /** Until nothing is in a transaction any more, for a while. */
    private static void awaitIdle() throws InterruptedException {
        for (int quiet = 0, i = 0; quiet < 30 && i < 2000; i++) {
            String busy = DB.cell("select count(*) from pg_stat_activity where datname = current_database()"
                    + " and application_name = 'recourse' and state <> 'idle'");
            quiet = busy.equals("0") ? quiet + 1 : 0;
            Thread.sleep(10);
        }
    }

    private static void awaitSettling() throws InterruptedException {
        for (int i = 0; i < 2000; i++) {
            if (!DB.cell("select count(*) from pg_stat_activity where datname = current_database()"
                            + " and wait_event_type = 'Lock' and query ilike '%into tool_claims%'")
                    .equals("0")) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("Nobody asks what became of it");
    }
}
