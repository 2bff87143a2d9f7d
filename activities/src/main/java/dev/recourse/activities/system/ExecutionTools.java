package dev.recourse.activities.system;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with an execution after it was done. */
@ActivityInterface
public interface ExecutionTools {
    /** Takes back what one execution changed, all of it or nothing; doing it twice changes nothing more. */
    @ActivityMethod(name = "system.execution.undo")
    Undone undo(ExecutionRef execution);

    /** Settles an execution whose outcome is unknown, by what a person has found out; settling it twice changes nothing. */
    @ActivityMethod(name = "system.execution.resolve")
    Resolved resolve(Resolution resolution);

    record ExecutionRef(UUID executionId) {}

    /**
     * What was found out about an execution.
     *
     * @param note how that is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Resolution(
            UUID executionId, Found outcome, @Nullable String note) {}

    /** Whether it happened. */
    enum Found {
        @JsonProperty("applied")
        APPLIED,
        @JsonProperty("not_applied")
        NOT_APPLIED
    }

    /**
     * An execution that is settled now.
     *
     * @param settled whether this call settled it, or it was settled so before
     */
    record Resolved(UUID executionId, Found outcome, boolean settled) {}

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
