package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Claim, attempt, record: the ledger inside one transaction.
 *
 * <p>A claim is committed together with what it was made for. Whoever comes second waits for the first, and then either
 * owns the id (the first was rolled back) or reads what the first recorded.
 */
public final class Ledger {

    private final LedgerTable table;

    public Ledger(Tx tx) {
        this.table = tx.table(LedgerTable.class);
    }

    /**
     * Claims the request's id for this transaction.
     *
     * @return empty if it is ours now, else what the winner recorded; compare its hash before believing it is the same
     *     call
     * @throws dev.recourse.db.DatabaseRefusal {@code LOCK_TIMEOUT} while another transaction still works on it
     * @throws InFlight while a call outside the database has that id and has not ended
     */
    public Optional<Execution> claim(Request request) {
        return claimed(request, request.kind().name(), null) ? Optional.empty() : Optional.of(winner(request.id()));
    }

    /**
     * The same for a call whose effect is outside the database: this transaction commits before it begins.
     *
     * @param within how long it may take from now on; who asks later than that is told that nobody knows
     */
    public Optional<Execution> claim(Request request, Duration within) {
        return claimed(request, request.kind().name(), within) ? Optional.empty() : Optional.of(winner(request.id()));
    }

    /** Records how a claimed request ended. The only place that writes a row of the ledger. */
    public Execution record(Request request, Answer answer) {
        return record(request, answer, Instant.now());
    }

    /** The same for one that ended a while ago. */
    public Execution record(Request request, Answer answer, Instant completedAt) {
        return table.record(request, answer, completedAt);
    }

    /**
     * Settles a request nobody has heard of since: from here on it has either happened or cannot happen any more.
     *
     * @param lost what to record if it has not happened
     * @param unknown what to record if it began outside the database and nobody said in time how it ended
     * @return what is recorded now
     * @throws InFlight while a call outside the database may still be under way
     */
    public Execution settle(Request request, Answer lost, Answer unknown) {
        return claimed(request, "VOID", null)
                ? record(request, lost)
                : table.find(request.id()).orElseGet(() -> overdue(request, unknown));
    }

    private Execution overdue(Request request, Answer unknown) {
        Duration left = left(request.id());
        if (left.compareTo(Duration.ZERO) > 0) {
            throw new InFlight(left);
        }
        Execution recorded = record(request, unknown);
        return table.find(recorded.id()).orElse(recorded); // evidence that was faster settles it at once
    }

    /** The execution with this id in this workspace. */
    public Optional<Execution> find(UUID id) {
        return table.find(id);
    }

    private boolean claimed(Request request, String kind, @Nullable Duration within) {
        return table.claim(
                request.id(),
                kind.toLowerCase(Locale.ROOT),
                request.hash(),
                within == null ? null : within.toMillis(),
                request.agentSessionId(),
                request.principal());
    }

    private Execution winner(UUID id) {
        return table.find(id).orElseThrow(() -> new InFlight(left(id)));
    }

    private Duration left(UUID id) {
        return table.left(id)
                .map(Duration::ofMillis)
                .orElseThrow(
                        () -> new IllegalStateException("a claim without a record, by a transaction that committed"));
    }
}
