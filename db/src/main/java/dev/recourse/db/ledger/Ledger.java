package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

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
     */
    public Optional<Execution> claim(Request request) {
        return claimed(request, request.kind().name()) ? Optional.empty() : Optional.of(winner(request.id()));
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
     * @return what is recorded now
     */
    public Execution settle(Request request, Answer lost) {
        return claimed(request, "VOID") ? record(request, lost) : winner(request.id());
    }

    /** The execution with this id in this workspace. */
    public Optional<Execution> find(UUID id) {
        return table.find(id);
    }

    private boolean claimed(Request request, String kind) {
        return table.claim(
                request.id(),
                kind.toLowerCase(Locale.ROOT),
                request.hash(),
                request.agentSessionId(),
                request.principal());
    }

    private Execution winner(UUID id) {
        return table.find(id)
                .orElseThrow(
                        () -> new IllegalStateException("a claim without a record, by a transaction that committed"));
    }
}
