package dev.recourse.db.whatsapp;

import dev.recourse.db.Matches;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of the transaction's workspace: what people do about a thread of messages.
 *
 * <p>A thread is a line and a phone; it has one conversation, or none yet. Every change counts {@code version} up.
 */
public interface Conversations {

    /**
     * A conversation.
     *
     * @param phone the customer's, in E.164
     * @param waId what WhatsApp calls the customer, once it has said so
     * @param status {@code active} or {@code archived}
     * @param assignedTo id of a member
     */
    record Row(
            UUID id,
            UUID lineId,
            String phone,
            @Nullable UUID contactId,
            @Nullable String waId,
            @Nullable String profileName,
            String status,
            @Nullable UUID assignedTo,
            @Nullable Instant closedAt,
            @Nullable String resolution,
            int version,
            Instant createdAt,
            Instant updatedAt) {

        /** Whether it is closed. */
        public boolean closed() {
            return status.equals("archived");
        }
    }

    /** A conversation to be; {@code waId} and {@code profileName} may be learned later. */
    record Opening(
            UUID id,
            UUID lineId,
            String phone,
            @Nullable UUID contactId,
            @Nullable String waId,
            @Nullable String profileName) {}

    /**
     * Which conversations; null does not ask.
     *
     * @param status as in a row
     * @param assignedTo id of a member
     */
    record Filter(
            @Nullable String status,
            @Nullable UUID assignedTo,
            boolean unassigned,
            @Nullable UUID contactId) {}

    /**
     * What was said last in the thread of a conversation.
     *
     * @param lastType and what follows it: of the last message, null where nothing was said
     * @param lastContent a JSON object
     * @param lastInboundAt by the vendor's clock
     * @param unread inbound messages that nobody has marked as read
     */
    record Latest(
            UUID conversationId,
            @Nullable Instant lastAt,
            @Nullable String lastType,
            @Nullable String lastContent,
            @Nullable Instant lastInboundAt,
            int unread) {}

    /** The conversations of the workspace, before it is said which. */
    String SELECT = """
            select *
            from conversations
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
            """;

    /** Opens the conversation of a thread; empty if it has one. Waits for whoever is about to open it. */
    @SqlQuery("""
            insert into conversations (workspace_id, id, line_id, phone, contact_id, wa_id, profile_name)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :c.id, :c.lineId, :c.phone, :c.contactId, :c.waId, :c.profileName)
            on conflict (workspace_id, line_id, phone, channel) do nothing
            returning *
            """)
    Optional<Row> open(@BindMethods("c") Opening conversation);

    /** The conversation with this id. */
    @SqlQuery(SELECT + "  and id = :id")
    Optional<Row> find(@Bind("id") UUID id);

    /** The same, as nobody else can change it until this transaction ends. */
    @SqlQuery(SELECT + """
              and id = :id
            for no key update
            """)
    Optional<Row> lock(@Bind("id") UUID id);

    /** The conversations with these ids, in any order. */
    @SqlQuery(SELECT + "  and id = any(:ids)")
    List<Row> all(@Bind("ids") List<UUID> ids);

    /** The conversation of a thread, locked. */
    @SqlQuery(SELECT + """
              and line_id = :line
              and phone = :phone
              and channel = 'whatsapp'
            for no key update
            """)
    Optional<Row> ofThread(@Bind("line") UUID line, @Bind("phone") String phone);

    /** The conversation on a line with whom WhatsApp calls so, the one that was touched last, locked. */
    @SqlQuery(SELECT + """
              and line_id = :line
              and wa_id = :waId
            order by updated_at desc, id desc
            limit 1
            for no key update
            """)
    Optional<Row> ofWaId(@Bind("line") UUID line, @Bind("waId") String waId);

