package dev.recourse.db.crm;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The tags of the transaction's workspace: one for each key, whichever way its name was first written. */
public interface Tags {

    /**
     * A tag.
     *
     * @param name as it was first written
     */
    record Row(UUID id, String name, String color) {}

    /** Adds a tag; empty if there is one with this key. Waits for whoever is about to make it. */
    @SqlQuery("""
            insert into tags (workspace_id, id, name, name_key)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :name, :key)
            on conflict (workspace_id, name_key) do nothing
            returning *
            """)
    Optional<Row> add(@Bind("id") UUID id, @Bind("name") String name, @Bind("key") String key);

    /** The tag with this key, which stays until this transaction ends. */
    @SqlQuery("""
            select *
            from tags
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and name_key = :key
            for key share
            """)
    Optional<Row> find(@Bind("key") String key);
}
