package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Identity;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Runs today's workflow code along a recorded history, and says whether it still asks for what it asked for then.
 *
 * <p>The plugin and its interceptors are in place, as on a worker; no activity is called, so nothing is needed but a
 * Temporal that says what it can do, and the in-process one is enough.
 */
final class Replay {

    /** What {@link RecoursePlugin} registers. */
    static final Set<String> TYPES = Set.of("ToolCall", "ToolBatch", "Rollback");

    /** What Temporal puts in the place of an id that a history does not say. */
    private static final String UNKNOWN_ID = "workflow_id_in_replay";

    /** Headers are carried and not compared: any key does. */
    private static final Identity.Key ANY_KEY =
            new Identity.Key("whoever replays signs for nobody".getBytes(StandardCharsets.US_ASCII));

    private final EmbeddedTemporal temporal;

    Replay(EmbeddedTemporal temporal) {
        this.temporal = temporal;
    }

    /**
     * Replays one history.
     *
     * @return {@code status} ({@code replayed} or {@code diverged}), {@code workflow_type}, {@code workflow_id}, {@code
     *     run_id}, {@code events}, and {@code divergence} where there is one; nothing of what was called with
     * @throws WrongUsage if the workflow is none of ours
     */
    ObjectNode of(WorkflowExecutionHistory history) {
        ObjectNode answer = about(history);
        Asked asked = new Asked();
        WorkerFactory factory = factory(asked);
        try {
            Worker worker = factory.newWorker(
                    RecourseClient.TASK_QUEUE,
                    WorkerOptions.newBuilder()
                            .setDefaultDeadlockDetectionTimeout(Engine.PATIENCE_WITH_WORKFLOWS.toMillis())
                            .build());
            worker.replayWorkflowExecution(history);
            return answer.put("status", "replayed");
        } catch (Exception diverged) {
            answer.put("status", "diverged");
            answer.set("divergence", Divergence.of(diverged, history.getEvents(), asked.activities()));
            return answer;
        } finally {
            factory.shutdownNow();
        }
    }

    private WorkerFactory factory(Asked asked) {
        WorkflowClient client = WorkflowClient.newInstance(
                temporal.service(),
                EmbeddedTemporal.clientOptions()
                        .setPlugins(RecoursePlugin.replay(ANY_KEY))
                        .build());
        return WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new WorkerInterceptor[] {asked})
                        .build());
    }

    private static ObjectNode about(WorkflowExecutionHistory history) {
        List<HistoryEvent> events = history.getEvents();
        var started = events.get(0).getWorkflowExecutionStartedEventAttributes();
        String type = started.getWorkflowType().getName();
        if (!TYPES.contains(type)) {
            throw new WrongUsage("This is the history of a workflow of type '" + type + "', and those of Recourse are "
                    + String.join(", ", TYPES.stream().sorted().toList())
                    + ". Workflows of your own are replayed where their code is, with RecoursePlugin.client"
                    + " on the client of the replaying worker.");
        }
        String id = history.getWorkflowExecution().getWorkflowId();
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", "")
                .put("workflow_type", type)
                .put("workflow_id", id.equals(UNKNOWN_ID) ? null : id)
                .put("run_id", started.getOriginalExecutionRunId())
                .put("events", events.size())
                .put("closed", closed(events.get(events.size() - 1).getEventType()));
    }

    private static boolean closed(EventType last) {
        return switch (last) {
            case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
                    EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
                    EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
                    EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
                    EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
                    EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT -> true;
            default -> false;
        };
    }
}
