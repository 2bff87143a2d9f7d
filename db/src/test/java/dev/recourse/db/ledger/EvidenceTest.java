package dev.recourse.db.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Scope;
import dev.recourse.db.Sql;
import dev.recourse.db.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No effect without its row, no row without its effect: every way around that we know, and PostgreSQL's answer to it. */
final class EvidenceTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final AtomicLong PHONES = new AtomicLong(573002000000L);

    private final Acts acts = new Acts(DB, TestDatabase.A);
    private String before = "";

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void look() {
        before = all();
    }

    /** Rows of the business and of the ledger, all of them. */
    private static String all() {
        return DB.everything()
                + DB.rows("select to_jsonb(x) from tool_claims x order by id")
                + DB.rows("select to_jsonb(x) from tool_executions x order by id")
                + DB.rows("select to_jsonb(x) from tool_changes x order by seq")
                + DB.rows("select to_jsonb(x) from tool_writes x order by execution_id")
                + DB.rows(
                        "select tgrelid::regclass, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2")
                + DB.rows(
                        "select proname, prosrc from pg_proc where pronamespace = 'recourse'::regnamespace order by 1, 2");
    }

    // ---- an effect whose row is missing or says something else

    @AfterEach
    void every_effect_has_its_row_and_every_row_its_effect() {
        assertThat(
                        DB.rows(
                                "select c.execution_id from tool_changes c left join tool_executions e"
                                        + " on (e.workspace_id, e.id, e.outcome) = (c.workspace_id, c.execution_id, 'applied') where e.id is null"))
                .isEmpty();
        assertThat(DB.rows("select id from tool_executions e where outcome = 'applied' and tool_name = 'test.sql.run'"
                        + " and not exists (select from tool_changes c where c.execution_id = e.id)"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            insert                           | %i
            insert from select               | insert into contacts (workspace_id, id, name, phone) select '%w', gen_random_uuid(), 'X', '%p'
            upsert that inserts              | %i on conflict (workspace_id, id) do update set name = excluded.name
            upsert that updates              | insert into contacts (workspace_id, id, name, phone) values ('%w', '%c', 'X', '%p') on conflict (workspace_id, id) do update set name = 'X'
            update                           | update contacts set name = 'X'
            delete                           | delete from contacts
            merge that inserts               | merge into contacts c using (select 1) s on false when not matched then insert (workspace_id, id, name, phone) values ('%w', gen_random_uuid(), 'X', '%p')
            merge that updates               | merge into contacts c using (select 1) s on true when matched then update set name = 'X'
            merge that deletes               | merge into contacts c using (select 1) s on true when matched then delete
            write in a common table          | with w as (update contacts set name = 'X' returning id) select * from w
            write in a function              | do $$ begin update recourse.contacts set name = 'X'; end $$
            write through a view             | create temp view v as select * from recourse.contacts; update pg_temp.v set name = 'X'
            write through a prepared one     | prepare p as update recourse.contacts set name = 'X'; execute p
            """)
    void a_write_without_a_row_cannot_be_committed_whatever_verb_it_has(String name, String sql) {
        UUID contact = existing();
        look();

        assertThatThrownBy(() ->
                        acts.in(UUID.randomUUID(), tx -> tx.table(Sql.class).run(filled(sql, contact))))
                .as(name)
                .isInstanceOfSatisfying(DatabaseRefusal.class, refusal -> {
                    assertThat(refusal.constraint()).isEqualTo("effect_without_row");
                    assertThat(refusal.state()).isEqualTo("23503");
                });

        assertThat(all()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            on nobody's account                                | select set_config('recourse.execution', '', true); %i                             | RC001
            on nobody's account, and no row is met             | select set_config('recourse.execution', '', true); delete from contacts where false | RC001
            in nobody's workspace                              | select set_config('recourse.workspace', '', true); delete from contacts            | RC001
            then another execution is set                      | %i; select set_config('recourse.execution', '%e', true)                           | 23503
            then the workspace is left                         | %i; select set_config('recourse.workspace', '%b', true)                           | 23503
            then the check is brought forward                  | %i; set constraints effect_without_row immediate                                  | 23503
            by copying                                         | copy contacts from '/dev/null'                                                    | 42501
            """)
    void a_write_cannot_slip_out_of_its_execution(String name, String sql, String state) {
        look();

        assertThatThrownBy(() ->
                        acts.in(UUID.randomUUID(), tx -> tx.table(Sql.class).run(filled(sql, UUID.randomUUID()))))
                .as(name)
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.state()).isEqualTo(state));

        assertThat(all()).isEqualTo(before);
    }

    @Test
    void the_row_of_another_transaction_is_no_evidence() {
        UUID earlier = acts.execute(insert());
        look();

        assertThatThrownBy(() -> acts.in(earlier, tx -> tx.table(Sql.class).run(insert())))
                .hasMessageContaining("effect_without_row");

        assertThat(all()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"error, not_applied", "error, unknown", "error, none", "success, none", "dry_run, none"})
    void a_row_that_denies_its_effect_cannot_be_committed_with_it(String status, String outcome) {
        UUID id = UUID.randomUUID();
        look();

        assertThatThrownBy(() -> acts.in(id, tx -> {
                    tx.table(Sql.class).run(insert());
                    return tx.table(Sql.class).run(row(id, status, outcome));
                }))
                .hasMessageContaining("effect_without_row");

        assertThat(all()).isEqualTo(before);
    }

    @Test
    void a_claim_that_lost_and_was_not_looked_at_leaves_no_effect() {
        UUID id = UUID.randomUUID();
        Request request = Acts.request(id);
        acts.in(id, tx -> new Ledger(tx).settle(request, Answer.notApplied("{}", null), Answer.unknown("{}", null)));
        look();

        assertThatThrownBy(() -> acts.in(id, tx -> {
                    new Ledger(tx).claim(request); // and nobody reads what it answers
                    return tx.table(Sql.class).run(insert());
                }))
                .hasMessageContaining("effect_without_row");

        assertThat(all()).isEqualTo(before);
    }

    @Test
    void a_key_that_was_taken_and_swallowed_in_a_savepoint_leaves_no_effect() {
        UUID id = acts.execute(insert());
        look();

        assertThatThrownBy(() -> acts.in(id, tx -> {
                    tx.table(Sql.class).run(insert());
                    assertThatThrownBy(
                                    () -> tx.attempt(() -> tx.table(Sql.class).run(row(id, "success", "applied"))))
                            .isInstanceOf(DatabaseRefusal.class);
                    return true;
                }))
                .hasMessageContaining("effect_without_row");

        assertThat(all()).isEqualTo(before);
    }

    @Test
    void an_effect_that_was_rolled_back_needs_no_row_and_leaves_no_image() {
        acts.in(UUID.randomUUID(), tx -> {
            assertThatThrownBy(() -> tx.attempt(() -> {
                        tx.table(Sql.class).run(insert());
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
            return true;
        });

        assertThat(all()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_connection_that_dies_between_effect_and_commit_leaves_neither(boolean afterTheRow) {
        UUID id = UUID.randomUUID();
        Request request = Acts.request(id);

        assertThatThrownBy(() -> acts.in(id, tx -> {
                    new Ledger(tx).claim(request);
                    tx.table(Sql.class).run(insert());
                    if (afterTheRow) {
                        new Ledger(tx).record(request, Answer.success("{}"));
                    }
                    String pid =
                            tx.table(Sql.class).texts("select pg_backend_pid()").get(0);
                    DB.rows("select pg_terminate_backend(" + pid + ", 5000)");
                    return true;
                }))
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.reason().definite()).isFalse());

        assertThat(all()).isEqualTo(before);
        Execution settled = acts.in(
                id, tx -> new Ledger(tx).settle(request, Answer.notApplied("{}", null), Answer.unknown("{}", null)));
        assertThat(settled.outcome()).isEqualTo(Answer.Outcome.NOT_APPLIED);
    }

    // ---- forging and destroying evidence, as the role every tool runs as

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a claim is changed             | update tool_claims set kind = 'void'
            a claim is deleted             | delete from tool_claims
            an execution is changed        | update tool_executions set outcome = 'none'
            an execution is deleted        | delete from tool_executions
            an execution is merged over    | merge into tool_executions e using (select 1) s on true when matched then delete
            a batch is reopened            | delete from tool_batches
            an image is changed            | update tool_changes set before = '{}'
            an image is deleted            | delete from tool_changes
            an image is forged             | insert into tool_changes (workspace_id, execution_id, table_name, row_id, op) values ('%w', '%e', 'contacts', '%e', 'insert')
            a partition is written to      | insert into tool_changes_other (workspace_id, execution_id, table_name, row_id, op) values ('%w', '%e', 'contacts', '%e', 'insert')
            a partition is read            | select * from tool_changes_other
            a write is forged              | insert into tool_writes (workspace_id, execution_id) values ('%w', '%e')
            a write is taken away          | delete from tool_writes
            a transaction is borrowed      | insert into tool_executions (workspace_id, id, tool_name, status, outcome, started_at, completed_at, principal, request_hash, tx) values ('%w', '%e', 't', 'success', 'applied', now(), now(), 'x', 'x', '1')
            the past is invented           | insert into tool_executions (workspace_id, id, tool_name, status, outcome, started_at, completed_at, principal, request_hash, created_at) values ('%w', '%e', 't', 'success', 'applied', now(), now(), 'x', 'x', '1999-01-01')
            tables are emptied             | truncate contacts, contact_tags
            the ledger is emptied          | truncate tool_executions cascade
            a trigger is disabled          | alter table contacts disable trigger capture_insert
            all triggers are disabled      | alter table contacts disable trigger all
            a trigger is dropped           | drop trigger capture_insert on contacts
            triggers are told to sleep     | set local session_replication_role = replica
            a trigger is added             | create trigger mine before insert on contacts for each row execute function suppress_redundant_updates_trigger()
            the capture is replaced        | create or replace function recourse.capture_contacts() returns trigger language plpgsql as 'begin return null; end'
            the capture is bound elsewhere | create temp table new_rows (workspace_id uuid, id uuid); create trigger forge after insert on pg_temp.new_rows referencing new table as new_rows for each statement execute function recourse.capture_contacts()
            the capture is called          | select recourse.capture_contacts()
            a table is no longer tracked   | delete from tracked_tables
            the sequence is set back       | select setval('tool_changes_seq', 1)
            row security is switched off   | alter table contacts disable row level security
            the owner is played            | set local role recourse_owner
            the capture role is played     | set local role recourse_capture
            """)
    void the_application_is_refused_and_nothing_is_left_when(String name, String sql) {
        existing();
        look();

        try (Connection connection = DB.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("set session authorization recourse_app"); // not even a door that could be left
            connection.setAutoCommit(false);
            statement.execute("select recourse.enter('" + TestDatabase.A + "', 'user:eve', '" + UUID.randomUUID()
                    + "', 4000, 8000)");

            assertThatThrownBy(() -> {
                        statement.execute(filled(sql, UUID.randomUUID()));
                        connection.commit();
                    })
                    .as(name)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }

        assertThat(all()).isEqualTo(before);
    }

    @Test
    void temporary_tables_and_search_paths_do_not_lead_images_astray() {
        UUID id = acts.execute(
                "create temp table tool_changes (like recourse.tool_changes)",
                "create temp table tool_writes (workspace_id uuid, execution_id uuid)",
                "create temp table new_rows (workspace_id uuid, id uuid)",
                "create function pg_temp.to_jsonb(anyelement) returns jsonb language sql as 'select null::jsonb'",
                "select set_config('search_path', 'pg_temp, recourse, pg_catalog', true)",
                insert().replace("contacts", "recourse.contacts"),
                "select set_config('search_path', 'recourse, pg_temp', true)",
                "drop table pg_temp.tool_changes, pg_temp.tool_writes, pg_temp.new_rows");

        assertThat(DB.rows("select op, after ->> 'name' from tool_changes where execution_id = '" + id + "'"))
                .containsExactly("insert|X");
    }

    @Test
    void images_read_the_same_whatever_the_session_has_set() {
        UUID contact = existing();
        UUID plain =
                acts.execute("update contacts set archived_at = '2026-01-02 03:04:05+00' where id = '" + contact + "'");
        UUID odd = acts.execute(
                "set local timezone = 'Asia/Kathmandu'",
                "set local datestyle = 'ISO, DMY'",
                "set local extra_float_digits = -3",
                "update contacts set name = 'Y' where id = '" + contact + "'");

        assertThat(DB.cell("select before -> 'archived_at' from tool_changes where execution_id = '" + odd + "'"))
                .isEqualTo(
                        DB.cell("select after -> 'archived_at' from tool_changes where execution_id = '" + plain + "'"))
                .isEqualTo("\"2026-01-02T03:04:05+00:00\"");
    }

    // ---- as the owner, by mistake

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update tool_executions set outcome = outcome",
                "delete from tool_executions",
                "delete from tool_claims",
                "update tool_writes set tx = '1'",
                "update tool_changes set before = '{}'",
                "delete from tool_changes",
                "truncate tool_claims cascade",
                "truncate tool_executions cascade",
                "truncate tool_changes cascade",
                "truncate tool_changes_other cascade",
                "truncate contacts cascade"
            })
    void not_even_the_owner_changes_what_is_written(String sql) throws SQLException {
        existing();
        look();

        try (Connection connection = DB.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select set_config('recourse.workspace', '" + TestDatabase.A + "', true)");
            statement.execute("create policy for_the_owner on tool_executions to recourse_owner using (true)");
            statement.execute("create policy for_the_owner on tool_claims to recourse_owner using (true)");
            statement.execute("create policy for_the_owner on tool_changes to recourse_owner using (true)");
            statement.execute("create policy for_the_owner on tool_writes to recourse_owner using (true)");
            statement.execute("set local role recourse_owner");

            assertThatThrownBy(() -> statement.execute(sql))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("RC002"));

            connection.rollback();
        }
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void a_month_that_is_missing_is_made_by_the_application_and_no_other_object() {
        String future =
                DB.cell("select 'tool_changes_' || to_char(now() at time zone 'UTC' + interval '2 months', 'YYYY_MM')");
        DB.as_superuser("drop table " + future);

        acts.in(null, tx -> {
            tx.table(Sql.class).run("create temp table " + future + " (at timestamptz)");
            return tx.table(Sql.class).run("select prepare_months(1000000)");
        });

        assertThat(DB.cell(
                        "select c.relrowsecurity and c.relforcerowsecurity and c.relowner = 'recourse_owner'::regrole and 2 = (select count(*) from"
                                + " pg_trigger where tgrelid = c.oid and tgname in ('insert_only', 'never_truncate')) from pg_class c where oid = 'recourse."
                                + future + "'::regclass"))
                .isEqualTo("t");
        assertThat(DB.cell("select count(*) from pg_inherits where inhparent = 'tool_changes'::regclass"))
                .isEqualTo("14");
    }

    @Test
    void rows_that_no_month_was_made_for_are_kept_and_do_not_stop_the_next_start() {
        try (TestDatabase late = TestDatabase.fresh()) {
            for (String month : late.rows(
                    "select inhrelid::regclass::text from pg_inherits where inhparent = 'tool_changes'::regclass"
                            + " and inhrelid::regclass::text <> 'tool_changes_other'")) {
                late.as_superuser("drop table " + month);
            }
            Acts there = new Acts(late, TestDatabase.A);
            UUID made = there.execute(insert());

            late.database()
                    .in(Scope.of(TestDatabase.A), tx -> tx.table(Sql.class).run("select prepare_months()"));

            assertThat(there.undo(made)).isEmpty();
            assertThat(late.rows("select tableoid::regclass from tool_changes group by 1"))
                    .containsExactly("tool_changes_other");
            assertThat(late.cell("select count(*) from pg_inherits where inhparent = 'tool_changes'::regclass"))
                    .isEqualTo("4");
        }
    }

    // ---- statements

    private UUID existing() {
        UUID id = UUID.randomUUID();
        acts.execute(insert().replace("gen_random_uuid()", "'" + id + "'"));
        return id;
    }

    private static String insert() {
        return filled("%i", UUID.randomUUID());
    }

    private static String filled(String sql, UUID contact) {
        return sql.replace(
                        "%i",
                        "insert into contacts (workspace_id, id, name, phone) values ('%w', gen_random_uuid(), 'X', '%p')")
                .replace("%w", TestDatabase.A.toString())
                .replace("%b", TestDatabase.B.toString())
                .replace("%c", contact.toString())
                .replace("%e", UUID.randomUUID().toString())
                .replace("%p", "+" + PHONES.incrementAndGet());
    }

    private static String row(UUID id, String status, String outcome) {
        return "insert into tool_executions (workspace_id, id, tool_name, status, outcome, error, started_at, completed_at, principal, request_hash)"
                + " values ('%s', '%s', 'test.sql.run', '%s', '%s', %s, now(), now(), 'user:eve', 'x')"
                        .formatted(TestDatabase.A, id, status, outcome, status.equals("error") ? "'{}'" : "null");
    }
}
