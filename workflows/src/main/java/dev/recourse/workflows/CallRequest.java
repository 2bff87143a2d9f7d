package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
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

    static Optional<CallRequest> of(RawValue request) {
        return read(request)
                .filter(CallRequest::wellFormed)
                .map(json -> new CallRequest(
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
                                true)));
    }

    /** Any JSON of a request; empty if it is none, or beyond what is read. */
    static Optional<JsonNode> read(RawValue request) {
        try {
            return Optional.of(Json.read(request.getPayload().getData().toByteArray()));
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
        return named(json.path("tool"), 200)
                && (!json.has("inputs") || json.path("inputs").isObject())
                && (!json.has("dry_run") || json.path("dry_run").isBoolean())
                && (!json.has("workspace_id") || named(json.path("workspace_id"), 63))
                && (!json.has("call_id") || uuid(json, "call_id") != null)
                && (!json.has("agent_session_id") || uuid(json, "agent_session_id") != null);
    }

    private static boolean named(JsonNode text, int longest) {
        return text.isTextual()
                && !text.textValue().isEmpty()
                && text.textValue().length() <= longest;
    }

    static @Nullable UUID uuid(JsonNode json, String field) {
        String text = json.path(field).asText("");
        try {
            return text.length() == 36 ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException garbage) {
            return null;
        }
    }
}
