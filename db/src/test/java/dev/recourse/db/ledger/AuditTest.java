package dev.recourse.db.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The ledger as auditors get it. */
final class AuditTest {

    private static final TestDatabase DB = TestDatabase.fresh();

    private final Acts acts = new Acts(DB, TestDatabase.A);

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void a_row_has_the_agreed_columns_and_its_images() {
        UUID contact = UUID.randomUUID();
        UUID made = acts.execute(
                "insert into contacts (workspace_id, id, name, phone) values ('%s', '%s', 'O''Hara', '+573001112233')"
                        .formatted(TestDatabase.A, contact));
        UUID changed = acts.execute("update contacts set city = 'Cali'", "update contacts set city = 'Pasto'");
        acts.undo(changed);

        List<String> rows = rows(null, null, 10, false);

        assertThat(rows).hasSize(3);
        assertThat(keys(rows.get(0)))
                .contains(
                        "id",
                        "workspace_id",
                        "tool_name",
                        "inputs",
                        "outputs",
                        "status",
                        "error_message",
                        "started_at",
                        "completed_at",
                        "duration_ms",
                        "agent_session_id",
                        "session_id",
                        "batch_id",
                        "request_context",
                        "snapshot_before",
                        "snapshot_after",
                        "related_executions",
                        "outcome",
                        "error_type",
                        "error_code",
                        "kind",
                        "compensates",
                        "principal",
                        "workflow_id",
                        "run_id",
                        "activity_id")
                .doesNotContain("error_stack", "tx", "request_hash");
        assertThat(keys(rows(null, null, 1, true).get(0))).contains("error_stack");
        assertThat(
                        ask(
                                rows.get(0),
                                "row ->> 'id', row -> 'snapshot_before', row #>> '{snapshot_after,contacts,0,name}', row ->> 'started_at' ~ '\\+00:00$'"))
                .isEqualTo(made + "|null|O'Hara|t");
        assertThat(
                        ask(
                                rows.get(1),
                                "row ->> 'id', jsonb_path_query_array(row, '$.snapshot_after.contacts[*].city'), row #>> '{related_executions,0}'"))
                .isEqualTo(changed + "|[\"Cali\", \"Pasto\"]|" + ask(rows.get(2), "row ->> 'id'"));
        assertThat(ask(rows.get(2), "row ->> 'kind', row ->> 'compensates', row -> 'related_executions' ->> 0"))
                .isEqualTo("undo|" + changed + "|" + changed);
    }

    @Test
    void the_newest_rows_that_match_come_oldest_first() {
        Instant start = Instant.now();
        UUID first = acts.execute("delete from contacts where false");
        UUID second = acts.execute("delete from contacts where false");

        assertThat(ids(rows(null, start, 10, false))).containsExactly(first, second);
        assertThat(ids(rows(null, start, 1, false))).containsExactly(second);
        assertThat(rows(UUID.randomUUID(), null, 10, false)).isEmpty();
        assertThat(rows(acts, new Audit.Filter(null, null, "no.such.tool", "error", start, 5), true))
                .isEmpty();
        assertThat(rows(new Acts(DB, TestDatabase.B), new Audit.Filter(null, null, null, null, null, 5), true))
                .isEmpty();
    }

    private static List<String> rows(Acts whose, Audit.Filter filter, boolean stack) {
        return whose.in(null, tx -> new Audit(tx).rows(filter, stack));
    }

    private List<String> rows(@Nullable UUID session, @Nullable Instant since, int limit, boolean stack) {
        return rows(acts, new Audit.Filter(session, null, "test.sql.run", null, since, limit), stack);
    }

    private static List<UUID> ids(List<String> rows) {
        return rows.stream()
                .map(row -> UUID.fromString(ask(row, "row ->> 'id'")))
                .toList();
    }

    private static List<String> keys(String json) {
        return DB.rows("select jsonb_object_keys('" + json.replace("'", "''") + "')");
    }

    private static String ask(String json, String what) {
        return DB.cell("select " + what + " from (select '" + json.replace("'", "''") + "'::jsonb as row) r");
    }
}
