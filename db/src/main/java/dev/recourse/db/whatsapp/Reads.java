package dev.recourse.db.whatsapp;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Up to where threads were read, in the transaction's workspace. */
public interface Reads {

    /** Notes that a thread was read up to a moment, by a claimed execution. */
    @SqlUpdate("""
            insert into conversation_reads (workspace_id, id, line_id, phone, read_until, client_key)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :line, :phone, :until, :execution)
            """)
    void read(
            @Bind("id") UUID id,
            @Bind("line") UUID line,
            @Bind("phone") String phone,
            @Bind("until") Instant until,
            @Bind("execution") UUID execution);
}
