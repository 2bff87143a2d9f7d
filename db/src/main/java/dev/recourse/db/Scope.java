package dev.recourse.db;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose transaction it is: what the door tells PostgreSQL before anything else is said.
 *
 * @param workspace the tenant; row security shows nothing else
 * @param principal who acts, or null where nobody is known yet
 * @param execution on whose account business tables are written; null forbids such writes
 * @param statementTimeout after which PostgreSQL stops a statement
 * @param lockTimeout after which a wait for a lock is given up
 */
public record Scope(
        UUID workspace,
        @Nullable String principal,
        @Nullable UUID execution,
        Duration statementTimeout,
        Duration lockTimeout) {

    private static final Duration STATEMENT = Duration.ofSeconds(4);
    private static final Duration LOCK = Duration.ofSeconds(2);

    /** To read, and to write what is no business data: nobody's execution, default timeouts. */
    public static Scope of(UUID workspace) {
        return new Scope(workspace, null, null, STATEMENT, LOCK);
    }

    public Scope by(@Nullable String who) {
        return new Scope(workspace, who, execution, statementTimeout, lockTimeout);
    }

    public Scope executing(UUID id) {
        return new Scope(workspace, principal, id, statementTimeout, lockTimeout);
    }

    /** The statement may take as long as given, a wait for a lock half of it. */
    public Scope within(Duration limit) {
        return new Scope(workspace, principal, execution, limit, limit.dividedBy(2));
    }
}
