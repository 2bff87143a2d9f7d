package dev.recourse.db.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Which contact has which tag, in the transaction's workspace. */
public interface ContactTags {

    /** A tag as it stands on a contact. */
    record Row(UUID contactId, UUID tagId, String name, String color) {}

    /** Puts a tag on a contact; false if it is on it already. */
    default boolean attach(UUID contact, UUID tag) {
        return link(UuidCreator.getNameBasedSha1(contact, tag.toString()), contact, tag) == 1;
    }

    /** Takes a tag off a contact; false if it is not on it. */
    default boolean detach(UUID contact, UUID tag) {
        return unlink(contact, tag) == 1;
    }

    /** For {@link #attach} alone: the id follows from the pair, so a tag that comes back is the same row. */
    @SqlUpdate("""
            insert into contact_tags (workspace_id, id, contact_id, tag_id)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :contact, :tag)
            on conflict do nothing
            """)
    int link(@Bind("id") UUID id, @Bind("contact") UUID contact, @Bind("tag") UUID tag);

    /** For {@link #detach} alone. */
    @SqlUpdate("""
            delete from contact_tags
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and contact_id = :contact
              and tag_id = :tag
            """)
    int unlink(@Bind("contact") UUID contact, @Bind("tag") UUID tag);

    /** How many tags a contact has. */
    @SqlQuery("""
            select count(*)
            from contact_tags
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and contact_id = :contact
            """)
    int count(@Bind("contact") UUID contact);

    /** The tags of these contacts, by name. */
    @SqlQuery("""
            select ct.contact_id, ct.tag_id, t.name, t.color
            from contact_tags ct
            join tags t on t.workspace_id = ct.workspace_id and t.id = ct.tag_id
            where ct.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and ct.contact_id = any(:contacts)
            order by t.name_key collate "es-x-icu", t.id
            """)
    List<Row> of(@Bind("contacts") List<UUID> contacts);
}
