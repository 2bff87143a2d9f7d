package dev.recourse.activities.tool;

import org.jspecify.annotations.Nullable;

/**
 * How an outcome is told: one text for the model that asked, one for the person beside it.
 *
 * @param forLlm what the model reasons on
 * @param forUser what the person reads; null where there is nothing to say
 * @param silent whether the person should see nothing at all
 * @param isError whether it went wrong
 * @param async whether the work goes on in the background
 */
public record ToolResult(String forLlm, @Nullable String forUser, boolean silent, boolean isError, boolean async) {
    public static ToolResult toolResult(String forLlm) {
        return new ToolResult(forLlm, null, false, false, false);
    }

    public static ToolResult silentResult(String forLlm) {
        return new ToolResult(forLlm, null, true, false, false);
    }

    public static ToolResult errorResult(String forLlm) {
        return new ToolResult(forLlm, null, false, true, false);
    }

    public static ToolResult asyncResult(String forLlm) {
        return new ToolResult(forLlm, null, false, false, true);
    }

    public static ToolResult userResult(String text) {
        return new ToolResult(text, text, false, false, false);
    }

    /** The same with a text for the person. */
    ToolResult saying(String text) {
        return new ToolResult(forLlm, text, silent, isError, async);
    }
}
