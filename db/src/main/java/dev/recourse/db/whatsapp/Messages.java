package dev.recourse.db.whatsapp;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * What was said, in the transaction's workspace. A message is written once; how it fared follows from its execution and
 * from what was heard since, whatever the order.
 */
public interface Messages {

    /**
     * A message as it stands.
     *
     * @param direction {@code inbound} or {@code outbound}
     * @param content a JSON object
     * @param clientKey the execution that sent it; null for an inbound one
     * @param wamid the vendor's id, once known
     * @param at when it was said
     * @param status {@code received}, {@code pending}, {@code sent}, {@code delivered}, {@code read}, {@code failed} or
     *     {@code unknown}
     */
    record Row(
            UUID id,
            UUID lineId,
            String phone,
            String direction,
            String type,
            String content,
            @Nullable UUID clientKey,
            @Nullable String wamid,
            @Nullable String templateName,
            Instant at,
            String status,
            @Nullable String errorCode) {}

    /** An inbound message. */
    record Inbound(UUID id, UUID lineId, String phone, String type, String content, String wamid, Instant at) {}

    /** A message about to be sent. */
    record Outbound(
            UUID id,
            UUID lineId,
            String phone,
            String type,
            String content,
            UUID clientKey,
            @Nullable String templateName,
            Instant at) {}

    /** A message and how it fared; the vendor's highest word wins over its latest, and over what we recorded. */
    String SELECT = """
            select m.id, m.line_id, m.phone, m.direction, m.type, m.content, m.client_key, m.template_name, m.at,
              coalesce(m.wamid, heard.wamid) as wamid,
              case when m.direction = 'inbound' then 'received'
                   when heard.status in ('delivered', 'read', 'failed') then heard.status
                   when heard.status is not null then 'sent'
                   when e.id is null then 'pending'
                   when e.status = 'success' then 'sent'
                   when e.outcome <> 'unknown' then 'failed'
                   when r.outcome is null then 'unknown'
                   when r.outcome = 'applied' then 'sent'
                   else 'failed' end as status,
              case when r.outcome = 'applied' then heard.error_code else coalesce(heard.error_code, e.error_code) end as error_code
            from messages m
            left join lateral (
              select s.status, s.wamid, s.error_code
              from message_statuses s
              where s.workspace_id = m.workspace_id
                and s.line_id = m.line_id
                and s.wamid in (
                  select k.wamid
                  from message_statuses k
                  where k.workspace_id = m.workspace_id
                    and k.client_key = m.client_key)
              order by array_position(array['read', 'delivered', 'failed', 'sent', 'accepted'], s.status)
              limit 1) heard on true
            left join tool_executions e on e.workspace_id = m.workspace_id and e.id = m.client_key
            left join tool_resolutions r on r.workspace_id = e.workspace_id and r.execution_id = e.id
            where m.workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
            """;

    /** Writes an inbound message; 0 if it was written before. */
    @SqlUpdate("""
            insert into messages (workspace_id, id, line_id, phone, direction, type, content, wamid, at)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :m.id, :m.lineId, :m.phone, 'inbound', :m.type, :m.content::jsonb, :m.wamid, :m.at)
            on conflict (workspace_id, wamid) do nothing
            """)
    int received(@BindMethods("m") Inbound message);

    /** Writes a message that is about to be sent by a claimed execution. */
    @SqlUpdate("""
            insert into messages (workspace_id, id, line_id, phone, direction, type, content, client_key, template_name, at)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :m.id, :m.lineId, :m.phone, 'outbound', :m.type, :m.content::jsonb, :m.clientKey, :m.templateName, :m.at)
            """)
    void sending(@BindMethods("m") Outbound message);

    /** The message with this id. */
    @SqlQuery(SELECT + " and m.id = :id")
    Optional<Row> find(@Bind("id") UUID id);

    /** The message that this execution sent, or was to send. */
    @SqlQuery(SELECT + " and m.client_key = :execution")
    Optional<Row> sentBy(@Bind("execution") UUID execution);

    /** The inbound message that the vendor calls so, on a line. */
    @SqlQuery(SELECT + " and m.line_id = :line and m.wamid = :wamid")
    Optional<Row> ofWamid(@Bind("line") UUID line, @Bind("wamid") String wamid);

    /** What the customer of a thread last said; empty if nothing. */
    @SqlQuery(SELECT + """
             and m.line_id = :line
              and m.phone = :phone
              and m.direction = 'inbound'
            order by m.at desc, m.id desc
            limit 1
            """)
    Optional<Row> latestInbound(@Bind("line") UUID line, @Bind("phone") String phone);

    /** When the customer of a thread last wrote; empty if never. */
    @SqlQuery("""
            select at
            from messages
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and line_id = :line
              and phone = :phone
              and direction = 'inbound'
            order by at desc
            limit 1
            """)
    Optional<Instant> lastInbound(@Bind("line") UUID line, @Bind("phone") String phone);

    /** What was said in a thread, before a moment where one is given: the newest first. */
    @SqlQuery(SELECT + """
             and m.line_id = :line
              and m.phone = :phone
              and (:beforeAt::timestamptz is null or (m.at, m.id) < (:beforeAt, :beforeId::uuid))
            order by m.at desc, m.id desc
            limit :most
            """)
    List<Row> before(
            @Bind("line") UUID line,
            @Bind("phone") String phone,
            @Bind("beforeAt") @Nullable Instant at,
            @Bind("beforeId") @Nullable UUID id,
            @Bind("most") int most);

    /** What was said in a thread after a moment and, where given, before another: the oldest first. */
    @SqlQuery(SELECT + """
             and m.line_id = :line
              and m.phone = :phone
              and (m.at, m.id) > (:afterAt, :afterId)
              and (:beforeAt::timestamptz is null or (m.at, m.id) < (:beforeAt, :beforeId::uuid))
            order by m.at, m.id
            limit :most
            """)
    List<Row> after(
            @Bind("line") UUID line,
            @Bind("phone") String phone,
            @Bind("afterAt") Instant afterAt,
            @Bind("afterId") UUID afterId,
            @Bind("beforeAt") @Nullable Instant beforeAt,
            @Bind("beforeId") @Nullable UUID beforeId,
            @Bind("most") int most);
}
