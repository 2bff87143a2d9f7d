package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Reads the ledger as auditors get it: the agreed columns and ours, one JSON object a row, oldest first. */
public final class Audit {

    private final Tx tx;

    public Audit(Tx tx) {
        this.tx = tx;
    }

    /** What is asked for; a null part asks nothing. */
    public record Filter(
            @Nullable UUID session,
            @Nullable UUID batch,
            @Nullable String tool,
            @Nullable String status,
            @Nullable Instant since,
            int limit) {}

    /**
     * The newest rows that match, oldest first.
     *
     * @param stack whether {@code error_stack} is among the columns (for operators)
     * @return JSON objects
     */
    public List<String> rows(Filter filter, boolean stack) {
        return tx.table(Statements.class).rows(filter, stack);
    }

    /** The statements behind it. */
    interface Statements {

        @SqlQuery("""
                with found as (
                  select * from tool_executions
                  where (:f.session::uuid is null or agent_session_id = :f.session)
                    and (:f.batch::uuid is null or batch_id = :f.batch)
                    and (:f.tool::text is null or tool_name = :f.tool)
                    and (:f.status::text is null or status = :f.status)
                    and (:f.since::timestamptz is null or started_at >= :f.since)
                  order by started_at desc, id desc
                  limit :f.limit
                )
                select (to_jsonb(e) - 'tx' - 'request_hash' - 'error' - 'created_at'
                         - case when :stack then 'tx' else 'error_stack' end
                       || jsonb_build_object(
                         'snapshot_before', (select jsonb_object_agg(table_name, rows) from (
                            select table_name, jsonb_agg(before order by seq) as rows from tool_changes c
                            where c.execution_id = e.id and before is not null group by table_name) b),
                         'snapshot_after', (select jsonb_object_agg(table_name, rows) from (
                            select table_name, jsonb_agg(after order by seq) as rows from tool_changes c
                            where c.execution_id = e.id and after is not null group by table_name) a),
                         'resolution', (select jsonb_build_object('outcome', r.outcome, 'source', r.source, 'evidence', r.evidence,
                              'resolved_by', r.resolved_by, 'at', r.at) from tool_resolutions r where r.execution_id = e.id),
                         'related_executions', (select coalesce(jsonb_agg(r.id order by r.started_at), '[]') from tool_executions r
                            where r.compensates = e.id or r.id = e.compensates)))::text
                from found e
                order by e.started_at, e.id
                """)
        List<String> rows(@BindMethods("f") Filter filter, @Bind("stack") boolean stack);
    }
}
