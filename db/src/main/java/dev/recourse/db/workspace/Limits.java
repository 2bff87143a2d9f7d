package dev.recourse.db.workspace;

import dev.recourse.db.Tx;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** How often: the limits of a workspace, by module. */
public final class Limits {

    private final Tx tx;

    public Limits(Tx tx) {
        this.tx = tx;
    }

    /**
     * What a workspace may call of a module.
     *
     * @param perMinute at most, at any time
     * @param left at this moment
     */
    public record Allowance(int perMinute, int left) {}

    /** How many calls of a module may be made here now; empty where there is no limit. */
    public Optional<Allowance> left(String module, int defaultPerMinute) {
        return tx.table(Statements.class).left(module, defaultPerMinute);
    }

    /** Sets the calls per minute of a module in this workspace; null lifts the limit. */
    public void set(String module, @Nullable Integer perMinute) {
        tx.table(Statements.class).set(module, perMinute);
    }

    /** The statements behind it. */
    interface Statements {

        @SqlUpdate("""
                insert into tool_limits (workspace_id, module, per_minute)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :module, :perMinute::int)
                on conflict (workspace_id, module) do update set per_minute = excluded.per_minute
                """)
        void set(@Bind("module") String module, @Bind("perMinute") @Nullable Integer perMinute);

        @SqlQuery("""
                select allowed.per_minute, greatest(0, allowed.per_minute - (
                  select count(*) from tool_admissions a
                  where a.module = :module and a.at > clock_timestamp() - interval '60 s')) as "left"
                from (select case when count(*) = 0 then :fallback else max(l.per_minute) end as per_minute
                      from tool_limits l where l.module = :module) allowed
                where allowed.per_minute is not null
                """)
        Optional<Allowance> left(@Bind("module") String module, @Bind("fallback") int fallback);
    }
}
