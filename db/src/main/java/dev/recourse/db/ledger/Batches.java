package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** A batch in the ledger: a claim when it opens, one row when it ends, nothing in between. */
public final class Batches {

    private final Tx tx;

    public Batches(Tx tx) {
        this.tx = tx;
    }

    /**
     * A batch that has opened.
     *
     * @param hash of its request, hex
     * @param place where it was opened
     * @param status the word it ended with, or null while it runs
     */
    public record Opened(
            String hash, String place, @Nullable String status) {}

    /**
     * A step of a batch.
     *
     * @param undoFailed whether an undo of it was tried and met a conflict
     */
    public record StepRow(@Nested Execution execution, boolean undoFailed, Instant startedAt, Instant completedAt) {}

    /** A batch whose process is gone. */
    public record Abandoned(UUID batchId, boolean atomic) {}

    /**
     * Opens a batch.
     *
     * @param owner the advisory lock of the process without which it cannot go on, or null
     * @return empty if it is open now, else what is known of the batch with this id
     */
    public Optional<Opened> open(
            UUID workspace, UUID batch, String hash, boolean atomic, String place, @Nullable Long owner) {
        UUID claim = ExecutionId.ofBatch(workspace, batch);
        return tx.table(Statements.class).open(claim, batch, hash, atomic, place, owner) == 1
                ? Optional.empty()
                : tx.table(Statements.class).find(claim, batch);
    }

    /** What is known of the batch with this id; empty if it has never been opened. */
    public Optional<Opened> find(UUID workspace, UUID batch) {
        return tx.table(Statements.class).find(ExecutionId.ofBatch(workspace, batch), batch);
    }

    /** Records how a batch ended; the first word stays, what became of it later its rows tell. */
    public void close(UUID batch, String status) {
        tx.table(Statements.class).close(batch, status);
    }

    /** The steps of a batch that ran, by execution id; dry runs are none. */
    public Map<UUID, StepRow> steps(UUID batch) {
        return tx.table(Statements.class).steps(batch).stream()
                .collect(Collectors.toMap(row -> row.execution().id(), Function.identity()));
    }

    /** From the first start to the last end. */
    public static Duration duration(Collection<StepRow> rows) {
        Optional<Instant> first = rows.stream().map(StepRow::startedAt).min(Instant::compareTo);
        Optional<Instant> last = rows.stream().map(StepRow::completedAt).max(Instant::compareTo);
        return first.isPresent() && last.isPresent() ? Duration.between(first.get(), last.get()) : Duration.ZERO;
    }

    /** Open batches of processes that are gone. */
    public List<Abandoned> abandoned() {
        return tx.table(Statements.class).abandoned();
    }

    /** The statements behind it. */
    interface Statements {

        @SqlUpdate("""
                insert into tool_claims (workspace_id, id, kind, request_hash, owner, detail)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :claim, 'batch', decode(:hash, 'hex'),
                  :owner::bigint, jsonb_build_object('batch_id', :batch::uuid, 'atomic', :atomic::boolean, 'place', :place::text))
                on conflict do nothing
                """)
        int open(
                @Bind("claim") UUID claim,
                @Bind("batch") UUID batch,
                @Bind("hash") String hash,
                @Bind("atomic") boolean atomic,
                @Bind("place") String place,
                @Bind("owner") @Nullable Long owner);

        @SqlQuery("""
                select encode(c.request_hash, 'hex') as hash, c.detail ->> 'place' as place, b.status
                from tool_claims c left join tool_batches b on b.id = :batch
                where c.id = :claim
                """)
        Optional<Opened> find(@Bind("claim") UUID claim, @Bind("batch") UUID batch);

        @SqlUpdate("""
                insert into tool_batches (workspace_id, id, status)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :status)
                on conflict do nothing
                """)
        void close(@Bind("id") UUID id, @Bind("status") String status);

        @SqlQuery("""
                select id, tool_name as tool, upper(kind) as kind, encode(request_hash, 'hex') as request_hash,
                  upper(status) as status,
                  upper(coalesce((select r.outcome from tool_resolutions r where r.execution_id = e.id), outcome)) as outcome, outputs, error, duration_ms, batch_id, step, compensates,
                  started_at, completed_at,
                  exists (select from tool_executions u
                          where u.compensates = e.id and u.kind = 'undo' and u.status = 'success') as undone,
                  exists (select from tool_executions u
                          where u.compensates = e.id and u.kind = 'undo' and u.error_code = 'UNDO_CONFLICT'
                            and u.request_context -> 'dry_run' is null) as undo_failed
                from tool_executions e
                where batch_id = :batch and kind = 'do' and request_context -> 'dry_run' is null
                """)
        @RegisterConstructorMapper(StepRow.class)
        List<StepRow> steps(@Bind("batch") UUID batch);

        // Looked up, not tried: trying would take the lock for a moment and make the dead look alive to others.
        @SqlQuery("""
                select (c.detail ->> 'batch_id')::uuid as batch_id, (c.detail ->> 'atomic')::boolean as atomic
                from tool_claims c
                where c.kind = 'batch' and c.owner is not null
                  and not exists (select from tool_batches b where b.id = (c.detail ->> 'batch_id')::uuid)
                  and not exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
                                  and l.database = (select oid from pg_database where datname = current_database())
                                  and l.classid::bigint = ((c.owner >> 32) & 4294967295)
                                  and l.objid::bigint = (c.owner & 4294967295))
                order by c.claimed_at
                """)
        List<Abandoned> abandoned();
    }
}
