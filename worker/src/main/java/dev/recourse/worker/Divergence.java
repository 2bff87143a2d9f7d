package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a replay left its history.
 *
 * <p>What Temporal says of it is one text that may quote whole events, with what was called. Only ids and names of types
 * are taken from it.
 */
final class Divergence {

    private static final Pattern AT = Pattern.compile("Failure handling event (\\d+) of type");
    private static final Pattern COMMAND = Pattern.compile("(?:match command type|Command) COMMAND_TYPE_([A-Z_]+)");
    private static final Pattern NOTHING = Pattern.compile("No command scheduled that corresponds to");
    private static final Pattern THROWN = Pattern.compile("(?m)^Caused by: ([\\w.$]+)");

    private static final String ACTIVITY = "ActivityTaskScheduled";

    /** The event that a command becomes; where the two differ by more than their endings. */
    private static final Map<String, String> EVENTS = Map.of(
            "SCHEDULE_ACTIVITY_TASK", ACTIVITY,
            "REQUEST_CANCEL_ACTIVITY_TASK", "ActivityTaskCancelRequested",
            "START_TIMER", "TimerStarted",
            "CANCEL_TIMER", "TimerCanceled",
            "START_CHILD_WORKFLOW_EXECUTION", "StartChildWorkflowExecutionInitiated",
            "COMPLETE_WORKFLOW_EXECUTION", "WorkflowExecutionCompleted",
            "FAIL_WORKFLOW_EXECUTION", "WorkflowExecutionFailed",
            "CANCEL_WORKFLOW_EXECUTION", "WorkflowExecutionCanceled",
            "RECORD_MARKER", "MarkerRecorded",
            "PROTOCOL_MESSAGE", "WorkflowExecutionUpdateAccepted");

    private Divergence() {}

    /**
     * Describes one.
     *
     * @param asked the types of the activities that the code asked for
     * @return {@code event_id}, {@code history}, and {@code code}, which is null where the code asks for nothing; null for
     *     all of it where nobody can say where it was
     */
    static ObjectNode of(Exception diverged, List<HistoryEvent> events, List<String> asked) {
        String said = String.valueOf(diverged.getMessage());
        ObjectNode divergence = JsonNodeFactory.instance.objectNode();
        Matcher at = AT.matcher(said);
        HistoryEvent event = at.find() ? event(events, Long.parseLong(at.group(1))) : null;
        if (event == null) {
            divergence.putNull("event_id").putNull("history");
        } else {
            divergence.put("event_id", event.getEventId());
            divergence.set("history", thing(name(event.getEventType()), type(event)));
        }
        divergence.set("code", code(said, event, events, asked));
        return divergence;
    }

    private static @Nullable ObjectNode code(
            String said, @Nullable HistoryEvent event, List<HistoryEvent> events, List<String> asked) {
        Matcher command = COMMAND.matcher(said);
        if (command.find()) {
            String becomes = EVENTS.getOrDefault(command.group(1), camelCase(command.group(1)));
            return thing(becomes, becomes.equals(ACTIVITY) ? next(event, events, asked) : null);
        }
        if (NOTHING.matcher(said).find()) {
            return null;
        }
        String thrown = null;
        for (Matcher cause = THROWN.matcher(said); cause.find(); ) {
            thrown = cause.group(1);
        }
        return thing("failure", thrown);
    }

    /** The first activity that was asked for and is not in the history: earlier ones were found there, in this order. */
    private static @Nullable String next(@Nullable HistoryEvent event, List<HistoryEvent> events, List<String> asked) {
        long before = events.stream()
                .filter(each -> event == null || each.getEventId() < event.getEventId())
                .filter(each -> each.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .count();
        return before < asked.size() ? asked.get((int) before) : null;
    }

    private static @Nullable HistoryEvent event(List<HistoryEvent> events, long id) {
        return events.stream()
                .filter(each -> each.getEventId() == id)
                .findFirst()
                .orElse(null);
    }

    private static ObjectNode thing(String event, @Nullable String type) {
        return JsonNodeFactory.instance.objectNode().put("event", event).put("type", type);
    }

    private static @Nullable String type(HistoryEvent event) {
        return switch (event.getEventType()) {
            case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED ->
                event.getActivityTaskScheduledEventAttributes()
                        .getActivityType()
                        .getName();
            case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED ->
                event.getStartChildWorkflowExecutionInitiatedEventAttributes()
                        .getWorkflowType()
                        .getName();
            default -> null;
        };
    }

    private static String name(EventType type) {
        return camelCase(type.name().replaceFirst("^EVENT_TYPE_", ""));
    }

    private static String camelCase(String words) {
        StringBuilder name = new StringBuilder();
        for (String word : words.split("_", -1)) {
            name.append(word, 0, 1).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
