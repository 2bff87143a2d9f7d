package dev.recourse.db.whatsapp;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The templates of the transaction's workspace, as the vendor last described them. */
public interface Templates {

    /**
     * A template in one language.
     *
     * @param category {@code MARKETING}, {@code UTILITY}, {@code AUTHENTICATION} or {@code OTHER}
     * @param status {@code APPROVED}, {@code PENDING}, {@code REJECTED}, {@code PAUSED}, {@code DISABLED} or {@code
     *     OTHER}
     * @param components a JSON array, the vendor's
     */
    record Row(
            String name,
            String language,
            String category,
            String status,
            @Nullable String quality,
            String components) {}

    /** Writes what the vendor says of a template now. */
    @SqlUpdate("""
            insert into whatsapp_templates (workspace_id, id, name, language, category, status, quality, components)
            values (nullif(current_setting('recourse.workspace'), '')::uuid,
              :id, :t.name, :t.language, :t.category, :t.status, :t.quality, :t.components::jsonb)
            on conflict (workspace_id, name, language) do update
              set category = excluded.category,
                status = excluded.status,
                quality = excluded.quality,
                components = excluded.components,
                synced_at = now()
            """)
    void put(@Bind("id") UUID id, @BindMethods("t") Row template);

    /** Forgets the templates that this transaction did not write: the vendor has them no more. */
    @SqlUpdate("""
            delete from whatsapp_templates
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and synced_at < now()
            """)
    int forgetOthers();

    /** Those of a status, or all where it is null, by name and language. */
    @SqlQuery("""
            select name, language, category, status, quality, components
            from whatsapp_templates
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and (:status::text is null or status = :status)
            order by name, language
            limit :most
            """)
    List<Row> all(@Bind("status") @Nullable String status, @Bind("most") int most);

    /** A template in every language it has. */
    @SqlQuery("""
            select name, language, category, status, quality, components
            from whatsapp_templates
            where workspace_id = nullif(current_setting('recourse.workspace'), '')::uuid
              and name = :name
            order by language
            """)
    List<Row> named(@Bind("name") String name);
}
