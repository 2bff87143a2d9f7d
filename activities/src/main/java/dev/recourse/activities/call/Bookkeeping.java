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

    /** Checks and opens a batch: the batch gives {@code {"timeouts_ms", "approval_id"?}}, {@code {"result"}}, or {@code
     * {"approval": true}} where somebody may have to approve it. */
    public static final String OPEN_BATCH = "system.batch.open";

    /**
     * Asks for the approval of a batch, with its dry run, and opens it once that is given: the batch gives {@code
     * {"waiting"}}, {@code {"timeouts_ms", "approval_id"?}} or {@code {"result"}}.
     */
    public static final String ASK_BATCH = "system.batch.ask";

    /** Takes the request for a batch's approval back: whoever asked does not want it any more; gives {@code {"result"}}. */
    public static final String WITHDRAW_BATCH = "system.batch.withdraw";

    /** Runs a batch in one transaction, rolled back for a dry run; gives its result. */
    public static final String PREVIEW_BATCH = "system.batch.preview";

    /** Closes a batch; gives its result. */
    public static final String CLOSE_BATCH = "system.batch.close";

    /** What an execution, batch or session left to undo: {@code {"id", "plan"}} gives target and items. */
    public static final String PLAN_ROLLBACK = "system.rollback.plan";

    /** The tool that undoes; like these it may be repeated, for its id comes from what it undoes. */
    public static final String UNDO = UndoCalls.TOOL;

    /** The tool by which somebody decides on what waits for approval. */
    public static final String DECIDE = "system.approval.decide";

    /** The type of the failure of a call that waits for somebody's approval; its first detail is the request. */
    public static final String APPROVAL_PENDING = "approval_pending";

    private static final Set<String> ALL = Set.of(
            SETTLE,
            REFUSE_CALL,
            REFUSE_STEP,
            OPEN_BATCH,
            ASK_BATCH,
            WITHDRAW_BATCH,
            PREVIEW_BATCH,
            CLOSE_BATCH,
            PLAN_ROLLBACK);

    private Bookkeeping() {}

    /** Whether an activity is one of these, and not a tool. */
    public static boolean is(String activity) {
        return ALL.contains(activity);
    }
}
