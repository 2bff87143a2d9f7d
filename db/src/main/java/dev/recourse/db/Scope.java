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
 * @param statementTimeout after which PostgreSQL stops a statement; a wait for a lock gets half of it
 * @param transactionTimeout after which PostgreSQL ends the transaction if nothing happens in it, and from version 17
 *     on whatever happens
 */
public record Scope(
        UUID workspace,
        @Nullable String principal,
        @Nullable UUID execution,
        Duration statementTimeout,
        Duration transactionTimeout) {

    private static final Duration STATEMENT = Duration.ofSeconds(4);

    /** To read, and to write what is no business data: nobody's execution, default timeouts. */
    public static Scope of(UUID workspace) {
        return new Scope(workspace, null, null, STATEMENT, STATEMENT.multipliedBy(2));
    }

    public Scope by(@Nullable String who) {
        return new Scope(workspace, who, execution, statementTimeout, transactionTimeout);
    }

    public Scope executing(UUID id) {
        return new Scope(workspace, principal, id, statementTimeout, transactionTimeout);
    }

    /**
     * The whole transaction may take as long as given, and a statement a little less: of two limits that end together
     * PostgreSQL might keep the one that takes the connection along.
     */
    public Scope within(Duration limit) {
        return new Scope(workspace, principal, execution, limit.multipliedBy(9).dividedBy(10), limit);
    }

    /** The whole transaction may take as long as given; a statement no longer than before. */
    public Scope lasting(Duration limit) {
        return new Scope(workspace, principal, execution, statementTimeout, limit);
    }
}
