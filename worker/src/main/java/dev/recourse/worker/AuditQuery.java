package dev.recourse.worker;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the ledger; a null part asks nothing.
 *
 * @param status {@code success}, {@code error} or {@code dry_run}
 * @param since rows that started then or later
 * @param limit how many of the newest rows that match, at least 1
 * @param stack whether {@code error_stack} is among the columns (for operators)
 */
public record AuditQuery(
        @Nullable UUID session,
        @Nullable UUID batch,
        @Nullable String tool,
        @Nullable String status,
        @Nullable Instant since,
        int limit,
        boolean stack) {
    public static final int DEFAULT_LIMIT = 100;
    public static final int MAX_LIMIT = 10_000;

    public AuditQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new WrongUsage("The limit is a number from 1 to " + MAX_LIMIT + ", not " + limit + ".");
        }
    }

    /** Everything of one session. */
    public static AuditQuery ofSession(UUID session) {
        return new AuditQuery(session, null, null, null, null, MAX_LIMIT, false);
    }
}
