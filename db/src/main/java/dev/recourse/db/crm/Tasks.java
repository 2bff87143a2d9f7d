package dev.recourse.db.crm;

import dev.recourse.db.Matches;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** What is to be done about a contact or an order, in the transaction's workspace. */
public interface Tasks {

    /**
     * A task; it has a contact or an order, never both.
     *
     * @param author the principal that made it
     * @param priority low, medium, high or urgent
     * @param status pending, in_progress or completed
     * @param completedAt null exactly while it is not completed
     */
    record Row(
            UUID id,
            @Nullable UUID contactId,
            @Nullable UUID orderId,
            String author,
            String title,
            @Nullable String description,
            @Nullable Instant dueDate,
            String priority,
            String status,
            @Nullable Instant completedAt,
            int version,
            Instant createdAt,
            Instant updatedAt) {}

    /** What people say about a task. */
    record Fields(
            String title,
            @Nullable String description,
            @Nullable Instant dueDate,
            String priority,
            String status) {}

    /**
     * Which tasks.
     *
     * @param contact null for those of all
     * @param order null for those of all
     * @param statuses one of these
     * @param priority null for any
     * @param dueBefore null for any, with or without a due date
     */
    record Filter(
            @Nullable UUID contact,
            @Nullable UUID order,
            List<String> statuses,
            @Nullable String priority,
            @Nullable Instant dueBefore) {}

    /** Every order there is; the words are SQL's, so nothing else may become one. */
    enum Order {
        DUE_DATE_ASC("due_date nulls last, id"),
        DUE_DATE_DESC("due_date desc nulls last, id desc"),
        CREATED_AT_ASC("created_at, id"),
        CREATED_AT_DESC("created_at desc, id desc");

        private final String sql;

        Order(String sql) {
            this.sql = sql;
        }

        @Override
        public String toString() {
            return sql;
        }
    }

    /** Adds a task that is not completed. Violates {@code tasks_contact} or {@code tasks_order} if its owner is gone. */
    @SqlQuery("""
            insert into tasks (workspace_id, id, contact_id, order_id, author, title, description, due_date, priority, status)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :contact, :order, :author,
              :f.title, :f.description, :f.dueDate, :f.priority, :f.status)
            returning *
            """)
    Row add(
            @Bind("id") UUID id,
            @Bind("contact") @Nullable UUID contact,
            @Bind("order") @Nullable UUID order,
            @Bind("author") String author,
            @BindMethods("f") Fields fields);

    /** The task with this id, as nobody else can change it until this transaction ends. */
    @SqlQuery("""
            select *
            from tasks
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            for no key update
            """)
    Optional<Row> lock(@Bind("id") UUID id);

    /** Says something else about a task; it keeps the time at which it was completed first while it stays completed. */
    @SqlQuery("""
            update tasks
            set title = :f.title,
              description = :f.description,
              due_date = :f.dueDate,
              priority = :f.priority,
              status = :f.status,
              completed_at = case when :f.status = 'completed' then coalesce(completed_at, now()) end,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            returning *
            """)
    Row update(@Bind("id") UUID id, @BindMethods("f") Fields fields);

    /** The tasks with these ids, in any order. */
    @SqlQuery("""
            select *
            from tasks
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = any(:ids)
            """)
    List<Row> all(@Bind("ids") List<UUID> ids);

    /** A page of the tasks that match. */
    @SqlQuery("""
            with found as (
              select id, due_date, created_at
              from tasks
              where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
                and (:q.contact::uuid is null or contact_id = :q.contact)
                and (:q.order::uuid is null or order_id = :q.order)
                and status = any(:q.statuses)
                and (:q.priority::text is null or priority = :q.priority)
                and (:q.dueBefore::timestamptz is null or due_date < :q.dueBefore)
            )
            select
              (select count(*) from found) as total,
              array(select id from found order by <order> limit :most offset :skipped) as ids
            """)
    Matches search(
            @BindMethods("q") Filter filter,
            @Define("order") Order order,
            @Bind("most") int most,
            @Bind("skipped") long skipped);
}
