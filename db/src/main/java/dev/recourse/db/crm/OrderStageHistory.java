package dev.recourse.db.crm;

import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Which order moved from which stage to which, when, and by whom: one move follows the other. Rows are only added. */
public interface OrderStageHistory {

    /**
     * Adds the newest move of an order that this transaction holds.
     *
     * @param source what kind of caller moved it, such as {@code manual} or {@code agent}
     * @param actor the principal
     */
    @SqlUpdate("""
            insert into order_stage_history (workspace_id, id, order_id, follows, previous_stage_id, new_stage_id,
              source, actor)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :order,
              (select h.id
               from order_stage_history h
               where h.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
                 and h.order_id = :order
                 and not exists (
                   select
                   from order_stage_history later
                   where later.workspace_id = h.workspace_id
                     and later.follows = h.id)),
              :previous, :new, :source, :actor)
            """)
    void add(
            @Bind("id") UUID id,
            @Bind("order") UUID order,
            @Bind("previous") UUID previous,
            @Bind("new") UUID next,
            @Bind("source") String source,
            @Bind("actor") String actor);
}
