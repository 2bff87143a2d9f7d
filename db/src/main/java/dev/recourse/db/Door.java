package dev.recourse.db;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The few statements that are said before anybody is inside a workspace. */
interface Door {

    /** Makes the transaction that of a tenant; the first statement in it. */
    default void enter(Scope scope) {
        enter(
                scope.workspace(),
                scope.principal(),
                scope.execution(),
                scope.statementTimeout().toMillis(),
                scope.transactionTimeout().toMillis());
    }

    @SqlQuery("select recourse.enter(:workspace, :principal, :execution::uuid, :statement::int, :transaction::int)")
    @Nullable
    String enter(
            @Bind("workspace") UUID workspace,
            @Bind("principal") @Nullable String principal,
            @Bind("execution") @Nullable UUID execution,
            @Bind("statement") long statementTimeoutMs,
            @Bind("transaction") long transactionTimeoutMs);

    /** Counts a call; empty if it may go on, else how many milliseconds to wait. */
    @SqlQuery("select extract(epoch from recourse.admit(:workspace, :module, :fallback))::float8 * 1000")
    Optional<Double> admit(
            @Bind("workspace") UUID workspace, @Bind("module") String module, @Bind("fallback") int defaultPerMinute);

    @SqlQuery("select recourse.workspace_id(:slug)")
    Optional<UUID> workspace(@Bind("slug") String slug);
}
