package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolName;
import io.temporal.common.converter.RawValue;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link ToolCall}, taken apart.
 *
 * <p>It only says whether this is a call. What is wrong with one that is none, the refusing activity says: sentences
 * change, histories don't.
 */
record CallRequest(String tool, JsonNode inputs, CallKey key) {

    private static final Set<String> KNOWN =
            Set.of("tool", "inputs", "dry_run", "call_id", "workspace_id", "agent_session_id");

    private static final int LONGEST_WORKSPACE = 63;

    static Optional<CallRequest> of(JsonNode json) {
        return wellFormed(json)
                ? Optional.of(new CallRequest(
                        json.path("tool").textValue(),
                        json.has("inputs") ? json.path("inputs") : JsonNodeFactory.instance.objectNode(),
                        new CallKey(
                                uuid(json, "call_id"),
                                null,
                                null,
                                null,
                                json.path("workspace_id").textValue(),
                                uuid(json, "agent_session_id"),
                                json.path("dry_run").asBoolean(false),
                                true)))
                : Optional.empty();
    }

    /** Who sends a request that is no call, as far as it says so. */
    static CallKey sender(JsonNode json) {
        return new CallKey(
                null,
                null,
                null,
                null,
                json.path("workspace_id").textValue(),
                uuid(json, "agent_session_id"),
                false,
                false);
    }

    /** Any JSON of a request; empty if it is none, or beyond what is read. */
    static Optional<JsonNode> read(@Nullable RawValue request) {
        try {
            return request == null
                    ? Optional.empty()
                    : Optional.of(Json.read(request.getPayload().getData().toByteArray()));
        } catch (ToolFailure unreadable) {
            return Optional.empty();
        }
    }

    private static boolean wellFormed(JsonNode json) {
        Iterator<String> names = json.fieldNames();
        while (names.hasNext()) {
            if (!KNOWN.contains(names.next())) {
                return false;
            }
        }
        return json.path("tool").isTextual()
                && callable(json.path("tool").textValue())
                && (!json.has("inputs") || json.path("inputs").isObject())
                && (!json.has("dry_run") || json.path("dry_run").isBoolean())
                && (!json.has("workspace_id") || named(json.path("workspace_id")))
                && (!json.has("call_id") || uuid(json, "call_id") != null)
                && (!json.has("agent_session_id") || uuid(json, "agent_session_id") != null);
    }

    /** A tool, known or not; never our books, nor what else a worker may have been taught. */
    private static boolean callable(String tool) {
        return ToolName.fits(tool) && !Bookkeeping.is(tool);
    }

    private static boolean named(JsonNode workspace) {
        String text = workspace.asText("");
        int length = text.codePointCount(0, text.length());
        return workspace.isTextual() && length > 0 && length <= LONGEST_WORKSPACE;
    }

    static @Nullable UUID uuid(JsonNode json, String field) {
        String text = json.path(field).asText("");
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equalsIgnoreCase(text) ? uuid : null; // Java takes 1-1-1-1-1 for one
        } catch (IllegalArgumentException garbage) {
            return null;
        }
    }
}
