package dev.recourse.db.crm;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The products of the transaction's workspace. */
public interface Products {

    /** A product, as far as an order goes. */
    record Row(UUID id, String sku) {}

    /** The products with these ids, in any order, which stay until this transaction ends. */
    @SqlQuery("""
            select *
            from products
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = any(:ids)
            order by id
            for key share
            """)
    List<Row> all(@Bind("ids") List<UUID> ids);
}