    /** The conversations of a contact: active ones first, those on the default line first among them, newest first. */
    @SqlQuery("""
            select c.*
            from conversations c
            join whatsapp_lines l on l.workspace_id = c.workspace_id and l.id = c.line_id
            where c.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and c.contact_id = :contact
            order by c.status, not l.is_default, c.updated_at desc, c.id desc
            limit :most
            """)
    List<Row> ofContact(@Bind("contact") UUID contact, @Bind("most") int most);

    /** Says who sees to a conversation; null says that nobody does. */
    @SqlQuery("""
            update conversations
            set assigned_to = :member::uuid,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            returning *
            """)
    Row assign(@Bind("id") UUID id, @Bind("member") @Nullable UUID member);

    /** Closes an active conversation. */
    @SqlQuery("""
            update conversations
            set status = 'archived',
              closed_at = now(),
              resolution = :resolution::text,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and status = 'active'
            returning *
            """)
    Row close(@Bind("id") UUID id, @Bind("resolution") @Nullable String resolution);

    /** Opens a closed conversation again; who sees to it stays. */
    @SqlQuery("""
            update conversations
            set status = 'active',
              closed_at = null,
              resolution = null,
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
              and status = 'archived'
            returning *
            """)
    Row reopen(@Bind("id") UUID id);

    /** Notes what was learned of the customer; what is null stays as it was. */
    @SqlQuery("""
            update conversations
            set contact_id = coalesce(contact_id, :contact::uuid),
              wa_id = coalesce(:waId::text, wa_id),
              profile_name = coalesce(:profile::text, profile_name),
              version = version + 1,
              updated_at = now()
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            returning *
            """)
    Row learn(
            @Bind("id") UUID id,
            @Bind("contact") @Nullable UUID contact,
            @Bind("waId") @Nullable String waId,
            @Bind("profile") @Nullable String profileName);

    /** A page of the conversations that match, the one in which something was said last first. */
    @SqlQuery("""
            with found as (
              select c.id, coalesce(said.at, c.created_at) as at
              from conversations c
              left join lateral (
                select m.at
                from messages m
                where m.workspace_id = c.workspace_id
                  and m.line_id = c.line_id
                  and m.phone = c.phone
                order by m.at desc
                limit 1) said on true
              where c.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
                and (:q.status::text is null or c.status = :q.status)
                and (:q.assignedTo::uuid is null or c.assigned_to = :q.assignedTo)
                and (not :q.unassigned or c.assigned_to is null)
                and (:q.contactId::uuid is null or c.contact_id = :q.contactId)
            )
            select
              (select count(*) from found) as total,
              array(select id from found order by at desc, id desc limit :most offset :skipped) as ids
            """)
    Matches search(@BindMethods("q") Filter filter, @Bind("most") int most, @Bind("skipped") long skipped);

    /** What was said last in each of these conversations. */
    @SqlQuery("""
            select c.id as conversation_id, said.at as last_at, said.type as last_type, said.content as last_content,
              heard.at as last_inbound_at,
              (select count(*)
               from messages m
               where m.workspace_id = c.workspace_id
                 and m.line_id = c.line_id
                 and m.phone = c.phone
                 and m.direction = 'inbound'
                 and m.at > coalesce((
                   select max(r.read_until)
                   from conversation_reads r
                   where r.workspace_id = c.workspace_id
                     and r.line_id = c.line_id
                     and r.phone = c.phone), '-infinity')) as unread
            from conversations c
            left join lateral (
              select m.at, m.type, m.content
              from messages m
              where m.workspace_id = c.workspace_id
                and m.line_id = c.line_id
                and m.phone = c.phone
              order by m.at desc, m.id desc
              limit 1) said on true
            left join lateral (
              select m.at
              from messages m
              where m.workspace_id = c.workspace_id
                and m.line_id = c.line_id
                and m.phone = c.phone
                and m.direction = 'inbound'
              order by m.at desc
              limit 1) heard on true
            where c.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and c.id = any(:ids)
            """)
    List<Latest> latest(@Bind("ids") List<UUID> ids);
}
