package dev.recourse.activities.crm;

import dev.recourse.activities.tool.ToolFailure;
import org.jspecify.annotations.Nullable;

/** The version that a caller read, and the one that is there now. */
final class Versions {

    private Versions() {}

    /**
     * Refuses a change of what somebody else changed since it was read.
     *
     * @param expected null does not ask
     * @throws ToolFailure {@code VERSION_CONFLICT} with the version of now
     */
    static void check(@Nullable Integer expected, int now) {
        if (expected != null && expected != now) {
            throw other(now);
        }
    }

    /** The refusal. */
    static ToolFailure other(int now) {
        return ToolFailure.conflict("VERSION_CONFLICT").detail("version", now);
    }
}
