package dev.recourse.db.whatsapp;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** What was heard of outbound messages, in the transaction's workspace. Nothing is forgotten, and nothing overwritten. */
public interface MessageStatuses {

    /**
     * Something that was heard.
     *
     * @param clientKey the execution that sent the message, where that is known
     * @param status {@code accepted} by the vendor when it was sent; {@code sent}, {@code delivered}, {@code read} or
     *     {@code failed} later
     * @param errorCode the vendor's
     */
    record Heard(
            UUID id,
            UUID lineId,
            String wamid,
            @Nullable UUID clientKey,
            String status,
            @Nullable String errorCode,
            Instant at) {}

    /** Waits for whoever is about to record how this execution ended, and makes them wait for this transaction. */
    @SqlQuery("""
            select count(*)
            from (select pg_advisory_xact_lock(hashtextextended(:execution::text, 0))) held
            """)
    int meet(@Bind("execution") UUID execution);

    /** Writes it down; 0 if it was heard before. */
    @SqlUpdate("""
            insert into message_statuses (workspace_id, id, line_id, wamid, client_key, status, error_code, at)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :s.id, :s.lineId, :s.wamid, :s.clientKey, :s.status, :s.errorCode, :s.at)
            on conflict (workspace_id, line_id, wamid, status) do nothing
            """)
    int heard(@BindMethods("s") Heard status);

    /** The execution that sent the message of that wamid on a line, as far as anybody has said. */
    @SqlQuery("""
            select client_key
            from message_statuses
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and line_id = :line
              and wamid = :wamid
              and client_key is not null
            limit 1
            """)
    Optional<UUID> sender(@Bind("line") UUID line, @Bind("wamid") String wamid);
}
