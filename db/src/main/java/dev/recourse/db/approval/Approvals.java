package dev.recourse.db.approval;

import dev.recourse.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Requests for approval and the decisions on them, both written once.
 *
 * <p>Who asks, who decides and when, the database takes from its own transaction and clock.
 */
public final class Approvals {

    private final Statements statements;

    public Approvals(Tx tx) {
        this.statements = tx.table(Statements.class);
    }

    /**
     * What is asked for.
     *
     * @param kind {@code call} or {@code batch}
     * @param target the execution id of the call, or the id of the batch's claim
     * @param hash of the request, hex
     * @param inputs JSON, for people
     * @param plan JSON of a batch's calls to the letter; null for a call
     * @param preview JSON, what would be
     * @param states JSON list, per step what the preview found
     * @param reason JSON object, why it asks
     * @param within how long it may be decided on
     */
    public record Asked(
            String kind,
            UUID target,
            @Nullable UUID batchId,
            String tool,
            String hash,
            String inputs,
            @Nullable String plan,
            String preview,
            String states,
            String reason,
            String source,
            @Nullable UUID agentSessionId,
            @Nullable String sessionId,
            @Nullable String workflowId,
            @Nullable String runId,
            Duration within) {}

    /**
     * A request and what became of it.
     *
     * @param decision {@code approve}, {@code reject}, {@code withdraw}, or null
     * @param expired by the database's clock
     * @param used whether what was asked for has a row of its own by now: nothing waits any more
     * @param millisLeft until it expires; negative afterwards
     */
    public record Row(
            UUID id,
            String kind,
            UUID target,
            @Nullable UUID batchId,
            String tool,
            String hash,
            String preview,
            String states,
            String reason,
            String requestedBy,
            @Nullable String workflowId,
            Instant expiresAt,
            @Nullable String decision,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String note,
            boolean expired,
            boolean used,
            long millisLeft) {}

    /** Asks, unless the same target was asked for before; answers the id of what stands there now. */
    public UUID ask(UUID id, Asked asked) {
        statements.ask(id, asked);
        return statements.ofTarget(asked.target()).orElseThrow().id();
    }

    /** The request for this execution id or claim. */
    public Optional<Row> ofTarget(UUID target) {
        return statements.ofTarget(target);
    }

    public Optional<Row> find(UUID id) {
        return statements.find(id);
    }

    /** The planned call of one step of a batch, JSON as it was written; empty if the plan has no such step. */
    public Optional<String> planned(UUID id, int step) {
        return statements.planned(id, step);
    }

    /**
     * Decides, unless somebody has.
     *
     * @return whether this is the decision now
     * @throws dev.recourse.db.DatabaseRefusal {@code CHECK} if it is too late, or one's own request
     */
    public boolean decide(UUID id, String decision, @Nullable String note) {
        return statements.decide(id, decision, note) == 1;
    }

    /** What an execution of this transaction found of the rows it changed; {@code earlier} are of the same plan. */
    public String foundState(UUID execution, List<UUID> earlier) {
        return statements.foundState(execution, earlier.toArray(new UUID[0]));
    }

    /**
     * Requests as people read them, the newest last.
     *
     * @param id only this one, or null
     * @param pending only those that can be decided on
     * @param full with inputs and previews of any length; otherwise long ones are left out
     * @return JSON objects
     */
    public List<String> list(@Nullable UUID id, boolean pending, boolean full, int limit) {
        return statements.list(id, pending, full, limit);
    }

    /** The statements behind it. */
    interface Statements {

        @SqlUpdate("""
                insert into approvals (workspace_id, id, kind, target_id, batch_id, tool_name, request_hash, inputs, plan, preview,
                  states, reason, source, agent_session_id, session_id, workflow_id, run_id, expires_at)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :a.kind, :a.target, :a.batchId::uuid, :a.tool,
                  decode(:a.hash, 'hex'), :a.inputs::jsonb, :a.plan::json, :a.preview::jsonb, :a.states::jsonb, :a.reason::jsonb,
                  :a.source, :a.agentSessionId::uuid, :a.sessionId, :a.workflowId, :a.runId, clock_timestamp() + :a.within::interval)
                on conflict (workspace_id, target_id) do nothing
                """)
        int ask(@Bind("id") UUID id, @BindMethods("a") Asked asked);

        String ROW = """
                select a.id, a.kind, a.target_id as target, a.batch_id, a.tool_name as tool, encode(a.request_hash, 'hex') as hash,
                  a.preview, a.states, a.reason, a.requested_by, a.workflow_id, a.expires_at, d.decision, d.decided_by,
                  d.decided_at, d.note, a.expires_at <= clock_timestamp() as expired,
                  exists (select from tool_claims c where c.id = a.target_id) as used,
                  (extract(epoch from (a.expires_at - clock_timestamp())) * 1000)::bigint as millis_left
                from approvals a left join approval_decisions d on d.approval_id = a.id
                """;

        @SqlQuery(ROW + "where a.target_id = :target")
        Optional<Row> ofTarget(@Bind("target") UUID target);

        @SqlQuery(ROW + "where a.id = :id")
        Optional<Row> find(@Bind("id") UUID id);

        @SqlQuery("select (plan -> :step)::text from approvals where id = :id and plan -> :step is not null")
        Optional<String> planned(@Bind("id") UUID id, @Bind("step") int step);

        @SqlUpdate("""
                insert into approval_decisions (workspace_id, approval_id, requested_by, expires_at, decision, note)
                select workspace_id, id, requested_by, expires_at, :decision, :note from approvals where id = :id
                on conflict (workspace_id, approval_id) do nothing
                """)
        int decide(@Bind("id") UUID id, @Bind("decision") String decision, @Bind("note") @Nullable String note);

        @SqlQuery("select found_state(:execution, :earlier::uuid[])")
        String foundState(@Bind("execution") UUID execution, @Bind("earlier") UUID[] earlier);

        @SqlQuery("""
                with found as (
                  select a.*, d.decision, d.decided_by, d.decided_at, d.note,
                    case when d.decision = 'withdraw' then 'withdrawn'
                         when d.decision = 'reject' then 'rejected'
                         when exists (select from tool_claims c where c.id = a.target_id)
                           then case when d.decision is null then 'closed' else 'used' end
                         when a.expires_at <= clock_timestamp() then 'expired'
                         when d.decision = 'approve' then 'approved'
                         else 'pending' end as status
                  from approvals a left join approval_decisions d on d.approval_id = a.id
                  where :id::uuid is null or a.id = :id
                )
                select (jsonb_build_object('approval_id', f.id, 'status', f.status, 'kind', f.kind, 'tool', f.tool_name,
                    'batch_id', f.batch_id, 'execution_id', case f.kind when 'call' then f.target_id end, 'reason', f.reason,
                    'requested_by', f.requested_by, 'source', f.source, 'agent_session_id', f.agent_session_id,
                    'workflow_id', f.workflow_id, 'requested_at', f.requested_at, 'expires_at', f.expires_at,
                    'decided_by', f.decided_by, 'decided_at', f.decided_at, 'note', f.note)
                  || case when :full or length(f.inputs::text) + length(f.preview::text) < 20000
                          then jsonb_build_object('inputs', f.inputs, 'preview', f.preview)
                          else jsonb_build_object('inputs', null, 'preview', null) end)::text
                from (select * from found where not :pending or status = 'pending' order by requested_at desc limit :limit) f
                order by f.requested_at, f.id
                """)
        List<String> list(
                @Bind("id") @Nullable UUID id,
                @Bind("pending") boolean pending,
                @Bind("full") boolean full,
                @Bind("limit") int limit);
    }
}
