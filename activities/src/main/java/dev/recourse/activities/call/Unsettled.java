package dev.recourse.activities.call;

import dev.recourse.activities.tool.ToolError;

/** Nobody can say now what became of a call; asking again later will tell. */
final class Unsettled extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ToolError error;

    Unsettled(ToolError error, Throwable cause) {
        super(error.code(), cause);
        this.error = error;
    }

    ToolError error() {
        return error;
    }
}
