package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.OrderProducts;
import dev.recourse.db.crm.Products;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lines of orders: what is sold, how many, at which price. */
final class OrderLines {
    private static final int MAX_TITLE_CHARS = 200;

    private final Products products;
    private final OrderProducts lines;

    OrderLines(Tx tx) {
        this.products = tx.table(Products.class);
        this.lines = tx.table(OrderProducts.class);
    }

    /**
     * Lines that were asked for, not kept yet.
     *
     * @throws ToolFailure {@code PRODUCT_NAME_REQUIRED} or {@code PRODUCT_NOT_FOUND}
     */
    List<OrderProducts.Row> asked(UUID order, List<OrderTools.NewLine> in) {
        Map<UUID, String> skus = skus(in);
        List<OrderProducts.Row> rows = new ArrayList<>();
        for (OrderTools.NewLine line : in) {
            String name = Line.required(
                    "/products/" + rows.size() + "/name", line.name(), "PRODUCT_NAME_REQUIRED", MAX_TITLE_CHARS);
            String sku = line.productId() == null ? null : sku(skus, line.productId());
            rows.add(line(order, rows.size(), line.productId(), sku, name, line.price(), line.quantity()));
        }
        return rows;
    }

    /** The lines of one order for another one, not kept yet. */
    List<OrderProducts.Row> copied(UUID from, UUID to) {
        return lines.of(List.of(from)).stream()
                .map(row -> line(
                        to, row.position(), row.productId(), row.sku(), row.title(), row.unitPrice(), row.quantity()))
                .toList();
    }

    /**
     * What they come to.
     *
     * @throws ToolFailure {@code ORDER_TOTAL_TOO_LARGE}
     */
    static BigDecimal total(List<OrderProducts.Row> rows) {
        BigDecimal total =
                Money.sum(rows.stream().map(OrderProducts.Row::subtotal).toList());
        if (total.compareTo(Money.MAX) > 0) {
            throw ToolFailure.validation("ORDER_TOTAL_TOO_LARGE").with("max", Money.MAX);
        }
        return total;
    }

    void keep(List<OrderProducts.Row> rows) {
        lines.add(rows);
    }

    /** The lines of these orders, by order. */
    Map<UUID, List<OrderTools.Item>> of(List<UUID> orders) {
        return lines.of(orders).stream()
                .collect(Collectors.groupingBy(
                        OrderProducts.Row::orderId, Collectors.mapping(OrderLines::item, Collectors.toList())));
    }

    private Map<UUID, String> skus(List<OrderTools.NewLine> in) {
        List<UUID> ids = in.stream()
                .map(OrderTools.NewLine::productId)
                .filter(Objects::nonNull)
                .toList();
        return products.all(ids).stream().collect(Collectors.toMap(Products.Row::id, Products.Row::sku));
    }

    private static String sku(Map<UUID, String> skus, UUID product) {
        String sku = skus.get(product);
        if (sku == null) {
            throw ToolFailure.notFound("PRODUCT_NOT_FOUND").detail("productId", product);
        }
        return sku;
    }

    private static OrderProducts.Row line(
            UUID order,
            int position,
            @Nullable UUID product,
            @Nullable String sku,
            String title,
            BigDecimal price,
            int quantity) {
        return new OrderProducts.Row(
                UuidCreator.getTimeOrderedEpoch(),
                order,
                product,
                position,
                sku,
                title,
                price,
                quantity,
                Money.times(price, quantity));
    }

    private static OrderTools.Item item(OrderProducts.Row row) {
        return new OrderTools.Item(
                row.id(), row.productId(), row.sku(), row.title(), row.unitPrice(), row.quantity(), row.subtotal());
    }
}
