package dev.recourse.db.crm;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The pipelines of the transaction's workspace: at most one of them is the default. */
public interface Pipelines {

    /** A pipeline. */
    record Row(UUID id, String name, boolean isDefault) {}

    /** All there are, the default first. */
    @SqlQuery("""
            select *
            from pipelines
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
            order by is_default desc, name_key, id
            """)
    List<Row> all();

    /** The pipeline with this id. */
    @SqlQuery("""
            select *
            from pipelines
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            """)
    Optional<Row> find(@Bind("id") UUID id);

    /** Adds the default pipeline; empty if there is one, or one of that name. Waits for whoever is about to make it. */
    @SqlQuery("""
            insert into pipelines (workspace_id, id, name, name_key, is_default)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :name, :key, true)
            on conflict do nothing
            returning *
            """)
    Optional<Row> addDefault(@Bind("id") UUID id, @Bind("name") String name, @Bind("key") String key);
}
