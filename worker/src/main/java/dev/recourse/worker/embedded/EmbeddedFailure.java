package dev.recourse.worker.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded part that can't be had on this machine; the message is for the user and says what to do. */
public final class EmbeddedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedFailure(String message) {
        this(message, null);
    }

    EmbeddedFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
