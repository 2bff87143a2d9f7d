package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Presenter;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolOutcome;
import dev.recourse.activities.tool.ToolResult;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Execution;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as it leaves the gate.
 *
 * @param error null unless it failed
 */
record Answered(
        UUID executionId,
        Answer.Status status,
        Answer.Outcome outcome,
        JsonNode outputs,
        @Nullable ToolError error,
        int durationMs) {

    static Answered of(Execution recorded) {
        return new Answered(
                recorded.id(),
                recorded.status(),
                recorded.outcome(),
                Json.recorded(recorded.outputs()),
                recorded.error() == null ? null : Json.bind(Json.recorded(recorded.error()), ToolError.class),
                recorded.durationMs());
    }

    /** What was recorded no longer says what is: the recorded call, answered with this error. */
    static Answered instead(Execution recorded, ToolError error) {
        return new Answered(
                recorded.id(),
                Answer.Status.ERROR,
                Answer.Outcome.NONE,
                JsonNodeFactory.instance.objectNode(),
                error,
                recorded.durationMs());
    }

    /** The answer to a call, as people script against it. */
    ObjectNode envelope(@Nullable ToolSpec spec, @Nullable UUID session, Locale locale) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("execution_id", executionId.toString());
        envelope.put("status", status.name().toLowerCase(Locale.ROOT));
        if (error != null && (outcome == Answer.Outcome.UNKNOWN || outcome == Answer.Outcome.APPLIED)) {
            envelope.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        }
        envelope.set("outputs", outputs);
        if (error != null) {
            envelope.set("error", Json.tree(error));
        }
        envelope.put("duration_ms", durationMs);
        if (session != null) {
            envelope.put("agent_session_id", session.toString());
        }
        if (error == null && spec != null) {
            spec.resourceUrl(outputs).ifPresent(url -> envelope.put("resource_url", url));
            spec.messageId(outputs).ifPresent(id -> envelope.put("message_id", id));
        }
        return presented(envelope, spec, locale);
    }

    private ObjectNode presented(ObjectNode envelope, @Nullable ToolSpec spec, Locale locale) {
        ToolResult result = result(spec, locale);
        envelope.put("for_user", result.forUser());
        envelope.put("for_llm", result.forLlm());
        if (result.silent()) {
            envelope.put("silent", true);
        }
        if (result.async()) {
            envelope.put("async", true);
        }
        return envelope;
    }

    private ToolResult result(@Nullable ToolSpec spec, Locale locale) {
        if (error != null) {
            return Presenter.present(error);
        }
        return spec == null
                ? ToolResult.toolResult(Json.write(outputs))
                : Presenter.present(spec, new ToolOutcome.Success(outputs, status == Answer.Status.DRY_RUN), locale);
    }
}
