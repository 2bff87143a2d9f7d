package dev.recourse.db.whatsapp;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The business numbers of the transaction's workspace. */
public interface Lines {

    /**
     * A line.
     *
     * @param phoneNumberId the vendor's name of the number
     * @param phone in E.164
     */
    record Row(UUID id, String phoneNumberId, String phone, String displayName, boolean isDefault, Instant createdAt) {}

    /** Connects a number, the first one as the default; one that is connected gets the new key, phone and name. */
    @SqlQuery("""
            insert into whatsapp_lines (workspace_id, id, phone_number_id, phone, display_name, is_default, key_sealed)
            select w.id, :id, :number, :phone, :name,
              not exists (select from whatsapp_lines l where l.workspace_id = w.id and l.is_default), :key
            from (select nullif(current_setting('recourse.workspace'), '')::uuid as id) w
            on conflict (workspace_id, phone_number_id) do update
              set phone = excluded.phone,
                display_name = excluded.display_name,
                key_sealed = excluded.key_sealed
            returning id, phone_number_id, phone, display_name, is_default, created_at
            """)
    Row connect(
            @Bind("id") UUID id,
            @Bind("number") String phoneNumberId,
            @Bind("phone") String phone,
            @Bind("name") String displayName,
            @Bind("key") byte[] keySealed);

    /** The line of that id. */
    @SqlQuery("""
            select id, phone_number_id, phone, display_name, is_default, created_at
            from whatsapp_lines
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            """)
    Optional<Row> find(@Bind("id") UUID id);

    /** The line that the vendor calls so. */
    @SqlQuery("""
            select id, phone_number_id, phone, display_name, is_default, created_at
            from whatsapp_lines
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and phone_number_id = :number
            """)
    Optional<Row> ofNumber(@Bind("number") String phoneNumberId);

    /** The vendor's key of a line, encrypted. */
    default byte[] sealedKey(UUID id) {
        return HexFormat.of().parseHex(sealedKeyInHex(id));
    }

    /** For {@link #sealedKey} alone: to JDBI an array of bytes is many rows of a byte. */
    @SqlQuery("""
            select encode(key_sealed, 'hex')
            from whatsapp_lines
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and id = :id
            """)
    String sealedKeyInHex(@Bind("id") UUID id);

    /** The default line first, then by age. */
    @SqlQuery("""
            select id, phone_number_id, phone, display_name, is_default, created_at
            from whatsapp_lines
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
            order by not is_default, created_at, id
            """)
    List<Row> all();
}
