package dev.recourse.db.crm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The notes on contacts of the transaction's workspace. Nobody changes what a note says: it is archived. */
public interface ContactNotes {

    /**
     * A note.
     *
     * @param author the principal that wrote it
     * @param archivedAt null while it is active
     */
    record Row(
            UUID id,
            UUID contactId,
            String author,
            String content,
            int version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant archivedAt) {}

    /** Adds a note. Violates {@code contact_notes_contact} if there is no such contact. */
    @SqlQuery("""
            insert into contact_notes (workspace_id, id, contact_id, author, content)
            values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :contact, :author, :content)
            returning *
            """)
    Row add(
            @Bind("id") UUID id,
            @Bind("contact") UUID contact,
            @Bind("author") String author,
            @Bind("content") String content);

    /** The note with this id, archived or not, as nobody else can change it until this transaction ends. */
    @SqlQuery("""
            select *
            from contact_notes
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            for no key update
            """)
    Optional<Row> lock(@Bind("id") UUID id);

    /** Puts an active note into the archive; empty if it is there already. */
    @SqlQuery("""
            update contact_notes
            set archived_at = now(),
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and archived_at is null
            returning *
            """)
    Optional<Row> archive(@Bind("id") UUID id);

    /** How many active notes a contact has. */
    @SqlQuery("""
            select count(*)
            from contact_notes
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and contact_id = :contact
              and archived_at is null
            """)
    long count(@Bind("contact") UUID contact);

    /** A page of the active notes on a contact, newest first. */
    @SqlQuery("""
            select *
            from contact_notes
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and contact_id = :contact
              and archived_at is null
            order by created_at desc, id desc
            limit :most
            offset :skipped
            """)
    List<Row> page(@Bind("contact") UUID contact, @Bind("most") int most, @Bind("skipped") long skipped);
}
