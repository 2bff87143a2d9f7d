package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.db.crm.Contacts;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Attempts inside a transaction: each takes back its own effects and no others. */
final class AttemptTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Contacts.Fields ANA = new Contacts.Fields("Ana", "+573001234567", null, null, null, null);
    private static final Contacts.Fields LEO = new Contacts.Fields("Leo", "+573007654321", null, null, null, null);

    @AfterAll
    static void close() {
        DB.close();
    }

    /** Ends a transaction that is not to be committed. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void an_attempt_in_an_attempt_takes_back_its_own_effects_alone() {
        uncommitted(tx -> tx.attempt(() -> {
            add(tx, ANA);
            assertThatThrownBy(() -> tx.attempt(() -> {
                        add(tx, LEO);
                        throw new Enough();
                    }))
                    .isInstanceOf(Enough.class);
            assertThat(present(tx)).containsExactly(true, false);
            tx.attempt(() -> add(tx, LEO));
            assertThat(present(tx)).containsExactly(true, true);
            return true;
        }));
    }

    @Test
    void an_attempt_takes_back_what_attempts_inside_it_did() {
        uncommitted(tx -> {
            assertThatThrownBy(() -> tx.attempt(() -> {
                        tx.attempt(() -> add(tx, ANA));
                        throw new Enough();
                    }))
                    .isInstanceOf(Enough.class);
            assertThat(present(tx)).containsExactly(false, false);
        });
    }

    @Test
    void a_refusal_of_the_database_leaves_the_attempt_around_it_usable() {
        uncommitted(tx -> tx.attempt(() -> {
            UUID id = add(tx, ANA).id();
            assertThatThrownBy(() -> tx.attempt(() -> tx.table(Contacts.class).add(id, LEO)))
                    .isInstanceOfSatisfying(
                            DatabaseRefusal.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(DatabaseRefusal.Reason.UNIQUE));
            assertThat(present(tx)).containsExactly(true, false);
            return true;
        }));
    }

    private static Contacts.Row add(Tx tx, Contacts.Fields fields) {
        return tx.table(Contacts.class).add(UUID.randomUUID(), fields).orElseThrow();
    }

    private static List<Boolean> present(Tx tx) {
        Contacts contacts = tx.table(Contacts.class);
        return List.of(
                !contacts.withPhone(ANA.phone(), 1).isEmpty(),
                !contacts.withPhone(LEO.phone(), 1).isEmpty());
    }

    private static void uncommitted(Consumer<Tx> work) {
        Scope scope = Scope.of(TestDatabase.A).executing(UUID.randomUUID());
        assertThatThrownBy(() -> DB.database().in(scope, tx -> {
                    work.accept(tx);
                    throw new Enough();
                }))
                .isInstanceOf(Enough.class);
    }
}
