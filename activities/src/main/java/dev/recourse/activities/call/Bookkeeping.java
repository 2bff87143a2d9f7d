package dev.recourse.activities.call;

import java.util.Set;

/**
 * The activities by which workflows keep their books: no tools, repeatable, and without rows of their own.
 *
 * <p>Their names are part of histories.
 */
public final class Bookkeeping {

    /** Settles a call nobody has heard of since: {@code {"tool", "inputs", "key"}} gives its envelope. */
    public static final String SETTLE = "system.ledger.settle";

    /** Records a request that is no call; gives its envelope. */
    public static final String REFUSE_CALL = "system.call.refuse";

    /** Records a step whose references lead nowhere: {@code {"tool", "inputs", "key", "outputs"}} gives its envelope. */
    public static final String REFUSE_STEP = "system.step.refuse";

    /** Checks and opens a batch: the batch gives {@code {"timeouts_ms"}} or {@code {"result"}}. */
    public static final String OPEN_BATCH = "system.batch.open";

    /** Runs a batch in one transaction, rolled back for a dry run; gives its result. */
    public static final String PREVIEW_BATCH = "system.batch.preview";

    /** Closes a batch; gives its result. */
    public static final String CLOSE_BATCH = "system.batch.close";

    /** What an execution, batch or session left to undo: {@code {"id", "plan"}} gives target and items. */
    public static final String PLAN_ROLLBACK = "system.rollback.plan";

    /** The tool that undoes; like these it may be repeated, for its id comes from what it undoes. */
    public static final String UNDO = UndoCalls.TOOL;

    private static final Set<String> ALL =
            Set.of(SETTLE, REFUSE_CALL, REFUSE_STEP, OPEN_BATCH, PREVIEW_BATCH, CLOSE_BATCH, PLAN_ROLLBACK);

    private Bookkeeping() {}

    /** Whether an activity is one of these, and not a tool. */
    public static boolean is(String activity) {
        return ALL.contains(activity);
    }
}
