package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.Settings;
import dev.recourse.worker.WrongUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A batch file as it was written, checked for everything that can be seen without the catalogue and the database. */
final class BatchFile {
    static final int MAX_CALLS = 1000;
    private static final int MAX_TOOL_CHARS = 100;
    private static final int MAX_PROBLEMS = 20;

    /** What each key of the file must be: a sentence's end when the value is wrong, null when it is right. */
    private static final Map<String, Function<JsonNode, @Nullable String>> FILE_KEYS = fileKeys();

    private static final Map<String, Function<JsonNode, @Nullable String>> CALL_KEYS =
            Map.of("tool", BatchFile::toolName, "inputs", BatchFile::inputs);

    private final StrictJson.Document document;
    private final List<String> problems = new ArrayList<>();

    private BatchFile(StrictJson.Document document) {
        this.document = document;
    }

    /**
     * Reads a batch file.
     *
     * @param source what it is called in messages
     * @return an object with known keys of the right types only; a bare array has become its {@code calls}, and every call
     *     has {@code inputs}
     * @throws WrongUsage listing what is wrong, each with JSON Pointer, line and column
     */
    static ObjectNode read(String source, byte[] bytes) {
        BatchFile file = new BatchFile(StrictJson.read(source, bytes));
        ObjectNode batch = file.checked();
        if (!file.problems.isEmpty()) {
            throw new WrongUsage(
                    source + " can't be used, and nothing was run:\n  " + String.join("\n  ", file.shown()));
        }
        return batch;
    }

    /** The session the file names, or null. */
    static @Nullable UUID session(ObjectNode batch) {
        return batch.hasNonNull("agent_session_id")
                ? Settings.uuid(batch.get("agent_session_id").asText())
                : null;
    }

    /** The workspace the file names, or null. */
    static @Nullable String workspace(ObjectNode batch) {
        return batch.hasNonNull("workspace_id") ? batch.get("workspace_id").asText() : null;
    }

    private ObjectNode checked() {
        ObjectNode batch = JsonNodeFactory.instance.objectNode();
        if (document.root() instanceof ArrayNode bare) {
            checkCalls("", bare);
            batch.set("calls", withInputs(bare));
        } else if (document.root() instanceof ObjectNode object) {
            checkObject("", object, FILE_KEYS);
            checkTogether(object);
            if (object.get("calls") instanceof ArrayNode calls) {
                checkCalls("/calls", calls);
                batch.setAll(object);
                batch.set("calls", withInputs(calls));
            } else if (!object.has("calls")) {
                problem("", "the key 'calls' is missing: a list of {\"tool\": …, \"inputs\": {…}}");
            }
        } else {
            problem("", "a batch is an object with 'calls', or a list of calls, not " + kind(document.root()));
        }
        return batch;
    }

    private void checkCalls(String at, ArrayNode calls) {
        if (calls.isEmpty()) {
            problem(at, "there are no calls; a batch has 1 to " + MAX_CALLS);
        }
        if (calls.size() > MAX_CALLS) {
            problem(at, calls.size() + " calls; a batch has 1 to " + MAX_CALLS);
        }
        for (int i = 0; i < calls.size(); i++) {
            String place = at + "/" + i;
            if (calls.get(i) instanceof ObjectNode call) {
                checkObject(place, call, CALL_KEYS);
                if (!call.has("tool")) {
                    problem(place, "the key 'tool' is missing");
                }
            } else {
                problem(place, "a call is an object such as {\"tool\": …, \"inputs\": {…}}, not " + kind(calls.get(i)));
            }
        }
    }

    private void checkObject(String at, ObjectNode object, Map<String, Function<JsonNode, @Nullable String>> known) {
        object.properties().forEach(property -> {
            String place = StrictJson.pointer(at, property.getKey());
            Function<JsonNode, @Nullable String> rule = known.get(property.getKey());
            if (rule == null) {
                problem(place, "unknown key" + meant(property.getKey(), known));
                return;
            }
            String wrong = rule.apply(property.getValue());
            if (wrong != null) {
                problem(place, wrong);
            }
        });
    }

