package dev.recourse.activities.call;

import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.ledger.InFlight;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Nobody can say now what became of a call; asking again later will tell. */
final class Unsettled extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Duration MARGIN = Duration.ofMillis(100);

    private final transient ToolError error;
    private transient @Nullable Duration again;

    Unsettled(ToolError error, Throwable cause) {
        super(error.code(), cause);
        this.error = error;
    }

    /** Of a call that is under way outside; afterwards there will be an answer. */
    static Unsettled until(InFlight other) {
        ToolFailure busy = ToolFailure.conflict("CALL_IN_PROGRESS").mayRetry();
        Unsettled unsettled = new Unsettled(Messages.render(busy, Gate.DEFAULT_LOCALE), other);
        unsettled.again = other.left().plus(MARGIN);
        return unsettled;
    }

    /** After how long it makes sense to ask; null if nobody knows. */
    @Nullable
    Duration again() {
        return again;
    }

    ToolError error() {
        return error;
    }
}
