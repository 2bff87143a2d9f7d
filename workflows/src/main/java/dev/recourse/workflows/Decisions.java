package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.tool.TimeLimits;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalException;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How our workflows wait for somebody's approval: until a decision, the word of one, or the end of its time.
 *
 * <p>None of these is believed: each only makes the workflow ask the database again.
 */
final class Decisions {

    /** The signal that says: look again. */
    static final String DECIDED = "decided";

    /** The timer ends a little later than the time does: the database has the last word on whether it is over. */
    private static final Duration MARGIN = Duration.ofMillis(200);

    private final Steps steps;
    private final BooleanSupplier stopped;
    private @Nullable JsonNode request;
    private int heard;

    Decisions(Steps steps, BooleanSupplier stopped) {
        this.steps = steps;
        this.stopped = stopped;
    }

    /** How many words of decisions have come; what comes while the database is asked must not be missed. */
    int heard() {
        return heard;
    }

    /**
     * Waits for a decision on a request; until {@link #over} it is what can be decided on.
     *
     * @param since what had been heard when the database was asked
     * @return false if nobody wants it any more
     */
    boolean await(JsonNode asked, int since) {
        request = asked;
        Workflow.setCurrentDetails(
                "**Waits for approval** of " + asked.path("tool").asText() + " until "
                        + asked.path("expires_at").asText() + ": "
                        + asked.path("approval_id").asText());
        Duration left = Duration.ofMillis(asked.path("expires_in_ms").asLong()).plus(MARGIN);
        try {
            Workflow.await(left, () -> heard > since || stopped.getAsBoolean());
            return !stopped.getAsBoolean() && !Steps.cancelled();
        } catch (CanceledFailure cancelled) {
            return false;
        }
    }

    /** Nothing is waited for any more. */
    void over() {
        if (request != null) {
            request = null;
            Workflow.setCurrentDetails("");
        }
    }

    /** Somebody may have decided. */
    void look() {
        heard++;
    }

    /**
     * Whether a decision can be taken here.
     *
     * @param decision {@code {"approval_id"?, "decision", "note"?}}
     * @throws IllegalStateException if nothing waits, or something else than what is named
     */
    void check(@Nullable RawValue decision) {
        JsonNode asked = request;
        if (asked == null) {
            throw new IllegalStateException("nothing waits for a decision here");
        }
        JsonNode named = said(decision).path("approval_id");
        if (!named.isMissingNode()
                && !named.isNull()
                && !named.asText().equals(asked.path("approval_id").asText())) {
            throw new IllegalStateException(
                    "what waits here is " + asked.path("approval_id").asText() + ", not " + named.asText());
        }
    }

    /** Decides as whoever sent the update; answers that call's envelope. */
    JsonNode decide(@Nullable RawValue decision) {
        JsonNode asked = Objects.requireNonNull(request);
        JsonNode said = said(decision);
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        inputs.set("approvalId", asked.path("approval_id"));
        for (String field : new String[] {"decision", "note"}) {
            if (said.hasNonNull(field)) {
                inputs.set(field, said.path(field));
            }
        }
        CallKey key =
                new CallKey(null, null, null, null, asked.path("workspace_id").textValue(), null, false, true);
        JsonNode answer = steps.call(Bookkeeping.DECIDE, inputs, key, TimeLimits.of(Bookkeeping.DECIDE));
        if (answer.path("status").asText().equals("success")) {
            look();
        }
        return answer;
    }

    private static JsonNode said(@Nullable RawValue decision) {
        return CallRequest.read(decision).orElse(JsonNodeFactory.instance.objectNode());
    }

    /** What is waited for; null while nothing is. */
    @Nullable
    JsonNode request() {
        return request;
    }

    /** The same progress, with what is waited for. */
    ObjectNode told(ObjectNode progress) {
        JsonNode asked = request;
        return asked == null
                ? progress
                : progress.put("phase", "waiting_for_approval").set("approval", asked);
    }

    /** Tells the workflow that waits for what this call has decided, if it runs here. */
    static void tell(JsonNode decided) {
        String waits = decided.at("/outputs/workflowId").asText("");
        if (!waits.isEmpty() && decided.path("status").asText().equals("success")) {
            Steps.detached(() -> signalled(waits));
        }
    }

    private static boolean signalled(String workflow) {
        try {
            Workflow.newUntypedExternalWorkflowStub(workflow).signal(DECIDED);
            return true;
        } catch (TemporalException elsewhere) {
            return false; // it is over, or runs on another server, whose process looks by itself
        }
    }
}
