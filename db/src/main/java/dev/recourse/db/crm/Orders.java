package dev.recourse.db.crm;

import dev.recourse.db.Matches;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The orders of the transaction's workspace. Every change counts {@code version} up. */
public interface Orders {

    /**
     * An order, with the names of where it is.
     *
     * @param sourceOrderId the order it was copied from
     * @param closedAt null while it is open
     * @param archivedAt null while it is active
     */
    record Row(
            UUID id,
            @Nullable UUID contactId,
            UUID pipelineId,
            String pipelineName,
            UUID stageId,
            String stageName,
            BigDecimal totalValue,
            String currency,
            @Nullable String description,
            @Nullable String carrier,
            @Nullable String trackingNumber,
            @Nullable String shippingAddress,
            @Nullable String shippingCity,
            @Nullable String shippingDepartment,
            @Nullable UUID sourceOrderId,
            int version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant closedAt,
            @Nullable Instant archivedAt) {

        /** What may be changed about it. */
        public Fields fields() {
            return new Fields(
                    contactId, description, carrier, trackingNumber, shippingAddress, shippingCity, shippingDepartment);
        }
    }

    /** What people say about an order. */
    record Fields(
            @Nullable UUID contactId,
            @Nullable String description,
            @Nullable String carrier,
            @Nullable String trackingNumber,
            @Nullable String shippingAddress,
            @Nullable String shippingCity,
            @Nullable String shippingDepartment) {}

    /**
     * Which orders; null asks for any.
     *
     * @param archived whether archived ones are among them
     */
    record Filter(
            @Nullable UUID pipelineId,
            @Nullable UUID stageId,
            @Nullable UUID contactId,
            boolean archived) {}

    /** Adds an order, in the currency of {@code source}, or of the workspace where that is null. */
    @SqlUpdate("""
            insert into orders (workspace_id, id, pipeline_id, stage_id, total_value, source_order_id, currency,
              contact_id, description, carrier, tracking_number, shipping_address, shipping_city, shipping_department)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :pipeline, :stage, :total, :source,
              coalesce(
                (select currency from orders
                 where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid and id = :source),
                (select currency from workspaces
                 where id = nullif(current_setting('recourse.workspace'), '')::uuid)),
              :f.contactId, :f.description, :f.carrier, :f.trackingNumber,
              :f.shippingAddress, :f.shippingCity, :f.shippingDepartment)
            """)
    void add(
            @Bind("id") UUID id,
            @Bind("pipeline") UUID pipeline,
            @Bind("stage") UUID stage,
            @Bind("total") BigDecimal total,
            @Bind("source") @Nullable UUID source,
            @BindMethods("f") Fields fields);

    /** The orders with these ids, in any order. */
    @SqlQuery("""
            select o.*, p.name as pipeline_name, s.name as stage_name
            from orders o
            join pipelines p on p.workspace_id = o.workspace_id and p.id = o.pipeline_id
            join pipeline_stages s on s.workspace_id = o.workspace_id and s.id = o.stage_id
            where o.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and o.id = any(:ids)
            """)
    List<Row> all(@Bind("ids") List<UUID> ids);

    /** The order with this id. */
    default Optional<Row> find(UUID id) {
        return all(List.of(id)).stream().findFirst();
    }

    /** The same, as nobody else can change it until this transaction ends. */
    default Optional<Row> lock(UUID id) {
        return hold(id).flatMap(this::find);
    }

    /** For {@link #lock} alone: a join that waits would look for the stage the order was in before, and find nothing. */
    @SqlQuery("""
            select id
            from orders
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            for no key update
            """)
    Optional<UUID> hold(@Bind("id") UUID id);

    /** Says something else about an order. */
    @SqlUpdate("""
            update orders
            set contact_id = :f.contactId,
              description = :f.description,
              carrier = :f.carrier,
              tracking_number = :f.trackingNumber,
              shipping_address = :f.shippingAddress,
              shipping_city = :f.shippingCity,
              shipping_department = :f.shippingDepartment,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            """)
    void update(@Bind("id") UUID id, @BindMethods("f") Fields fields);

    /** Puts an order into another stage of its pipeline. */
    @SqlUpdate("""
            update orders
            set stage_id = :stage,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            """)
    void move(@Bind("id") UUID id, @Bind("stage") UUID stage);

    /** Closes an open order; one that is closed keeps the time. */
    @SqlUpdate("""
            update orders
            set closed_at = now(),
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and closed_at is null
            """)
    void close(@Bind("id") UUID id);

    /** Puts an active order into the archive; one that is there keeps the time. */
    @SqlUpdate("""
            update orders
            set archived_at = now(),
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and archived_at is null
            """)
    void archive(@Bind("id") UUID id);

    /** How many orders of a stage are still to be worked at: neither closed nor archived. */
    @SqlQuery("""
            select count(*)
            from orders
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and pipeline_id = :pipeline
              and stage_id = :stage
              and closed_at is null
              and archived_at is null
            """)
    int open(@Bind("pipeline") UUID pipeline, @Bind("stage") UUID stage);

    /** A page of the orders that match, the newest first. */
    @SqlQuery("""
            with found as (
              select id, created_at
              from orders
              where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
                and (:q.archived or archived_at is null)
                and (:q.pipelineId::uuid is null or pipeline_id = :q.pipelineId)
                and (:q.stageId::uuid is null or stage_id = :q.stageId)
                and (:q.contactId::uuid is null or contact_id = :q.contactId)
            )
            select
              (select count(*) from found) as total,
              array(select id from found order by created_at desc, id desc limit :most offset :skipped) as ids
            """)
    Matches search(@BindMethods("q") Filter filter, @Bind("most") int most, @Bind("skipped") long skipped);
}
