package dev.recourse.db.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The limiter lets exactly as many through as it says, whoever asks, from wherever. */
final class LimiterTest {

    private static final TestDatabase DB = TestDatabase.fresh();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void of_many_at_once_exactly_as_many_pass_as_are_allowed_in_two_processes_too() throws Exception {
        UUID workspace = workspace();
        try (Database other = Database.open(DB.address(), 8)) {
            List<Optional<Duration>> answers = together(16, 12, n -> {
                Database asked = n % 2 == 0 ? DB.database() : other;
                return asked.admit(workspace, "crm", 30);
            });

            assertThat(answers).hasSize(16 * 12);
            assertThat(answers.stream().filter(Optional::isEmpty)).hasSize(30);
            assertThat(answers.stream().flatMap(Optional::stream))
                    .allMatch(wait -> wait.toMillis() > 0 && wait.toSeconds() <= 60);
        }
    }

    @Test
    void no_window_ever_holds_more_than_its_limit() throws Exception {
        UUID workspace = workspace();
        DB.as_superuser(
                "create table if not exists public.admitted as select * from tool_admissions limit 0;"
                        + "create or replace function public.copied() returns trigger security definer language plpgsql as "
                        + "'begin insert into public.admitted select new.*; return null; end';"
                        + "create trigger copied after insert on tool_admissions for each row execute function public.copied()");
        try {
            together(8, 80, n -> admit(workspace, "crm", 5, "200 ms"));
        } finally {
            DB.as_superuser("drop trigger copied on tool_admissions");
        }

        assertThat(DB.rows(
                        "select a.at from public.admitted a join public.admitted b on b.at > a.at - interval '200 ms' and b.at <= a.at"
                                + " group by a.at having count(*) > 5"))
                .isEmpty();
        assertThat(DB.cell("select count(*) > 5 from public.admitted")).isEqualTo("t");
    }

    @Test
    void a_slot_comes_back_when_its_window_is_over() throws Exception {
        UUID workspace = workspace();
        assertThat(admit(workspace, "crm", 1, "1 s")).isNegative();
        double wait = admit(workspace, "crm", 1, "1 s");

        assertThat(wait).isBetween(0.0, 1.0);
        Thread.sleep((long) (wait * 1000) + 20);

        assertThat(admit(workspace, "crm", 1, "1 s")).isNegative();
        assertThat(DB.cell("select count(*) from tool_admissions where workspace_id = '" + workspace + "'"))
                .isEqualTo("1");
    }

    @Test
    void modules_and_workspaces_do_not_share_slots() {
        UUID one = workspace();
        UUID other = workspace();

        assertThat(Stream.of("crm", "crm", "whatsapp")
                        .map(module -> DB.database().admit(one, module, 1).isEmpty()))
                .containsExactly(true, false, true);
        assertThat(DB.database().admit(other, "crm", 1)).isEmpty();
    }

    @Test
    void a_workspace_may_have_its_own_limit_or_none() {
        UUID workspace = workspace();

        limit(workspace, 2);
        assertThat(passing(workspace, 1, 4)).isEqualTo(2);

        limit(workspace, null);
        assertThat(passing(workspace, 1, 4)).isEqualTo(4);

        limit(workspace, 0);
        assertThat(passing(workspace, 10, 4)).isZero();
    }

    @Test
    void the_clocks_of_the_workers_do_not_matter() {
        UUID workspace = workspace();
        TimeZone here = TimeZone.getDefault();
        try {
            assertThat(DB.database().admit(workspace, "crm", 2)).isEmpty();
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati")); // the driver tells the server
            try (Database elsewhere = Database.open(DB.address(), 1)) {
                assertThat(elsewhere.admit(workspace, "crm", 2)).isEmpty();
                assertThat(elsewhere.admit(workspace, "crm", 2)).isPresent();
            }
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Test
    void a_call_in_the_future_of_a_clock_that_was_set_back_still_counts() throws Exception {
        UUID workspace = workspace();
        DB.as_superuser(
                "insert into tool_admissions values ('" + workspace + "', 'crm', clock_timestamp() + interval '10 s')");

        assertThat(admit(workspace, "crm", 1, "1 s")).isPositive();
    }

    @Test
    void a_tenant_that_holds_its_own_limiter_blocks_nobody_else() throws Exception {
        UUID stuck = workspace();
        UUID free = workspace();
        try (Connection holder = DB.superuser();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select recourse.admit('" + stuck + "', 'crm', 5)");

            assertThat(DB.database().admit(free, "crm", 5)).isEmpty();
            assertThat(DB.database().admit(stuck, "system", 5)).isEmpty();

            holder.rollback();
        }
    }

    private static int passing(UUID workspace, int fallback, int tries) {
        return (int) Stream.generate(() -> DB.database().admit(workspace, "crm", fallback))
                .limit(tries)
                .filter(Optional::isEmpty)
                .count();
    }

    private static void limit(UUID workspace, @Nullable Integer perMinute) {
        DB.database().in(Scope.of(workspace), tx -> {
            new Limits(tx).set("crm", perMinute);
            return true;
        });
    }

    /** Seconds to wait, -1 for none; with a window of the test's own. */
    private static double admit(UUID workspace, String module, int limit, String span) throws SQLException {
        try (Connection connection = DB.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select extract(epoch from recourse.admit('%s', '%s', %d, '%s'))"
                        .formatted(workspace, module, limit, span))) {
            row.next();
            double seconds = row.getDouble(1);
            return row.wasNull() ? -1 : seconds;
        }
    }

    private static UUID workspace() {
        UUID id = UUID.randomUUID();
        Workspaces.create(DB.database(), id, "w" + id, "Limited");
        return id;
    }

    private interface Work<T> {
        T run(int n) throws Exception;
    }

    private static <T> List<T> together(int threads, int each, Work<T> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<List<T>>> tasks = Stream.iterate(0, n -> n + 1)
                    .limit(threads)
                    .map(thread -> (Callable<List<T>>) () -> {
                        List<T> answers = new ArrayList<>();
                        for (int n = 0; n < each; n++) {
                            answers.add(work.run(thread + n));
                        }
                        return answers;
                    })
                    .toList();
            List<T> all = new ArrayList<>();
            for (Future<List<T>> done : pool.invokeAll(tasks)) {
                all.addAll(done.get());
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }
}
