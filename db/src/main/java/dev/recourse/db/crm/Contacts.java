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

/**
 * The contacts of the transaction's workspace.
 *
 * <p>Active contacts have one phone each; archived ones may share theirs. Every change counts {@code version} up.
 */
public interface Contacts {

    /**
     * A contact.
     *
     * @param phone in E.164
     * @param customFields a JSON object
     * @param archivedAt null while it is active
     */
    record Row(
            UUID id,
            String name,
            String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            @Nullable String department,
            String customFields,
            boolean isClient,
            int version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant archivedAt) {}

    /** What people say about a contact. */
    record Fields(
            String name,
            String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            @Nullable String department) {}

    /**
     * Which active contacts.
     *
     * @param text a pattern for name and email, null for all
     * @param phone a pattern for the phone, null exactly where {@code text} is
     * @param tags keys of tags a contact must all have
     */
    record Filter(@Nullable String text, @Nullable String phone, List<String> tags) {}

    /** Every order there is; the words are SQL's, so nothing else may become one. */
    enum Order {
        NAME_ASC("name collate \"es-x-icu\", id"),
        NAME_DESC("name collate \"es-x-icu\" desc, id desc"),
        CREATED_AT_ASC("created_at, id"),
        CREATED_AT_DESC("created_at desc, id desc"),
        UPDATED_AT_ASC("updated_at, id"),
        UPDATED_AT_DESC("updated_at desc, id desc");

        private final String sql;

        Order(String sql) {
            this.sql = sql;
        }

        @Override
        public String toString() {
            return sql;
        }
    }

    /** The contacts of the workspace, before it is said which. */
    String SELECT = """
            select *
            from contacts
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
            """;

    /** Adds a contact; empty if an active one has the phone. Waits for whoever is about to take it. */
    @SqlQuery("""
            insert into contacts (workspace_id, id, name, phone, email, address, city, department)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :id, :f.name, :f.phone, :f.email, :f.address, :f.city, :f.department)
            on conflict (workspace_id, phone) where archived_at is null do nothing
            returning *
            """)
    Optional<Row> add(@Bind("id") UUID id, @BindMethods("f") Fields fields);

    /** The contact with this id, archived or not. */
    @SqlQuery(SELECT + "  and id = :id")
    Optional<Row> find(@Bind("id") UUID id);

    /** The same, as nobody else can change it until this transaction ends. */
    @SqlQuery(SELECT + """
              and id = :id
            for no key update
            """)
    Optional<Row> lock(@Bind("id") UUID id);

    /** The contacts with these ids, in any order. */
    @SqlQuery(SELECT + "  and id = any(:ids)")
    List<Row> all(@Bind("ids") List<UUID> ids);

    /** Who has this phone: the active contact first, then archived ones, newest first. */
    @SqlQuery(SELECT + """
              and phone = :phone
            order by archived_at is not null, created_at desc, id desc
            limit :most
            """)
    List<Row> withPhone(@Bind("phone") String phone, @Bind("most") int most);

    /** Another active contact with this phone. */
    @SqlQuery(SELECT + """
              and phone = :phone
              and archived_at is null
              and id <> :id
            """)
    Optional<Row> other(@Bind("phone") String phone, @Bind("id") UUID id);

    /**
     * Says something else about a contact; empty if it has another version by now.
     *
     * <p>Violates {@code contacts_phone} if another active contact has the phone.
     */
    @SqlQuery("""
            update contacts
            set name = :f.name,
              phone = :f.phone,
              email = :f.email,
              address = :f.address,
              city = :f.city,
              department = :f.department,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and version = :version
            returning *
            """)
    Optional<Row> update(@Bind("id") UUID id, @Bind("version") int version, @BindMethods("f") Fields fields);

    /**
     * Sets custom fields and removes others; what is not named stays.
     *
     * @param set a JSON object
     */
    @SqlQuery("""
            update contacts
            set custom_fields = (custom_fields - :removed::text[]) || :set::jsonb,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            returning *
            """)
    Row customize(@Bind("id") UUID id, @Bind("set") String set, @Bind("removed") List<String> removed);

    /** Puts an active contact into the archive; empty if it is there already. */
    @SqlQuery("""
            update contacts
            set archived_at = now(),
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and archived_at is null
            returning *
            """)
    Optional<Row> archive(@Bind("id") UUID id);

    /**
     * Takes a contact out of the archive; empty if it is not there.
     *
     * <p>Violates {@code contacts_phone} if another active contact has its phone.
     */
    @SqlQuery("""
            update contacts
            set archived_at = null,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and archived_at is not null
            returning *
            """)
    Optional<Row> restore(@Bind("id") UUID id);

    /** A page of the active contacts that match. The collation is named: the server's own may know ASCII alone. */
    @SqlQuery("""
            with found as (
              select c.id, c.name, c.created_at, c.updated_at
              from contacts c
              where c.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
                and c.archived_at is null
                and (:q.text::text is null
                  or c.name collate "es-x-icu" ilike :q.text
                  or c.email collate "es-x-icu" ilike :q.text
                  or c.phone like :q.phone)
                and not exists (
                  select
                  from unnest(:q.tags::text[]) wanted
                  where not exists (
                    select
                    from contact_tags ct
                    join tags t on t.workspace_id = ct.workspace_id and t.id = ct.tag_id
                    where ct.workspace_id = c.workspace_id
                      and ct.contact_id = c.id
                      and t.name_key = wanted))
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
