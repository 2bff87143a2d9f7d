package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/** How a call ended: with outputs, or with an error. Whoever handles one handles both, in {@link #fold}. */
public sealed interface ToolOutcome {
    <T> T fold(Function<? super Success, ? extends T> success, Function<? super Failure, ? extends T> failure);

    /**
     * It was done, or would be.
     *
     * @param dryRun whether this is what would be
     */
    record Success(JsonNode outputs, boolean dryRun) implements ToolOutcome {
        @Override
        public <T> T fold(
                Function<? super Success, ? extends T> success, Function<? super Failure, ? extends T> failure) {
            return success.apply(this);
        }
    }

    /** Nothing was done, or for an external tool: see the error's code. */
    record Failure(ToolError error) implements ToolOutcome {
        @Override
        public <T> T fold(
                Function<? super Success, ? extends T> success, Function<? super Failure, ? extends T> failure) {
            return failure.apply(this);
        }
    }
}
