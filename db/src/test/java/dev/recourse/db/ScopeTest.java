package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.db.DatabaseRefusal.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the door says to PostgreSQL holds: whose transaction, how long, and nothing of it afterwards. */
final class ScopeTest {

    private static final TestDatabase DB = TestDatabase.fresh();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void a_transaction_knows_whose_it_is() {
        UUID execution = UUID.randomUUID();

        List<String> said = DB.database()
                .in(
                        Scope.of(TestDatabase.A).by("user:o'hara").executing(execution),
                        tx -> tx.table(Sql.class)
                                .texts(
                                        "select concat_ws(' ', current_setting('recourse.workspace'), current_setting('recourse.principal'),"
                                                + " current_setting('recourse.execution'), current_setting('timezone'))"));

        assertThat(said).containsExactly(TestDatabase.A + " user:o'hara " + execution + " UTC");
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped() {
        assertThatThrownBy(() ->
                        DB.database().in(within(200), tx -> tx.table(Sql.class).run("select pg_sleep(30)")))
                .satisfies(thrown -> isRefused(thrown, Reason.STATEMENT_TIMEOUT));
    }

    @Test
    void a_statement_s_limit_ends_before_its_transaction_s() {
        Scope scope = Scope.of(TestDatabase.A).within(Duration.ofMillis(4500));

        assertThat(scope.transactionTimeout()).isEqualTo(Duration.ofMillis(4500));
        assertThat(scope.statementTimeout()).isLessThan(scope.transactionTimeout());
    }

    @Test
    void the_shortest_time_is_still_a_limit() {
        assertThatThrownBy(() ->
                        DB.database().in(within(0), tx -> tx.table(Sql.class).run("select pg_sleep(30)")))
                .isInstanceOf(DatabaseRefusal.class);
    }

    @Test
    void a_wait_for_a_lock_is_given_up_before_the_statement_is() throws SQLException {
        try (Connection other = DB.superuser();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table recourse.contacts");

            assertThatThrownBy(() -> DB.database()
                            .in(within(500), tx -> tx.table(Sql.class).run("select from contacts")))
                    .satisfies(thrown -> isRefused(thrown, Reason.LOCK_TIMEOUT));

            other.rollback();
        }
    }

    @Test
    void a_transaction_that_sleeps_is_ended_and_nothing_of_it_stays() {
        UUID tenant = UUID.randomUUID();

        assertThatThrownBy(() -> DB.database()
                        .in(new Scope(tenant, null, null, Duration.ofMillis(200), Duration.ofMillis(200)), tx -> {
                            tx.table(Sql.class)
                                    .run("insert into workspaces (id, slug, name) values ('" + tenant
                                            + "', 'asleep', 'Z')");
                            sleep(600);
                            return true;
                        }))
                .satisfies(thrown -> isRefused(thrown, Reason.CONNECTION_LOST));

        assertThat(DB.database().workspace("asleep")).isEmpty();
    }

    @Test
    void a_connection_that_is_lost_is_called_that() {
        assertThatThrownBy(() -> DB.database().in(Scope.of(TestDatabase.A), tx -> {
                    String pid =
                            tx.table(Sql.class).texts("select pg_backend_pid()").get(0);
                    DB.rows("select pg_terminate_backend(" + pid + ", 5000)");
                    return tx.attempt(() -> tx.table(Sql.class).run("select 1"));
                }))
                .satisfies(thrown -> isRefused(thrown, Reason.CONNECTION_LOST));
    }

    @Test
    void a_swallowed_error_is_not_taken_for_a_commit() {
        assertThatThrownBy(() -> DB.database().in(Scope.of(TestDatabase.A), tx -> {
                    assertThatThrownBy(() -> tx.table(Sql.class).run("select 1 / 0"))
                            .hasMessageContaining("division");
                    return true;
                }))
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.reason().definite()).isTrue());
    }

    @Test
    void a_pool_that_is_used_up_is_called_unreachable() {
        try (Database one = Database.open(DB.address(), 1)) {
            one.in(
                    Scope.of(TestDatabase.A),
                    tx -> assertThatThrownBy(() -> one.workspace("a"))
                            .satisfies(thrown -> isRefused(thrown, Reason.UNREACHABLE)));
            assertThat(one.workspace("a")).contains(TestDatabase.A);
        }
    }

    private static Scope within(long millis) {
        return new Scope(TestDatabase.A, null, null, Duration.ofMillis(millis), Duration.ofSeconds(8));
    }

    private static void isRefused(Throwable thrown, Reason reason) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
