package dev.recourse.db.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Claim, attempt, record on a real PostgreSQL. */
final class LedgerTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Answer UNKNOWN =
            Answer.unknown("{\"type\": \"external_api_error\", \"code\": \"SEND_OUTCOME_UNKNOWN\"}", null);

    @AfterAll
    static void close() {
        DB.close();
    }

    /** An effect to be recorded. */
    interface Effect {
        @SqlUpdate("""
                insert into contacts (workspace_id, id, name, phone)
                values (current_setting('recourse.workspace')::uuid, gen_random_uuid(), 'Ana', '+57300' || (random() * 8999999 + 1000000)::int)
                """)
        int addSomebody();
    }

    @Test
    void an_effect_and_its_row_commit_together() {
        Request request = request(UUID.randomUUID());

        Execution recorded = execute(request);

        assertThat(recorded.outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(recorded.stands()).isTrue();
        assertThat(contactsOf(request)).isEqualTo("1");
    }

    @Test
    void a_call_that_changes_nothing_is_recorded_as_without_effect() {
        Request request = request(UUID.randomUUID());

        Execution recorded = DB.database().in(scope(request), tx -> {
            Ledger ledger = new Ledger(tx);
            assertThat(ledger.claim(request)).isEmpty();
            return ledger.record(request, Answer.success("{\"found\": 0}"));
        });

        assertThat(recorded.outcome()).isEqualTo(Answer.Outcome.NONE);
    }

    @Test
    void an_effect_without_a_row_cannot_be_committed() {
        Request request = request(UUID.randomUUID());

        assertThatThrownBy(() -> DB.database().in(scope(request), tx -> {
                    new Ledger(tx).claim(request);
                    return tx.table(Effect.class).addSomebody();
                }))
                .isInstanceOf(DatabaseRefusal.class)
                .hasMessageContaining("effect_without_row");
        assertThat(contactsOf(request)).isEqualTo("0");
    }

    @Test
    void an_effect_cannot_be_committed_with_a_row_that_denies_it() {
        Request request = request(UUID.randomUUID());

        assertThatThrownBy(() -> DB.database().in(scope(request), tx -> {
                    new Ledger(tx).claim(request);
                    tx.table(Effect.class).addSomebody();
                    return new Ledger(tx).record(request, Answer.notApplied("{\"type\": \"timeout\"}", null));
                }))
                .hasMessageContaining("effect_without_row");
    }

    @Test
    void an_effect_cannot_borrow_the_row_of_an_earlier_transaction() {
        Request request = request(UUID.randomUUID());
        execute(request);

        assertThatThrownBy(() -> DB.database()
                        .in(scope(request), tx -> tx.table(Effect.class).addSomebody()))
                .hasMessageContaining("effect_without_row");
    }

    @Test
    void a_write_on_nobodys_account_is_refused() {
        assertThatThrownBy(() -> DB.database()
                        .in(
                                Scope.of(TestDatabase.A),
                                tx -> tx.table(Effect.class).addSomebody()))
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(DatabaseRefusal.Reason.NO_EXECUTION));
    }

    @Test
    void the_second_delivery_of_a_call_reads_what_the_first_recorded() {
        Request request = request(UUID.randomUUID());
        execute(request);

        Optional<Execution> winner = DB.database().in(scope(request), tx -> new Ledger(tx).claim(request));

        assertThat(winner).get().extracting(Execution::outcome).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(contactsOf(request)).isEqualTo("1");
    }

    @Test
    void a_late_effect_is_impossible_once_its_call_was_settled() {
        Request request = request(UUID.randomUUID());
        DB.database().in(scope(request), tx -> new Ledger(tx).settle(request, lost(), UNKNOWN));

        Optional<Execution> winner = DB.database().in(scope(request), tx -> new Ledger(tx).claim(request));

        assertThat(winner).get().extracting(Execution::outcome).isEqualTo(Answer.Outcome.NOT_APPLIED);
    }

    @Test
    void whoever_settles_waits_for_a_zombie_and_believes_what_it_committed() throws Exception {
        Request request = request(UUID.randomUUID());
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Execution> zombie =
                Meanwhile.doing(() -> DB.database().in(scope(request), tx -> {
                    new Ledger(tx).claim(request);
                    tx.table(Effect.class).addSomebody();
                    claimed.countDown();
                    await(go);
                    return new Ledger(tx).record(request, Answer.success("{}"));
                }));
        claimed.await();
        CompletableFuture<Execution> settled = Meanwhile.doing(() ->
                DB.database().in(scope(request), tx -> new Ledger(tx).settle(request, lost(), UNKNOWN)));

        go.countDown();

        assertThat(settled.get().outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(zombie.get().outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(contactsOf(request)).isEqualTo("1");
    }

    @Test
    void an_undo_takes_the_effect_back_and_a_second_one_finds_it_undone() {
        Request request = request(UUID.randomUUID());
        execute(request);

        undo(request.id());

        assertThat(contactsOf(request)).isEqualTo("0");
        Optional<Execution> now = DB.database().in(Scope.of(TestDatabase.A), tx -> new Ledger(tx).find(request.id()));
        assertThat(now).get().matches(Execution::undone);
        assertThatThrownBy(() -> undo(request.id()))
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.constraint()).isEqualTo("tool_executions_one_undo"));
    }

    static void undo(UUID original) {
        UUID id = UUID.randomUUID();
        Request request = request(id).undoing(id, original, null, null);
        DB.database().in(scope(request), tx -> {
            new Ledger(tx).claim(request);
            assertThat(new Undo(tx).of(original)).isEmpty();
            return new Ledger(tx).record(request, Answer.success("{}"));
        });
    }

    private static Execution execute(Request request) {
        return DB.database().in(scope(request), tx -> {
            Ledger ledger = new Ledger(tx);
            assertThat(ledger.claim(request)).isEmpty();
            int added = tx.attempt(() -> tx.table(Effect.class).addSomebody());
            return ledger.record(request, Answer.success("{\"added\": " + added + "}"));
        });
    }

    @Test
    void a_call_outside_is_under_way_until_its_deadline_and_unknown_after_it() {
        Request request = request(UUID.randomUUID());
        claimOutside(request, Duration.ofMinutes(1));

        assertThatThrownBy(() -> settle(request))
                .isInstanceOfSatisfying(
                        InFlight.class,
                        call -> assertThat(call.left()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1)));

        Request late = request(UUID.randomUUID());
        claimOutside(late, Duration.ZERO);
        assertThat(settle(late).outcome()).isEqualTo(Answer.Outcome.UNKNOWN);
    }

    @Test
    void a_call_outside_that_never_began_is_not_applied_and_cannot_begin_any_more() {
        Request request = request(UUID.randomUUID());

        assertThat(settle(request).outcome()).isEqualTo(Answer.Outcome.NOT_APPLIED);

        Optional<Execution> winner =
                DB.database().in(scope(request), tx -> new Ledger(tx).claim(request, Duration.ofMinutes(1)));
        assertThat(winner).isPresent();
    }

    @Test
    void the_first_evidence_settles_what_is_unknown_and_stays() {
        Request request = request(UUID.randomUUID());
        claimOutside(request, Duration.ZERO);
        settle(request);

        assertThat(resolve(request.id(), Answer.Outcome.APPLIED)).isTrue();
        assertThat(resolve(request.id(), Answer.Outcome.NOT_APPLIED)).isFalse();

        Optional<Execution> now = DB.database().in(Scope.of(TestDatabase.A), tx -> new Ledger(tx).find(request.id()));
        assertThat(now).get().extracting(Execution::outcome).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(now).get().extracting(Execution::status).isEqualTo(Answer.Status.ERROR);
    }

    @Test
    void what_is_known_is_not_settled_by_evidence_and_nor_is_what_another_workspace_did() {
        Request known = request(UUID.randomUUID());
        execute(known);
        Request unknown = request(UUID.randomUUID());
        claimOutside(unknown, Duration.ZERO);
        settle(unknown);

        assertThat(resolve(known.id(), Answer.Outcome.NOT_APPLIED)).isFalse();
        boolean byOthers = DB.database()
                .in(
                        Scope.of(TestDatabase.B).executing(UUID.randomUUID()),
                        tx -> new Resolutions(tx)
                                .settle(unknown.id(), Answer.Outcome.APPLIED, Resolutions.Source.OPERATOR, "{}"));
        assertThat(byOthers).isFalse();
    }

    private static void claimOutside(Request request, Duration within) {
        DB.database().in(scope(request), tx -> {
            assertThat(new Ledger(tx).claim(request, within)).isEmpty();
            return true;
        });
    }

    private static Execution settle(Request request) {
        return DB.database().in(scope(request), tx -> new Ledger(tx).settle(request, lost(), UNKNOWN));
    }

    private static boolean resolve(UUID execution, Answer.Outcome outcome) {
        return DB.database()
                .in(
                        Scope.of(TestDatabase.A).executing(UUID.randomUUID()),
                        tx -> new Resolutions(tx)
                                .settle(execution, outcome, Resolutions.Source.OPERATOR, "{\"note\": \"seen\"}"));
    }

    private static Answer lost() {
        return Answer.notApplied("{\"type\": \"timeout\", \"code\": \"TIMEOUT_FENCED\"}", null);
    }

    static Request request(UUID id) {
        return Requests.of(id, "crm.contact.create", "{}");
    }

    private static Scope scope(Request request) {
        return Scope.of(TestDatabase.A)
                .by(TestDatabase.OWNER)
                .executing(request.id())
                .within(Duration.ofSeconds(4));
    }

    private static String contactsOf(Request request) {
        return DB.cell("select count(*) from contacts c join tool_changes i on i.row_id = c.id where i.execution_id = '"
                + request.id() + "'");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
