package dev.recourse.activities.tool;

import org.jspecify.annotations.Nullable;

/** An {@link Errand} went out and did not come back: it may have happened or not, and must not be tried again. */
public final class OutcomeUnknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Gone out, and not back.
     *
     * @param cause for operators and never for callers
     */
    public OutcomeUnknown(@Nullable Throwable cause) {
        super("nobody can say whether it happened", cause, false, false);
    }
}
