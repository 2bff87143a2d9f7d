package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
     * @param hash of its plan, hex
     * @param result JSON of the answer it ended with, or null while it runs
     */
    public record Opened(String hash, @Nullable String result) {}

    /** A batch whose process is gone. */
    public record Abandoned(UUID batchId, boolean atomic) {}

    /**
     * Opens a batch.
     *
     * @param owner the advisory lock of the process without which it cannot go on, or null
     * @return empty if it is open now, else what is known of the batch with this id
     */
    public Optional<Opened> open(UUID workspace, UUID batch, String hash, boolean atomic, @Nullable Long owner) {
        UUID claim = ExecutionId.ofBatch(workspace, batch);
        String detail = "{\"batch_id\": \"" + batch + "\", \"atomic\": " + atomic + "}";
        return tx.table(LedgerTable.class).claim(claim, "batch", hash, owner, detail) == 1
                ? Optional.empty()
                : tx.table(Statements.class).find(claim, batch);
    }

    /** Records how a batch ended; the first answer stays. */
    public void close(UUID batch, String status, String result) {
        tx.table(Statements.class).close(batch, status, result);
    }

    /** Open batches of processes that are gone. */
    public List<Abandoned> abandoned() {
        return tx.table(Statements.class).abandoned();
    }

    /** The statements behind it. */
    interface Statements {

        @SqlQuery("""
                select encode(c.request_hash, 'hex') as hash, b.result
                from tool_claims c left join tool_batches b on b.id = :batch
                where c.id = :claim
                """)
        @RegisterConstructorMapper(Opened.class)
        Optional<Opened> find(@Bind("claim") UUID claim, @Bind("batch") UUID batch);

        @SqlUpdate("""
                insert into tool_batches (workspace_id, id, status, result)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :status, :result::jsonb)
                on conflict do nothing
                """)
        void close(@Bind("id") UUID id, @Bind("status") String status, @Bind("result") String result);

        // Looked up, not tried: trying would take the lock for a moment and make the dead look alive to others.
        @SqlQuery("""
                select (c.detail ->> 'batch_id')::uuid as batch_id, (c.detail ->> 'atomic')::boolean as atomic
                from tool_claims c
                where c.kind = 'batch' and c.owner is not null
                  and not exists (select from tool_batches b where b.id = (c.detail ->> 'batch_id')::uuid)
                  and not exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
                                  and l.database = (select oid from pg_database where datname = current_database())
                                  and l.classid::bigint = ((c.owner >> 32) & 4294967295) and l.objid::bigint = (c.owner & 4294967295))
                order by c.claimed_at
                """)
        @RegisterConstructorMapper(Abandoned.class)
        List<Abandoned> abandoned();
    }
}