    private void checkTogether(ObjectNode object) {
        boolean atomic = object.path("atomic").asBoolean(true);
        if (atomic && object.path("on_error").asText().equals("continue")) {
            problem("/on_error", "going on after an error needs \"atomic\": false");
        }
        if (!atomic && object.path("isolation").asText().equals("transaction")) {
            problem("/isolation", "one transaction is all or nothing: it needs \"atomic\": true");
        }
    }

    private static String meant(String key, Map<String, ?> known) {
        String hint = Nearest.hint(key, known.keySet());
        return hint.isEmpty()
                ? "; known are "
                        + String.join(", ", known.keySet().stream().sorted().toList())
                : hint;
    }

    private void problem(String pointer, String what) {
        problems.add(Texts.oneLine(Texts.cut(document.place(pointer), 200)) + ": " + what);
    }

    private List<String> shown() {
        if (problems.size() <= MAX_PROBLEMS) {
            return problems;
        }
        List<String> shown = new ArrayList<>(problems.subList(0, MAX_PROBLEMS));
        shown.add("and " + (problems.size() - MAX_PROBLEMS) + " more");
        return shown;
    }

    private static ArrayNode withInputs(ArrayNode calls) {
        ArrayNode complete = JsonNodeFactory.instance.arrayNode();
        for (JsonNode call : calls) {
            complete.add(
                    call instanceof ObjectNode object && !object.has("inputs")
                            ? object.deepCopy().set("inputs", JsonNodeFactory.instance.objectNode())
                            : call);
        }
        return complete;
    }

    private static Map<String, Function<JsonNode, @Nullable String>> fileKeys() {
        Map<String, Function<JsonNode, @Nullable String>> keys = new LinkedHashMap<>();
        keys.put("calls", value -> value.isArray() ? null : "a list of calls is expected, not " + kind(value));
        keys.put("atomic", BatchFile::trueOrFalse);
        keys.put("dry_run", BatchFile::trueOrFalse);
        keys.put("allow_irreversible", BatchFile::trueOrFalse);
        keys.put("on_error", value -> oneOf(value, "stop", "continue"));
        keys.put("isolation", value -> oneOf(value, "steps", "transaction"));
        keys.put("batch_id", BatchFile::uuid);
        keys.put("agent_session_id", BatchFile::uuid);
        keys.put("workspace_id", BatchFile::workspaceName);
        return keys;
    }

    private static @Nullable String trueOrFalse(JsonNode value) {
        return value.isBoolean() ? null : "true or false is expected, not " + kind(value);
    }

    private static @Nullable String oneOf(JsonNode value, String first, String second) {
        boolean right = value.isTextual()
                && (value.asText().equals(first) || value.asText().equals(second));
        return right ? null : "'" + first + "' or '" + second + "' is expected, not " + kind(value);
    }

    private static @Nullable String uuid(JsonNode value) {
        return value.isTextual() && Settings.uuid(value.asText()) != null
                ? null
                : "a UUID such as 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f is expected, not " + kind(value);
    }

    private static @Nullable String workspaceName(JsonNode value) {
        return value.isTextual() && Settings.namesWorkspace(value.asText())
                ? null
                : "a workspace's id (a UUID) or slug is expected, not " + kind(value);
    }

    private static @Nullable String toolName(JsonNode value) {
        if (!value.isTextual() || value.asText().isBlank()) {
            return "a tool's name such as 'crm.contact.create' is expected, not " + kind(value);
        }
        return value.asText().length() > MAX_TOOL_CHARS
                ? "a tool's name has at most " + MAX_TOOL_CHARS + " characters"
                : null;
    }

    private static @Nullable String inputs(JsonNode value) {
        return value.isObject() ? null : "an object is expected, not " + kind(value);
    }

    /** What a value is, in words; a short text is quoted. */
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "'" + Texts.cut(Texts.oneLine(value.asText()), 60) + "'";
            case NUMBER -> "a number";
            case BOOLEAN -> value.asText();
            case NULL -> "null";
            default -> "nothing";
        };
    }
}
