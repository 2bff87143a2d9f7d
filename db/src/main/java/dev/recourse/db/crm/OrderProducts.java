package dev.recourse.db.crm;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The lines of the orders of the transaction's workspace. */
public interface OrderProducts {

    /**
     * A line.
     *
     * @param productId null where the line is of nothing in the catalogue
     * @param position counted from 0
     * @param subtotal {@code unitPrice} times {@code quantity}
     */
    record Row(
            UUID id,
            UUID orderId,
            @Nullable UUID productId,
            int position,
            @Nullable String sku,
            String title,
            BigDecimal unitPrice,
            int quantity,
            BigDecimal subtotal) {}

    /** Adds lines. */
    @SqlBatch("""
            insert into order_products (workspace_id, id, order_id, product_id, position, sku, title,
              unit_price, quantity, subtotal)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :l.id, :l.orderId, :l.productId, :l.position, :l.sku, :l.title,
              :l.unitPrice, :l.quantity, :l.subtotal)
            """)
    void add(@BindMethods("l") List<Row> lines);

    /** The lines of these orders, each order's in their order. */
    @SqlQuery("""
            select *
            from order_products
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and order_id = any(:orders)
            order by order_id, position
            """)
    List<Row> of(@Bind("orders") List<UUID> orders);
}
