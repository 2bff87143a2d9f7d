package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/** Tells an outcome to the model and to the person. */
public final class Presenter {
    private Presenter() {}

    /** The outcome of a tool: compact JSON for the model, the sentence of the schema file for the person. */
    public static ToolResult present(ToolSpec spec, ToolOutcome outcome, Locale locale) {
        return outcome.fold(success -> done(spec, success, locale), failure -> present(failure.error()));
    }

    /** An error, also one of a tool that nobody knows. */
    public static ToolResult present(ToolError error) {
        ObjectNode forLlm = JsonNodeFactory.instance
                .objectNode()
                .put("code", error.code())
                .put("message", error.message())
                .put("suggestion", error.suggestion())
                .put("retryable", error.retryable());
        JsonNode details = error.details();
        if (details != null) {
            forLlm.set("details", details);
        }
        return ToolResult.errorResult(Json.write(forLlm)).saying(error.message());
    }

    private static ToolResult done(ToolSpec spec, ToolOutcome.Success success, Locale locale) {
        String said = spec.said(success.outputs(), locale);
        return ToolResult.toolResult(Json.write(success.outputs()))
                .saying(success.dryRun() ? Messages.text("DRY_RUN_SAID", Map.of("said", said), locale) : said);
    }
}
