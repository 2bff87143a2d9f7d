package dev.recourse.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.History;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.common.WorkflowExecutionHistory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A workflow's history in a file: as the Temporal UI lets it be downloaded, or as the Temporal CLI prints it. */
final class HistoryFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
    private static final String WHERE_FROM =
            " A history is what the Temporal UI downloads, or temporal workflow show --output json prints.";

    private HistoryFile() {}

    /**
     * Reads one; names of events may be long ({@code EVENT_TYPE_TIMER_STARTED}) or short ({@code TimerStarted}).
     *
     * @param name what it is called in messages
     * @throws WrongUsage if it is none, without a word of what is in it
     */
    static WorkflowExecutionHistory read(String name, byte[] bytes) {
        ArrayNode events = events(name, bytes);
        events.forEach(HistoryFile::lengthen);
        History.Builder history = History.newBuilder();
        try {
            JsonFormat.parser()
                    .ignoringUnknownFields()
                    .merge(NODES.objectNode().set("events", events).toString(), history);
        } catch (InvalidProtocolBufferException different) { // it would quote what it can't read
            throw new WrongUsage(name + " is JSON, but not a workflow's history." + WHERE_FROM);
        }
        checkWhole(name, history.getEventsList());
        return new WorkflowExecutionHistory(history.build());
    }

    /** Older tools write the type of an event in short; other short words are none that a replay looks at. */
    private static void lengthen(JsonNode event) {
        String type = event.path("eventType").asText();
        if (event instanceof ObjectNode object && !type.isEmpty() && type.indexOf('_') < 0) {
            object.put(
                    "eventType",
                    "EVENT_TYPE" + CAPITAL.matcher(type).replaceAll("_$0").toUpperCase(Locale.ROOT));
        }
    }

    private static ArrayNode events(String name, byte[] bytes) {
        JsonNode root = json(name, bytes);
        JsonNode events =
                root.isArray() ? root : root.has("history") ? root.at("/history/events") : root.path("events");
        if (events instanceof ArrayNode list && !list.isEmpty()) {
            return list;
        }
        throw new WrongUsage(name + " has no events." + WHERE_FROM);
    }

    private static JsonNode json(String name, byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException broken) {
            var at = broken.getLocation();
            throw new WrongUsage(name + " is no JSON"
                    + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()) + "."
                    + WHERE_FROM);
        } catch (IOException impossible) {
            throw new IllegalStateException("Bytes in memory can't be read.", impossible);
        }
    }

    private static void checkWhole(String name, List<HistoryEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).getEventId() != i + 1) {
                throw new WrongUsage(name + " is not a whole history: event " + (i + 1) + " is missing." + WHERE_FROM);
            }
        }
        HistoryEvent first = events.get(0);
        if (first.getEventType() != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED) {
            throw new WrongUsage(name + " does not begin with the start of a workflow." + WHERE_FROM);
        }
        var input = first.getWorkflowExecutionStartedEventAttributes().getInput();
        if (input.getPayloadsList().stream()
                .anyMatch(payload -> payload.getMetadataMap().isEmpty())) {
            throw new WrongUsage(name + " holds decoded payloads, which can't be replayed:"
                    + " download it with 'Decode Event History' switched off.");
        }
    }
}
