package dev.recourse.activities.crm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.recourse.activities.tool.Patch;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with orders. Amounts are decimals with two places; totals are sums that the tool makes. */
@ActivityInterface
public interface OrderTools {
    /** Makes an order with its lines, and the workspace's first pipeline if there is none. */
    @ActivityMethod(name = "crm.order.create")
    Created create(NewOrder order);

    /** Gives one order, archived or not. */
    @ActivityMethod(name = "crm.order.read")
    Found read(OrderRef order);

    /** Changes the fields that are given, and only those. */
    @ActivityMethod(name = "crm.order.update")
    Updated update(OrderChange change);

    /** Moves an order to another stage of its pipeline; one that is there already stays. */
    @ActivityMethod(name = "crm.order.updateStatus")
    Moved updateStatus(StageMove move);

    /** Closes an order, which the business is done with; closing it again keeps the first time. */
    @ActivityMethod(name = "crm.order.close")
    Closed close(OrderRef order);

    /** Hides an order; archiving it again keeps the first time. */
    @ActivityMethod(name = "crm.order.archive")
    Archived archive(OrderRef order);

    /** Makes an order like another one, with all its lines. */
    @ActivityMethod(name = "crm.order.duplicate")
    Duplicated duplicate(Duplication duplication);

    /** Gives a page of the orders, the newest first. */
    @ActivityMethod(name = "crm.order.list")
    OrderPage list(OrderQuery query);

    /** An order as every tool gives it. */
    record Order(
            UUID id,
            @Nullable UUID contactId,
            UUID pipelineId,
            String pipelineName,
            UUID stageId,
            String stageName,
            BigDecimal total,
            String currency,
            @Nullable String description,
            @Nullable String carrier,
            @Nullable String trackingNumber,
            @Nullable String shippingAddress,
            @Nullable String shippingCity,
            @Nullable String shippingDepartment,
            @Nullable UUID sourceOrderId,
            List<Item> items,
            int version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant closedAt,
            @Nullable Instant archivedAt) {
        public Order {
            items = List.copyOf(items);
        }
    }

    /** A line of an order. */
    record Item(
            UUID id,
            @Nullable UUID productId,
            @Nullable String sku,
            String title,
            BigDecimal unitPrice,
            int quantity,
            BigDecimal subtotal) {}

    /**
     * What somebody should know about what was done all the same.
     *
     * @param code {@code INTO_CLOSED_STAGE}, {@code OUT_OF_CLOSED_STAGE} or {@code WIP_LIMIT_EXCEEDED}
     * @param message the same in the workspace's language
     */
    record Warning(String code, String message) {}

    record OrderRef(UUID orderId) {}

    /**
     * An order to be.
     *
     * @param notes becomes the order's description
     * @param pipelineId null means the workspace's default
     * @param stageName name or id of a stage; null means the first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NewOrder(
            UUID contactId,
            List<NewLine> products,
            @Nullable String notes,
            @Nullable String shippingAddress,
            @Nullable String shippingCity,
            @Nullable String shippingDepartment,
            @Nullable UUID pipelineId,
            @Nullable String stageName) {
        public NewOrder {
            products = List.copyOf(products);
        }

        /** The least an order needs. */
        public NewOrder(UUID contactId, List<NewLine> products) {
            this(contactId, products, null, null, null, null, null, null);
        }
    }

    /**
     * A line to be.
     *
     * @param price of one, with at most two decimals
     * @param productId of the catalogue; null for what is not in it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NewLine(
            String name,
            int quantity,
            @JsonDeserialize(using = Money.Reader.class) BigDecimal price,
            @Nullable UUID productId) {}

    /**
     * An order that was made.
     *
     * @param pipelineCreated whether this call made the workspace's first pipeline
     */
    record Created(UUID orderId, boolean created, boolean pipelineCreated, Order order, List<Warning> warnings) {
        public Created {
            warnings = List.copyOf(warnings);
        }
    }

    record Found(UUID orderId, Order order) {}

    /**
     * A partial update: what is left stays, null clears.
     *
     * @param expectedVersion refuses the update if the order has another version by now; null does not ask
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record OrderChange(
            UUID orderId,
            @Nullable Integer expectedVersion,
            Patch<UUID> contactId,
            Patch<String> description,
            Patch<String> carrier,
            Patch<String> trackingNumber,
            Patch<String> shippingAddress,
            Patch<String> shippingCity,
            Patch<String> shippingDepartment) {

        boolean empty() {
            return !(contactId.given()
                    || description.given()
                    || carrier.given()
                    || trackingNumber.given()
                    || shippingAddress.given()
                    || shippingCity.given()
                    || shippingDepartment.given());
        }
    }

    /**
     * An order after its update.
     *
     * @param changedFields those that have another value now, not all that were named
     */
    record Updated(UUID orderId, List<String> changedFields, Order order) {
        public Updated {
            changedFields = List.copyOf(changedFields);
        }
    }

    /**
     * Where an order is to go.
     *
     * @param status name or id of a stage in the order's pipeline
     * @param expectedStageId refuses the move if the order is in another stage than this by now; null does not ask
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record StageMove(UUID orderId, String status, @Nullable UUID expectedStageId) {}

    /**
     * An order in the stage it was to go to.
     *
     * @param updated whether this call moved it; false if it was there already
     */
    record Moved(
            UUID orderId,
            String previousStatus,
            String newStatus,
            UUID previousStageId,
            UUID newStageId,
            boolean updated,
            Order order,
            List<Warning> warnings) {
        public Moved {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * An order that is closed.
     *
     * @param closed whether it is closed now: always
     * @param alreadyClosed whether it was before
     * @param closedAt when it was closed first
     */
    record Closed(UUID orderId, boolean closed, boolean alreadyClosed, Instant closedAt, Order order) {}

    /**
     * An order in the archive.
     *
     * @param archived whether it is in the archive now: always
     * @param alreadyArchived whether it was there before
     * @param archivedAt when it was put there first
     */
    record Archived(UUID orderId, boolean archived, boolean alreadyArchived, Instant archivedAt, Order order) {}

    /**
     * Which order to copy, and where to.
     *
     * @param targetPipelineId null means the one that the order is in
     * @param targetStageId null means the first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Duplication(
            UUID sourceOrderId,
            @Nullable UUID targetPipelineId,
            @Nullable UUID targetStageId) {}

    /** A copy. */
    record Duplicated(UUID orderId, UUID sourceOrderId, Order order, List<Warning> warnings) {
        public Duplicated {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Which orders, and which page of them.
     *
     * @param includeArchived whether archived orders are among them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OrderQuery(
            int page,
            int pageSize,
            @Nullable UUID pipelineId,
            @Nullable UUID stageId,
            @Nullable UUID contactId,
            boolean includeArchived) {

        /** The newest twenty. */
        public OrderQuery() {
            this(1, 20, null, null, null, false);
        }
    }

    /**
     * One page.
     *
     * @param total how many there are on all pages
     */
    record OrderPage(List<Order> orders, long total, int page, int pageSize, int totalPages) {
        public OrderPage {
            orders = List.copyOf(orders);
        }
    }
}
