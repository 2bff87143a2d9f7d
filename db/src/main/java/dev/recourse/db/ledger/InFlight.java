package dev.recourse.db.ledger;

import java.time.Duration;

/** A call outside the database has been claimed and may still be under way: nobody can say yet how it ends. */
public final class InFlight extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Duration left;

    InFlight(Duration left) {
        super("claimed, and not recorded yet", null, false, false);
        this.left = left;
    }

    /** How long whoever claimed it may take at most. */
    public Duration left() {
        return left;
    }
}
