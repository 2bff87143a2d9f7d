package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what executions changed, from their row images, and finds what there is to take back.
 *
 * <p>No tool has undo code: this is all of it, and the comparison itself is in the migration {@code undo}.
 */
public final class Undo {

    private final Statements statements;

    public Undo(Tx tx) {
        this.statements = tx.table(Statements.class);
    }

    /**
     * What stands between an execution and its undo.
     *
     * @param reason {@code KEPT} is a note: the row was made by this execution, others use it since, it stays
     * @param field column, {@code column.key} for json objects, or the constraint in the way; null for a whole row
     * @param before JSON, or null for absent; likewise {@code after} and {@code now}
     */
    public record Obstacle(
            String tableName,
            @Nullable UUID rowId,
            String reason,
            @Nullable String field,
            @Nullable String before,
            @Nullable String after,
            @Nullable String now) {

        /** Whether nothing may be taken back because of it. */
        public boolean conflict() {
            return !reason.equals("KEPT");
        }
    }

    /**
     * An execution as a rollback sees it.
     *
     * @param state {@code STANDS} (can be undone), {@code UNDONE}, or {@code UNKNOWN} (settle it first)
     */
    public record Candidate(
            UUID id,
            String tool,
            State state,
            @Nullable UUID batchId,
            @Nullable Integer step) {

        /** Where it stands. */
        public enum State {
            STANDS,
            UNDONE,
            UNKNOWN
        }
    }

    /**
     * Takes one execution's changes back inside this transaction, newest first; its own writes are on the account of the
     * execution the transaction was opened for. If any obstacle is a conflict, nothing of it may be committed.
     */
    public List<Obstacle> of(UUID execution) {
        return statements.undo(execution);
    }

    /** The id of the next undo of an execution: a failed one does not stand in the way of another try. */
    public UUID nextId(UUID execution) {
        return ExecutionId.ofUndo(execution, statements.failedUndos(execution));
    }

    /** What of an execution, a batch or a session left an effect, newest first; empty if the id is none of these. */
    public List<Candidate> candidates(UUID target) {
        return statements.candidates(target);
    }

    /**
     * {@code execution}, {@code batch} or {@code session}; empty for an id nobody here has heard of.
     *
     * @param batchClaim under which a batch of that id would have opened
     */
    public Optional<String> kindOf(UUID target, UUID batchClaim) {
        return statements.kindOf(target, batchClaim);
    }

    /** How many rows an execution changed. */
    public int rowsChanged(UUID execution) {
        return statements.rowsChanged(execution);
    }

    /** The statements behind it. */
    interface Statements {

        @SqlQuery("select * from undo(:execution)")
        List<Obstacle> undo(@Bind("execution") UUID execution);

        @SqlQuery("""
                select count(*) from tool_executions
                where compensates = :execution and kind = 'undo' and status = 'error' and request_context -> 'dry_run' is null
                """)
        int failedUndos(@Bind("execution") UUID execution);

        // Newest by the last row changed: two executions that changed one row did so one after the other.
        @SqlQuery("""
                select e.id, e.tool_name as tool, e.batch_id, e.step,
                  case when coalesce(r.outcome, e.outcome) = 'unknown' then 'UNKNOWN'
                       when exists (select from tool_executions u
                                    where u.compensates = e.id and u.kind = 'undo' and u.status = 'success') then 'UNDONE'
                       else 'STANDS' end as state
                from tool_executions e
                left join tool_resolutions r on r.execution_id = e.id
                where e.kind = 'do' and coalesce(r.outcome, e.outcome) in ('applied', 'unknown')
                  and (e.id = :target or e.batch_id = :target or e.agent_session_id = :target)
                order by (select max(seq) from tool_changes c where c.execution_id = e.id) desc nulls first, e.started_at desc
                """)
        List<Candidate> candidates(@Bind("target") UUID target);

        @SqlQuery("""
                select case
                  when exists (select from tool_executions where id = :target) then 'execution'
                  when exists (select from tool_executions where batch_id = :target)
                    or exists (select from tool_claims where id = :claim and kind = 'batch') then 'batch'
                  when exists (select from agent_sessions where id = :target) then 'session' end
                """)
        Optional<String> kindOf(@Bind("target") UUID target, @Bind("claim") UUID claim);

        @SqlQuery("select count(*) from tool_changes where execution_id = :execution")
        int rowsChanged(@Bind("execution") UUID execution);
    }
}
