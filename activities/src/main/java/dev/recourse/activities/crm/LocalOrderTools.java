package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Patch;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Matches;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.crm.OrderProducts;
import dev.recourse.db.crm.OrderStageHistory;
import dev.recourse.db.crm.Orders;
import dev.recourse.db.crm.PipelineStages;
import dev.recourse.db.workspace.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Orders, in one transaction of one caller. */
final class LocalOrderTools implements OrderTools {
    private static final int MAX_DESCRIPTION_CHARS = 2000;
    private static final int MAX_SHIPMENT_CHARS = 200;
    private static final int MAX_ADDRESS_CHARS = 500;
    private static final int MAX_PLACE_CHARS = 100;

    private final Caller caller;
    private final Contacts contacts;
    private final Orders orders;
    private final OrderLines lines;
    private final OrderStageHistory history;
    private final Placing placing;

    LocalOrderTools(Tx tx, Caller caller) {
        this.caller = caller;
        this.contacts = tx.table(Contacts.class);
        this.orders = tx.table(Orders.class);
        this.lines = new OrderLines(tx);
        this.history = tx.table(OrderStageHistory.class);
        this.placing = new Placing(tx, caller);
    }

    @Override
    public Created create(NewOrder in) {
        Orders.Fields fields = new Orders.Fields(
                in.contactId(),
                Prose.optional("/notes", in.notes(), MAX_DESCRIPTION_CHARS),
                null,
                null,
                kept("shippingAddress", in.shippingAddress(), MAX_ADDRESS_CHARS),
                kept("shippingCity", in.shippingCity(), MAX_PLACE_CHARS),
                kept("shippingDepartment", in.shippingDepartment(), MAX_PLACE_CHARS));
        UUID id = UuidCreator.getTimeOrderedEpoch();
        LocalContactTools.changeable(contacts, in.contactId());
        List<OrderProducts.Row> rows = lines.asked(id, in.products());
        Placing.Place place = placing.place(in.pipelineId(), in.stageName());
        add(id, place, null, fields, rows);
        return new Created(id, true, place.made(), order(id), placing.warnings(place.pipeline(), null, place.stage()));
    }

    @Override
    public Found read(OrderRef in) {
        return new Found(in.orderId(), order(in.orderId()));
    }

    @Override
    public Updated update(OrderChange in) {
        if (in.empty()) {
            throw ToolFailure.validation("NO_FIELDS_TO_UPDATE");
        }
        Orders.Row row = changeable(orders, in.orderId());
        if (in.expectedVersion() != null && in.expectedVersion() != row.version()) {
            throw ToolFailure.conflict("VERSION_CONFLICT").detail("version", row.version());
        }
        Orders.Fields fields = changed(in, row.fields());
        Map<String, @Nullable Object> before = values(row.fields());
        Map<String, @Nullable Object> after = values(fields);
        List<String> changed = after.keySet().stream()
                .filter(field -> !Objects.equals(before.get(field), after.get(field)))
                .toList();
        if (changed.contains("contactId") && fields.contactId() != null) {
            LocalContactTools.changeable(contacts, fields.contactId());
        }
        if (!changed.isEmpty()) {
            orders.update(row.id(), fields);
        }
        return new Updated(row.id(), changed, order(row.id()));
    }

    @Override
    public Moved updateStatus(StageMove in) {
        Orders.Row row = changeable(orders, in.orderId());
        PipelineStages.Row to = placing.stage(row.pipelineId(), in.status());
        boolean moves = !to.id().equals(row.stageId());
        if (moves) {
            expect(in.expectedStageId(), row);
        }
        List<Warning> warnings = moves ? moved(row, to) : List.of();
        return new Moved(
                row.id(), row.stageName(), to.name(), row.stageId(), to.id(), moves, order(row.id()), warnings);
    }

    @Override
    public Closed close(OrderRef in) {
        Orders.Row row = locked(orders, in.orderId());
        orders.close(row.id());
        Order now = order(row.id());
        return new Closed(row.id(), true, row.closedAt() != null, Objects.requireNonNull(now.closedAt()), now);
    }

    @Override
    public Archived archive(OrderRef in) {
        Orders.Row row = locked(orders, in.orderId());
        orders.archive(row.id());
        Order now = order(row.id());
        return new Archived(row.id(), true, row.archivedAt() != null, Objects.requireNonNull(now.archivedAt()), now);
    }

    @Override
    public Duplicated duplicate(Duplication in) {
        Orders.Row source = locked(orders, in.sourceOrderId());
        if (source.contactId() != null) {
            LocalContactTools.changeable(contacts, source.contactId());
        }
        Orders.Fields old = source.fields();
        Orders.Fields fields = new Orders.Fields(
                old.contactId(),
                old.description(),
                null,
                null,
                old.shippingAddress(),
                old.shippingCity(),
                old.shippingDepartment());
        UUID id = UuidCreator.getTimeOrderedEpoch();
        List<OrderProducts.Row> rows = lines.copied(source.id(), id);
        Placing.Place place = placing.place(
                Objects.requireNonNullElse(in.targetPipelineId(), source.pipelineId()),
                in.targetStageId() == null ? null : in.targetStageId().toString());
        add(id, place, source.id(), fields, rows);
        return new Duplicated(id, source.id(), order(id), placing.warnings(place.pipeline(), null, place.stage()));
    }

