package dev.recourse.activities.tool;

import dev.recourse.db.Tx;
import java.time.Duration;

/**
 * What an external tool is about to do, checked and ready: made inside the transaction of its claim, done after that has
 * been committed, at most once.
 *
 * @param <O> the outputs: a record of the tool's contract
 */
public interface Errand<O extends Record> {

    /** What a dry run answers; nothing has left and nothing is kept. */
    O preview();

    /**
     * Does it, in no transaction.
     *
     * @param left how long it may take; who is not back by then counts as lost
     * @return what to write when it is recorded
     * @throws ToolFailure if it has surely not happened
     * @throws OutcomeUnknown if nobody can say; any other exception counts as that, too
     */
    Arrived<O> go(Duration left);

    /** It has happened. */
    interface Arrived<O extends Record> {

        /** Writes what came of it, in the transaction that records the call; gives its outputs. */
        O record(Tx tx);

        /** What proves it where writing it down came too late: a JSON object, such as the vendor's id of a message. */
        default String evidence() {
            return "{}";
        }
    }
}
