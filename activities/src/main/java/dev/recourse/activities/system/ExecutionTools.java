package dev.recourse.activities.system;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import java.util.UUID;

/** What can be done with an execution after it was done. */
@ActivityInterface
public interface ExecutionTools {
    /** Takes back what one execution changed, all of it or nothing; doing it twice changes nothing more. */
    @ActivityMethod(name = "system.execution.undo")
    Undone undo(ExecutionRef execution);

    record ExecutionRef(UUID executionId) {}

    /**
     * An execution that was undone.
     *
     * @param executionId the execution that was undone, not the undo's own
     * @param undone whether it is undone now
     * @param rows how many rows were put back
     * @param kept what was left in place and why, such as a tag that others use by now
     */
    record Undone(UUID executionId, boolean undone, int rows, List<String> kept) {
        public Undone {
            kept = List.copyOf(kept);
        }
    }
}
