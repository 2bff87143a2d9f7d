package dev.recourse.db.workspace;

import dev.recourse.db.Tx;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Looks up what a principal may, at every call: a right that was taken away is gone with the next one. */
public final class Callers {

    private final Tx tx;

    public Callers(Tx tx) {
        this.tx = tx;
    }

    /** The caller behind a principal, coming in by the API; with no permissions if nobody by that name may act here. */
    public Optional<Caller> find(UUID workspace, String principal) {
        String[] parts = principal.split(":", 2);
        String name = parts.length == 2 ? parts[1] : "";
        return tx.table(Statements.class)
                .find(parts[0], name)
                .map(row -> new Caller(
                        workspace, principal, row.granted(), Locale.forLanguageTag(row.locale()), row.region(), "api"));
    }

    /** One principal in one workspace. */
    public record Row(
            String locale,
            String region,
            @Nullable String role,
            List<String> allowed,
            List<String> denied,
            List<String> keyPermissions) {

        Set<String> granted() {
            Set<String> all =
                    new TreeSet<>(role == null ? Set.of() : Role.of(role).permissions());
            all.addAll(allowed);
            all.addAll(keyPermissions);
            denied.forEach(all::remove);
            return all;
        }
    }

    /** The statements behind it. */
    interface Statements {

        @SqlQuery("""
                select w.locale, w.region, m.role,
                  array(select key from jsonb_each(m.permissions) where value = 'true') as allowed,
                  array(select key from jsonb_each(m.permissions) where value = 'false') as denied,
                  coalesce(k.permissions, '{}') as key_permissions
                from workspaces w
                left join workspace_members m on :kind = 'user' and m.handle = :name and m.disabled_at is null
                left join api_keys k on :kind = 'key' and k.key_id = :name and k.revoked_at is null
                  and (k.expires_at is null or k.expires_at > clock_timestamp())
                """)
        Optional<Row> find(@Bind("kind") String kind, @Bind("name") String name);
    }
}
