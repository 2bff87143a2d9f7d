package dev.recourse.db.workspace;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Who belongs to the transaction's workspace. */
public interface Members {

    /** A member. */
    record Row(UUID id, String handle) {}

    /** The member of that handle or id who may act here; empty for who was disabled. */
    @SqlQuery("""
            select id, handle
            from workspace_members
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and (handle = :who or id::text = lower(:who))
              and disabled_at is null
            order by handle <> :who
            limit 1
            """)
    Optional<Row> active(@Bind("who") String handleOrId);

    /** The members with these ids, disabled ones too, in any order. */
    @SqlQuery("""
            select id, handle
            from workspace_members
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = any(:ids)
            """)
    List<Row> all(@Bind("ids") List<UUID> ids);
}
