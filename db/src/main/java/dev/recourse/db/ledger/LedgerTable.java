package dev.recourse.db.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The statements behind {@link Ledger}. */
interface LedgerTable {

    /** Claims an id; a session is known from the first claimed call that names it. */
    @SqlQuery("""
            with claimed as (
              insert into tool_claims (workspace_id, id, kind, request_hash, detail)
              values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :kind, decode(:hash, 'hex'),
                jsonb_strip_nulls(jsonb_build_object('deadline_at', clock_timestamp() + :withinMs::bigint * interval '1 ms')))
              on conflict do nothing
              returning workspace_id
            ), met as (
              insert into agent_sessions (workspace_id, id, principal)
              select workspace_id, :session::uuid, :principal from claimed where :session::uuid is not null
              on conflict do nothing
            )
            select exists (select from claimed)
            """)
    boolean claim(
            @Bind("id") UUID id,
            @Bind("kind") String kind,
            @Bind("hash") String hash,
            @Bind("withinMs") @Nullable Long withinMs,
            @Bind("session") @Nullable UUID session,
            @Bind("principal") String principal);

    /** The one statement that writes a row of the ledger. */
    @SqlQuery("""
            insert into tool_executions (workspace_id, id, tool_name, kind, inputs, outputs, status, outcome, error,
              error_stack, started_at, completed_at, principal, session_id, agent_session_id, request_context,
              request_hash, batch_id, step, compensates, workflow_id, run_id, activity_id)
            select w.id, :r.id, :r.tool, lower(:r.kind::text), :r.inputs::jsonb, :a.outputs::jsonb, lower(:a.status::text),
              coalesce(lower(:a.outcome::text), case when exists (
                select from tool_writes t where t.execution_id = :r.id and t.tx = pg_current_xact_id()) then 'applied' else 'none' end),
              :a.error::jsonb,
              :a.stack, :r.startedAt, greatest(:completedAt::timestamptz, :r.startedAt::timestamptz), :r.principal, :r.sessionId,
              :r.agentSessionId::uuid, :r.context::jsonb, decode(:r.hash, 'hex'), :r.batchId::uuid, :r.step::int, :r.compensates::uuid, :r.workflowId, :r.runId,
              :r.activityId
            from (select nullif(current_setting('recourse.workspace'), '')::uuid as id) w
            returning id, tool_name as tool, upper(kind) as kind, encode(request_hash, 'hex') as request_hash, upper(status) as status,
              upper(outcome) as outcome, outputs, error, duration_ms, batch_id, step, compensates, false as undone
            """)
    Execution record(
            @BindMethods("r") Request request,
            @BindMethods("a") Answer answer,
            @Bind("completedAt") Instant completedAt);

    @SqlQuery("""
            select id, tool_name as tool, upper(kind) as kind, encode(request_hash, 'hex') as request_hash, upper(status) as status,
              upper(coalesce((select r.outcome from tool_resolutions r where r.execution_id = e.id), outcome)) as outcome,
              outputs, error, duration_ms, batch_id, step, compensates,
              exists (select from tool_executions u
                      where u.compensates = e.id and u.kind = 'undo' and u.status = 'success') as undone
            from tool_executions e
            where id = :id
            """)
    Optional<Execution> find(@Bind("id") UUID id);

    /** Milliseconds until a call outside the database must have ended; empty for a claim of any other kind. */
    @SqlQuery("""
            select floor(extract(epoch from (detail ->> 'deadline_at')::timestamptz - clock_timestamp()) * 1000)::bigint
            from tool_claims
            where id = :id and detail -> 'deadline_at' is not null
            """)
    Optional<Long> left(@Bind("id") UUID id);
}
