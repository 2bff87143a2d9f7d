package dev.recourse.db.crm;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The stages of the pipelines of the transaction's workspace: in a pipeline, one for each key and each position. */
public interface PipelineStages {

    /**
     * A stage.
     *
     * @param wipLimit so many open orders are meant to be in it; null for any number
     */
    record Row(
            UUID id,
            String name,
            String nameKey,
            int position,
            @Nullable Integer wipLimit,
            boolean isClosed) {}

    /** The stages of a pipeline, in their order. */
    @SqlQuery("""
            select *
            from pipeline_stages
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and pipeline_id = :pipeline
            order by position, id
            """)
    List<Row> of(@Bind("pipeline") UUID pipeline);

    /** The stage with this id, which stays until this transaction ends. */
    @SqlQuery("""
            select *
            from pipeline_stages
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            for key share
            """)
    Optional<Row> hold(@Bind("id") UUID id);

    /** Adds stages to a pipeline. */
    @SqlBatch("""
            insert into pipeline_stages (workspace_id, id, pipeline_id, name, name_key, position, wip_limit, is_closed)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :s.id, :pipeline, :s.name, :s.nameKey, :s.position, :s.wipLimit, :s.isClosed)
            """)
    void add(@Bind("pipeline") UUID pipeline, @BindMethods("s") List<Row> stages);
}
