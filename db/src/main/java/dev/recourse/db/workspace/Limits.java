package dev.recourse.db.workspace;

import dev.recourse.db.Tx;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** How often and how long: the limits of a workspace, by module. */
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

    /** The time a tool of this module may take here, if the workspace has its own. */
    public Optional<Duration> timeout(String module) {
        return tx.table(Statements.class).timeoutMs(module).map(Duration::ofMillis);
    }

    /** Sets the time a tool of a module may take in this workspace: 1 to 60 s. */
    public void timeout(String module, Duration limit) {
        tx.table(Statements.class).setTimeout(module, (int) limit.toMillis());
    }

    /** The statements behind it. */
    interface Statements {

        @SqlUpdate("""
                insert into tool_limits (workspace_id, module, unlimited, per_minute)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :module, :perMinute::int is null, :perMinute)
                on conflict (workspace_id, module) do update set unlimited = excluded.unlimited, per_minute = excluded.per_minute
                """)
        void set(@Bind("module") String module, @Bind("perMinute") @Nullable Integer perMinute);

        @SqlQuery("""
                select allowed.per_minute, greatest(0, allowed.per_minute - (
                  select count(*) from tool_admissions a
                  where a.module = :module and a.at > clock_timestamp() - interval '60 s')) as "left"
                from (select coalesce(max(l.per_minute), :fallback) as per_minute, coalesce(bool_or(l.unlimited), false) as unlimited
                      from tool_limits l where l.module = :module) allowed
                where not allowed.unlimited
                """)
        Optional<Allowance> left(@Bind("module") String module, @Bind("fallback") int fallback);

        @SqlQuery("select timeout_ms from tool_limits where module = :module and timeout_ms is not null")
        Optional<Integer> timeoutMs(@Bind("module") String module);

        @SqlUpdate("""
                insert into tool_limits (workspace_id, module, timeout_ms)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :module, :ms)
                on conflict (workspace_id, module) do update set timeout_ms = excluded.timeout_ms
                """)
        void setTimeout(@Bind("module") String module, @Bind("ms") int ms);
    }
}
