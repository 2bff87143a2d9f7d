package dev.recourse.db.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.Database;
import dev.recourse.db.TestDatabase;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch opens once, closes once, and is abandoned when the process that held it is gone. */
final class BatchesTest {

    private static final TestDatabase DB = TestDatabase.fresh();

    private final Acts acts = new Acts(DB, TestDatabase.A);

    @AfterAll
    static void close() {
        DB.close();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                1,
                -1,
                0x7fff_ffff,
                0x8000_0000L,
                0xffff_ffffL,
                0x1_0000_0000L,
                -0x8000_0000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void a_batch_is_abandoned_when_its_process_lets_go_whatever_key_it_holds(long key) throws InterruptedException {
        UUID batch = UUID.randomUUID();
        try (Database alive = Database.open(DB.address(), 1, key)) {
            assertThat(alive).isNotNull();
            open(batch, key);

            assertThat(abandoned()).isEmpty();
        }

        await(() -> !abandoned().isEmpty()); // PostgreSQL lets go when it notices that nobody is there
        assertThat(abandoned()).containsExactly(new Batches.Abandoned(batch, true));
        acts.in(null, tx -> {
            new Batches(tx).close(batch, "rolled_back");
            return true;
        });
        assertThat(abandoned()).isEmpty();
    }

    @Test
    void a_process_at_work_in_another_database_keeps_no_batch_of_this_one_alive() {
        UUID batch = UUID.randomUUID();
        try (TestDatabase elsewhere = TestDatabase.fresh();
                Database other = Database.open(elsewhere.address(), 1, 4711L)) {
            assertThat(other).isNotNull();
            open(batch, 4711);

            assertThat(abandoned()).containsExactly(new Batches.Abandoned(batch, true));
        }
    }

    @Test
    void a_batch_opens_once_and_its_first_end_stays() {
        UUID batch = UUID.randomUUID();
        assertThat(open(batch, "abcd", "w/r")).isEmpty();
        for (String status : List.of("applied", "stuck")) {
            acts.in(null, tx -> {
                new Batches(tx).close(batch, status);
                return true;
            });
        }

        assertThat(open(batch, "ef01", "w/s")).contains(new Batches.Opened("abcd", "w/r", "applied"));
    }

    private Optional<Batches.Opened> open(UUID batch, String hash, String place) {
        return acts.in(null, tx -> new Batches(tx).open(TestDatabase.A, batch, hash, false, place, null));
    }

    private void open(UUID batch, long owner) {
        acts.in(null, tx -> new Batches(tx).open(TestDatabase.A, batch, "abcd", true, "w/r", owner));
    }

    private static void await(BooleanSupplier so) throws InterruptedException {
        for (int i = 0; i < 500 && !so.getAsBoolean(); i++) {
            Thread.sleep(20);
        }
    }

    private List<Batches.Abandoned> abandoned() {
        return acts.in(null, tx -> new Batches(tx).abandoned());
    }
}
