package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A workspace sees and touches only itself: every table, every verb, generated from the catalogue. */
final class IsolationTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Connection ACTOR = DB.superuser();

    /** No privilege or a row that row security stops; COPY, which row security does not support; a write of nobody's. */
    private static final Set<String> REFUSED = Set.of("42501", "0A000", "RC001");

    @AfterAll
    static void close() throws SQLException {
        ACTOR.close();
        DB.close();
    }

    static List<String> tables() {
        fill(TestDatabase.A);
        fill(TestDatabase.B);
        return DB.rows(
                "select relname from pg_class c where relnamespace = 'recourse'::regnamespace and relkind in ('r', 'p')"
                        + " and not relispartition and (relname = 'workspaces' or exists (select from pg_attribute"
                        + " where attrelid = c.oid and attname = 'workspace_id'))");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void no_statement_reaches_the_rows_of_another_workspace(String table) throws SQLException {
        for (boolean forth : List.of(true, false)) {
            UUID actor = forth ? TestDatabase.A : TestDatabase.B;
            UUID victim = forth ? TestDatabase.B : TestDatabase.A;
            String before = contents(table, victim);
            assertThat(before).as("rows of %s to steal", table).isNotEqualTo("null");

            for (Map.Entry<String, String> attack : attacks(table, victim).entrySet()) {
                assertThat(outcome(actor, attack.getValue()))
                        .as("%s of %s as another", attack.getKey(), table)
                        .isIn("0 rows", "refused");
            }

            assertThat(contents(table, victim)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void without_a_workspace_nothing_shows_and_nothing_is_written(String table) throws SQLException {
        for (Map.Entry<String, String> attack : attacks(table, TestDatabase.A).entrySet()) {
            assertThat(outcome(null, attack.getValue()))
                    .as("%s of %s as nobody", attack.getKey(), table)
                    .isIn("0 rows", "refused");
        }
    }

    @Test
    void one_connection_forgets_every_tenant_between_two_of_them() {
        long seed = 20260117;
        Random random = new Random(seed);
        try (TestDatabase own = TestDatabase.fresh()) {
            // the one question asked outside a tenant's transaction tells here what the last tenant left behind
            own.as_superuser("""
                    create or replace function workspace_id(slug text) returns uuid language sql volatile
                      return case when concat(current_setting('recourse.workspace', true), current_setting('recourse.principal', true),
                          current_setting('recourse.execution', true)) = ''
                        and current_user = session_user and current_setting('statement_timeout') = '0'
                        and current_setting('lock_timeout') = '0' and current_setting('idle_in_transaction_session_timeout') = '0'
                        and current_setting('search_path') = '"$user", public' then null else gen_random_uuid() end
                    """);
            own.as_superuser("alter function workspace_id security invoker reset all");
            try (Database one = Database.open(own.address(), 1)) {
                for (int n = 0; n < 2000; n++) {
                    UUID tenant = n % 2 == 0 ? TestDatabase.A : TestDatabase.B;
                    int fault = random.nextInt(100);
                    try {
                        List<String> seen = one.in(scope(tenant, fault), tx -> act(tx, fault));
                        assertThat(seen).containsExactly(tenant.toString());
                    } catch (DatabaseRefusal | IllegalStateException expected) {
                        assertThat(fault).isLessThan(30);
                    }
                    assertThat(one.workspace("anything"))
                            .as("seed %d, transaction %d", seed, n)
                            .isEmpty();
                }
            }
        }
    }

    private static Scope scope(UUID tenant, int fault) {
        Scope scope = Scope.of(tenant).by(TestDatabase.OWNER).executing(UUID.randomUUID());
        return fault == 0 ? scope.within(Duration.ofMillis(20)) : scope;
    }

    private static List<String> act(Tx tx, int fault) {
        Sql sql = tx.table(Sql.class);
        if (fault == 0) {
            sql.run("select pg_sleep(1)");
        } else if (fault < 10) {
            throw new IllegalStateException("the work failed");
        } else if (fault < 20) {
            sql.run("insert into contacts select 1 / 0");
        } else if (fault == 20) {
            DB.rows("select pg_terminate_backend("
                    + sql.texts("select pg_backend_pid()").get(0) + ", 5000)");
        } else if (fault < 30) {
            tx.attempt(() -> sql.run("set local role recourse_app; select no_such_column"));
        }
        return sql.texts("select id::text from workspaces");
    }

    @Test
    void a_superuser_is_bound_inside_the_door() {
        List<String> seen = DB.database()
                .in(
                        Scope.of(TestDatabase.A),
                        tx -> tx.table(Sql.class)
                                .texts("select current_user || ' ' || string_agg(id::text, ' ') from workspaces"));

        assertThat(seen).containsExactly("recourse_app " + TestDatabase.A);
    }

    @Test
    void a_database_that_would_show_one_tenant_to_another_is_not_opened() {
        try (TestDatabase leaky = TestDatabase.fresh()) {
            leaky.as_superuser("alter table tags disable row level security");

            assertThatThrownBy(() -> Database.open(leaky.address(), 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tags");
        }
    }

    @Test
    void a_database_without_the_schema_is_not_opened_and_says_so() {
        assertThatThrownBy(() -> Database.open(TestDatabase.bare("bare").address(), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not migrated");
    }

    // ---- attacks

    private static Map<String, String> attacks(String table, UUID victim) {
        String tenant = table.equals("workspaces") ? "id" : "workspace_id";
        List<String> columns = insertable(table);
        String some =
                columns.stream().filter(c -> !c.equals(tenant)).findFirst().orElseThrow();
        String names = String.join(", ", columns);
        String row = DB.cell("select to_jsonb(t) from " + table + " t where " + tenant + " = '" + victim + "' limit 1");
        String theirs = "select %s from jsonb_populate_record(null::recourse.%s, '%s')"
                .formatted(names, table, row.replace("'", "''"));
        String insert = "insert into " + table + " (" + names + ") " + theirs;
        String where = " where " + tenant + " = '" + victim + "'";
        Map<String, String> attacks = new LinkedHashMap<>();
        attacks.put("select", "select " + tenant + " from " + table + where);
        attacks.put("count", "select 1 from " + table + where + " having count(*) > 0");
        attacks.put("for update", "select " + tenant + " from " + table + where + " for update");
        attacks.put("for key share", "select " + tenant + " from " + table + where + " for key share");
        attacks.put("insert", insert);
        attacks.put("insert returning", insert + " returning " + tenant);
        attacks.put("upsert", insert + " on conflict do nothing");
        if (!key(table).equals("null")) {
            attacks.put(
                    "upsert update",
                    insert + " on conflict (" + key(table) + ") do update set " + some + " = excluded." + some);
        }
        attacks.put("update", "update " + table + " set " + some + " = " + some + where);
        attacks.put("update returning", "update " + table + " set " + some + " = " + some + where + " returning *");
        attacks.put("update all to the other tenant", "update " + table + " set " + tenant + " = '" + victim + "'");
        attacks.put("delete", "delete from " + table + where);
        attacks.put("delete returning", "delete from " + table + where + " returning *");
        attacks.put(
                "merge",
                "merge into " + table + " t using (" + theirs + ") s (" + names + ") on t."
                        + tenant
                        + " = s." + tenant + " when matched then update set " + some + " = s." + some
                        + " when not matched then insert (" + names
                        + ") values ("
                        + String.join(", ", columns.stream().map(c -> "s." + c).toList()) + ")");
        attacks.put(
                "merge delete",
                "merge into " + table + " t using (select '" + victim + "'::uuid as v) s on t." + tenant
                        + " = s.v when matched then delete");
        attacks.put("copy from", "copy " + table + " (" + names + ") from stdin");
        attacks.put("copy to", "copy (select " + tenant + " from " + table + where + ") to stdout");
        attacks.put("truncate", "truncate " + table + " cascade");
        return attacks;
    }

    private static List<String> insertable(String table) {
        List<String> columns = DB.rows("select attname from pg_attribute where attrelid = 'recourse." + table
                + "'::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
                + " and has_column_privilege('recourse_app', attrelid, attnum, 'insert') order by attnum");
        return columns.isEmpty()
                ? DB.rows("select attname from pg_attribute where attrelid = 'recourse." + table
                        + "'::regclass and attnum > 0")
                : columns;
    }

    private static String key(String table) {
        return table.equals("workspaces")
                ? "id"
                : DB.cell(
                        "select string_agg(attname, ', ') from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
                                + " and a.attnum = any (i.indkey) where indisprimary and indrelid = 'recourse." + table
                                + "'::regclass");
    }

    /** What one statement did inside the actor's transaction: nothing, something, or nothing because it was refused. */
    private static String outcome(@Nullable UUID actor, String sql) throws SQLException {
        try (Statement statement = ACTOR.createStatement()) {
            ACTOR.setAutoCommit(false);
            statement.execute("select recourse.enter(" + (actor == null ? "null" : "'" + actor + "'")
                    + ", 'user:eve', '" + UUID.randomUUID() + "', 4000, 4000)");
            long rows = rows(ACTOR, statement, sql);
            return rows == 0 ? "0 rows" : rows + " rows by " + sql;
        } catch (SQLException refused) {
            return REFUSED.contains(refused.getSQLState())
                    ? "refused"
                    : refused.getSQLState() + " " + refused.getMessage() + " by " + sql;
        } finally {
            ACTOR.rollback();
        }
    }

    private static long rows(Connection connection, Statement statement, String sql) throws SQLException {
        if (sql.startsWith("copy")) {
            return copied(connection, sql);
        }
        if (!statement.execute(sql)) {
            return statement.getUpdateCount();
        }
        long rows = 0;
        try (ResultSet found = statement.getResultSet()) {
            while (found.next()) {
                rows++;
            }
        }
        return rows;
    }

    /** By reflection: to compile against the driver's COPY takes the annotations it was compiled with. */
    private static long copied(Connection connection, String sql) throws SQLException {
        try {
            Class<?> driver = Class.forName("org.postgresql.PGConnection");
            Object copy = driver.getMethod("getCopyAPI").invoke(connection.unwrap(driver));
            return sql.endsWith("stdin")
                    ? (long) copy.getClass()
                            .getMethod("copyIn", String.class, InputStream.class)
                            .invoke(copy, sql, new ByteArrayInputStream("x\n".getBytes(StandardCharsets.UTF_8)))
                    : (long) copy.getClass()
                            .getMethod("copyOut", String.class, OutputStream.class)
                            .invoke(copy, sql, new ByteArrayOutputStream());
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof SQLException refused) {
                throw refused;
            }
            throw new IllegalStateException(failed);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String contents(String table, UUID tenant) {
        String column = table.equals("workspaces") ? "id" : "workspace_id";
        return DB.cell("select string_agg(t::text, ' ' order by t::text) from " + table + " t where " + column + " = '"
                + tenant + "'");
    }

    /** At least one row in every table. */
    private static void fill(UUID tenant) {
        if (!DB.rows("select 1 from contacts where workspace_id = '" + tenant + "'")
                .isEmpty()) {
            return;
        }
        String session = UUID.randomUUID().toString();
        UUID execution = UUID.randomUUID();
        String sql = """
                select enter('%1$s', 'user:ana', '%2$s', 4000, 8000);
                insert into agent_sessions (workspace_id, id, principal) values ('%1$s', '%3$s', 'user:ana');
                insert into api_keys (workspace_id, id, key_id, key_hash, name, permissions, created_by)
                  values ('%1$s', '%3$s', 'abcdefgh', sha256('x'), 'key', '{a}', 'user:ana');
                insert into tool_claims (workspace_id, id, kind, request_hash) values ('%1$s', '%2$s', 'do', 'x');
                insert into contacts (workspace_id, id, name, phone) values ('%1$s', '%3$s', 'Ana', '+573001234567');
                insert into tags (workspace_id, id, name, name_key) values ('%1$s', '%3$s', 'T', 't');
                insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('%1$s', '%3$s', '%3$s', '%3$s');
                insert into pipelines (workspace_id, id, name, name_key) values ('%1$s', '%3$s', 'P', 'p');
                insert into pipeline_stages (workspace_id, id, pipeline_id, name, name_key, position)
                  values ('%1$s', '%3$s', '%3$s', 'S', 's', 0), ('%1$s', '%2$s', '%3$s', 'Z', 'z', 1);
                insert into products (workspace_id, id, sku, title, price) values ('%1$s', '%3$s', 'sku', 'T', 1);
                insert into orders (workspace_id, id, pipeline_id, stage_id, total_value, currency)
                  values ('%1$s', '%3$s', '%3$s', '%3$s', 1, 'COP');
                insert into order_products (workspace_id, id, order_id, position, title, unit_price, quantity, subtotal)
                  values ('%1$s', '%3$s', '%3$s', 0, 'T', 1, 1, 1);
                insert into order_stage_history (workspace_id, id, order_id, previous_stage_id, new_stage_id, source, actor)
                  values ('%1$s', '%3$s', '%3$s', '%2$s', '%3$s', 'manual', 'user:ana');
                insert into contact_notes (workspace_id, id, contact_id, author, content)
                  values ('%1$s', '%3$s', '%3$s', 'user:ana', 'N');
                insert into tasks (workspace_id, id, contact_id, author, title, priority, status)
                  values ('%1$s', '%3$s', '%3$s', 'user:ana', 'T', 'low', 'pending');
                insert into whatsapp_lines (workspace_id, id, phone_number_id, phone, display_name, is_default, key_sealed)
                  values ('%1$s', '%3$s', '1', '+576011234567', 'L', true, 'x');
                insert into whatsapp_templates (workspace_id, id, name, language, category, status, components)
                  values ('%1$s', '%3$s', 't', 'es', 'UTILITY', 'APPROVED', '[]');
                insert into conversations (workspace_id, id, line_id, phone) values ('%1$s', '%3$s', '%3$s', '+573001234567');
                insert into messages (workspace_id, id, line_id, phone, direction, type, content, client_key, at)
                  values ('%1$s', '%3$s', '%3$s', '+573001234567', 'outbound', 'text', '{}', '%2$s', now());
                insert into message_statuses (workspace_id, id, line_id, wamid, status, at)
                  values ('%1$s', '%3$s', '%3$s', 'wamid.x', 'sent', now());
                insert into conversation_reads (workspace_id, id, line_id, phone, read_until, client_key)
                  values ('%1$s', '%3$s', '%3$s', '+573001234567', now(), '%2$s');
                insert into tool_admissions values ('%1$s', 'crm', now());
                insert into tool_batches (workspace_id, id, status) values ('%1$s', '%3$s', 'applied');
                insert into tool_executions (workspace_id, id, tool_name, status, outcome, started_at, completed_at, principal, request_hash)
                  values ('%1$s', '%2$s', 'test.sql.run', 'success', 'applied', now(), now(), 'user:ana', 'x');
                insert into tool_resolutions (workspace_id, execution_id, outcome, source, resolved_by)
                  values ('%1$s', '%2$s', 'applied', 'operator', '%2$s');
                insert into approvals (workspace_id, id, kind, target_id, tool_name, request_hash, inputs, preview, states, reason, source, expires_at)
                  values ('%1$s', '%3$s', 'call', '%2$s', 'test.sql.run', 'x', '{}', '{}', '[]', '{}', 'api', now() + interval '1 day');
                insert into approval_decisions (workspace_id, approval_id, requested_by, expires_at, decision)
                  select workspace_id, id, requested_by, expires_at, 'withdraw' from approvals where id = '%3$s';
                """.formatted(tenant, execution, session);
        try (Connection connection = DB.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String one : sql.split(";\n", -1)) {
                statement.execute(one);
            }
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