    @Override
    public OrderPage list(OrderQuery in) {
        Matches found = orders.search(
                new Orders.Filter(in.pipelineId(), in.stageId(), in.contactId(), in.includeArchived()),
                in.pageSize(),
                (in.page() - 1L) * in.pageSize());
        return new OrderPage(orders(found.ids()), found.total(), in.page(), in.pageSize(), found.pages(in.pageSize()));
    }

    /** An order that this transaction may change: it is there, it is not hidden, and nobody else changes it meanwhile. */
    static Orders.Row changeable(Orders orders, UUID id) {
        Orders.Row row = locked(orders, id);
        if (row.archivedAt() != null) {
            throw ToolFailure.precondition("ORDER_ARCHIVED");
        }
        return row;
    }

    private static Orders.Row locked(Orders orders, UUID id) {
        return orders.lock(id).orElseThrow(LocalOrderTools::notFound);
    }

    private static ToolFailure notFound() {
        return ToolFailure.notFound("ORDER_NOT_FOUND");
    }

    private static void expect(@Nullable UUID stage, Orders.Row now) {
        if (stage != null && !stage.equals(now.stageId())) {
            throw ToolFailure.conflict("STAGE_CONFLICT")
                    .with("stage", now.stageName())
                    .detail("stageId", now.stageId())
                    .detail("stageName", now.stageName());
        }
    }

    /** Who moved it, in the words of the history. */
    private String source() {
        return switch (caller.source()) {
            case "agent", "webhook" -> caller.source();
            default -> caller.principal().startsWith("user:") ? "manual" : "automation";
        };
    }

    private List<Warning> moved(Orders.Row row, PipelineStages.Row to) {
        PipelineStages.Row from = placing.stage(row.pipelineId(), row.stageId().toString());
        orders.move(row.id(), to.id());
        history.add(UuidCreator.getTimeOrderedEpoch(), row.id(), from.id(), to.id(), source(), caller.principal());
        return placing.warnings(row.pipelineId(), from, to);
    }

    private void add(
            UUID id, Placing.Place place, @Nullable UUID source, Orders.Fields fields, List<OrderProducts.Row> rows) {
        orders.add(id, place.pipeline(), place.stage().id(), OrderLines.total(rows), source, fields);
        lines.keep(rows);
    }

    private static Orders.Fields changed(OrderChange in, Orders.Fields old) {
        return new Orders.Fields(
                in.contactId().given() ? in.contactId().value() : old.contactId(),
                in.description().given()
                        ? Prose.optional("/description", in.description().value(), MAX_DESCRIPTION_CHARS)
                        : old.description(),
                kept("carrier", in.carrier(), old.carrier(), MAX_SHIPMENT_CHARS),
                kept("trackingNumber", in.trackingNumber(), old.trackingNumber(), MAX_SHIPMENT_CHARS),
                kept("shippingAddress", in.shippingAddress(), old.shippingAddress(), MAX_ADDRESS_CHARS),
                kept("shippingCity", in.shippingCity(), old.shippingCity(), MAX_PLACE_CHARS),
                kept("shippingDepartment", in.shippingDepartment(), old.shippingDepartment(), MAX_PLACE_CHARS));
    }

    private static @Nullable String kept(String field, Patch<String> patch, @Nullable String old, int max) {
        return patch.given() ? kept(field, patch.value(), max) : old;
    }

    private static @Nullable String kept(String field, @Nullable String written, int max) {
        return Line.optional("/" + field, written, max);
    }

    private static Map<String, @Nullable Object> values(Orders.Fields fields) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("contactId", fields.contactId());
        values.put("description", fields.description());
        values.put("carrier", fields.carrier());
        values.put("trackingNumber", fields.trackingNumber());
        values.put("shippingAddress", fields.shippingAddress());
        values.put("shippingCity", fields.shippingCity());
        values.put("shippingDepartment", fields.shippingDepartment());
        return values;
    }

    private Order order(UUID id) {
        return orders(List.of(id)).stream().findFirst().orElseThrow(LocalOrderTools::notFound);
    }

    /** The orders with these ids, in that order. */
    private List<Order> orders(List<UUID> ids) {
        Map<UUID, List<Item>> items = lines.of(ids);
        Map<UUID, Orders.Row> rows = orders.all(ids).stream().collect(Collectors.toMap(Orders.Row::id, row -> row));
        return ids.stream()
                .map(rows::get)
                .filter(Objects::nonNull)
                .map(row -> order(row, items.getOrDefault(row.id(), List.of())))
                .toList();
    }

    private static Order order(Orders.Row row, List<Item> items) {
        return new Order(
                row.id(),
                row.contactId(),
                row.pipelineId(),
                row.pipelineName(),
                row.stageId(),
                row.stageName(),
                row.totalValue(),
                row.currency(),
                row.description(),
                row.carrier(),
                row.trackingNumber(),
                row.shippingAddress(),
                row.shippingCity(),
                row.shippingDepartment(),
                row.sourceOrderId(),
                items,
                row.version(),
                row.createdAt(),
                row.updatedAt(),
                row.closedAt(),
                row.archivedAt());
    }
}
