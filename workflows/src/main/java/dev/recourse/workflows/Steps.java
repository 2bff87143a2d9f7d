package dev.recourse.workflows;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.TimeLimits;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.common.converter.PayloadConverter;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How our workflows call activities: tools once, bookkeeping until it is done, and every call ends with an answer. */
final class Steps {

    private static final Duration BOOKKEEPING = Duration.ofSeconds(10);
    private static final int UNDO_ATTEMPTS = 8;
    private static final int BUSY_TRIES = 5;
    private static final Duration BUSY_PAUSE = Duration.ofMillis(500);

    /** What an operator reads beside their names. */
    private static final Map<String, String> BOOKS = Map.of(
            Bookkeeping.OPEN_BATCH, "checks every step before the first one runs",
            Bookkeeping.ASK_BATCH, "asks for approval with a dry run, and opens what is approved",
            Bookkeeping.WITHDRAW_BATCH, "takes the request for approval back",
            Bookkeeping.PREVIEW_BATCH, "runs every step in one transaction",
            Bookkeeping.CLOSE_BATCH, "notes how the batch ended",
            Bookkeeping.SETTLE, "finds out what became of a call without an answer",
            Bookkeeping.REFUSE_CALL, "records a request that is no call",
            Bookkeeping.REFUSE_STEP, "records a step whose references lead nowhere",
            Bookkeeping.PLAN_ROLLBACK, "finds what there is to undo");

    /** JSON from outside may hold half a character, for which UTF-8 has no bytes: it travels as an escape. */
    private static final PayloadConverter ASCII = new JacksonJsonPayloadConverter(
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

    private final Decisions decisions;
    private int calls;

    Steps() {
        this(() -> false);
    }

    /** @param stopped whether somebody does not want any more what is waited for */
    Steps(BooleanSupplier stopped) {
        this.decisions = new Decisions(this, stopped);
    }

    Decisions decisions() {
        return decisions;
    }

    /**
     * Calls a tool, once. A call that nobody answered is settled before it is judged; one that somebody has to approve waits,
     * and is made again when that is decided: until then it has not begun.
     *
     * <p>One that has begun is waited for, also where the workflow is cancelled meanwhile: no tool listens to a
     * cancellation, and a request for one that ends just then would fail the workflow's task.
     *
     * @return its envelope; its {@code status} says how it ended
     */
    JsonNode call(String tool, JsonNode inputs, CallKey key, Duration timeout) {
        CallKey placed = key.at(place(++calls));
        if (cancelled()) {
            return settle(tool, inputs, placed, false);
        }
        int heard = decisions.heard();
        JsonNode answer = callOnce(tool, inputs, placed, timeout);
        return answer.path("status").asText().equals("waiting")
                ? approved(answer, heard, tool, inputs, placed, timeout)
                : answer;
    }

    /** Waits for the decision on a call, and makes it again. */
    private JsonNode approved(
            JsonNode asked, int since, String tool, JsonNode inputs, CallKey placed, Duration timeout) {
        JsonNode answer = asked;
        int heard = since;
        while (answer.path("status").asText().equals("waiting")) {
            boolean wanted = decisions.await(answer, heard);
            heard = decisions.heard();
            answer = wanted ? callOnce(tool, inputs, placed, timeout) : settle(tool, inputs, placed, true);
        }
        decisions.over();
        return answer;
    }

    private JsonNode callOnce(String tool, JsonNode inputs, CallKey placed, Duration timeout) {
        try {
            return detached(() -> Workflow.newUntypedActivityStub(once(timeout, summary(placed)))
                    .execute(tool, JsonNode.class, sent(inputs), placed));
        } catch (ActivityFailure failure) {
            JsonNode told = waiting(failure);
            told = told != null ? told : recorded(failure);
            return told != null ? told : settle(tool, inputs, placed, false);
        }
    }

    /** Whether somebody cancelled this workflow: nothing new is begun then. */
    static boolean cancelled() {
        return CancellationScope.current().isCancelRequested();
    }

    /**
     * Undoes one execution; repeated by the engine if need be, for its id comes from what it undoes, and for a while where
     * somebody is at work on the same rows: that is no conflict yet.
     */
    JsonNode undo(UUID execution, CallKey key, String summary) {
        return detached(() -> {
            JsonNode answer = undoOnce(execution, key, summary);
            for (int tries = 1;
                    tries < BUSY_TRIES && answer.at("/error/retryable").asBoolean(false);
                    tries++) {
                Workflow.sleep(BUSY_PAUSE.multipliedBy(tries));
                answer = undoOnce(execution, key, summary);
            }
            return answer;
        });
    }

    private static JsonNode undoOnce(UUID execution, CallKey key, String summary) {
        ObjectNode inputs = JsonNodeFactory.instance.objectNode().put("executionId", execution.toString());
        ActivityOptions options = ActivityOptions.newBuilder()
                .setStartToCloseTimeout(TimeLimits.of(Bookkeeping.UNDO))
                .setRetryOptions(RetryOptions.newBuilder()
                        .setMaximumAttempts(UNDO_ATTEMPTS)
                        .setInitialInterval(Duration.ofMillis(200))
                        .build())
                .setSummary(summary)
                .build();
        try {
            return Workflow.newUntypedActivityStub(options).execute(Bookkeeping.UNDO, JsonNode.class, inputs, key);
        } catch (ActivityFailure failure) {
            JsonNode recorded = recorded(failure);
            return recorded != null
                    ? recorded
                    : JsonNodeFactory.instance.objectNode().put("status", "unknown");
        }
    }

    /** Records a request that is no call. */
    JsonNode refuseCall(RawValue request, CallKey sender) {
        return book(Bookkeeping.REFUSE_CALL, request, sender.at(place(++calls)));
    }

    /** Records a step whose references lead nowhere. */
    JsonNode refuseStep(String tool, JsonNode inputs, CallKey key, Map<Integer, JsonNode> outputs) {
        ObjectNode about = about(tool, inputs, key);
        ObjectNode given = about.putObject("outputs");
        References.steps(inputs).stream()
                .filter(outputs::containsKey)
                .forEach(step -> given.set(Integer.toString(step), outputs.get(step)));
        return book(Bookkeeping.REFUSE_STEP, about, carrier(key));
    }

    /** Runs a bookkeeping activity until it answers, also where the workflow was cancelled. */
    JsonNode book(String activity, Object argument, CallKey key) {
        return book(activity, argument, key, BOOKKEEPING);
    }

    /** The same with the time that a whole batch may take; a repeated one finds what the first has recorded. */
    JsonNode book(String activity, Object argument, CallKey key, Duration timeout) {
        ActivityOptions options = ActivityOptions.newBuilder()
                .setStartToCloseTimeout(timeout)
                .setRetryOptions(RetryOptions.newBuilder()
                        .setInitialInterval(Duration.ofMillis(200))
                        .setMaximumInterval(Duration.ofSeconds(10))
                        .build())
                .setSummary(BOOKS.get(activity))
                .build();
        return detached(
                () -> Workflow.newUntypedActivityStub(options).execute(activity, JsonNode.class, sent(argument), key));
    }

    /** Runs what must be done whether or not the workflow was cancelled. */
    static <T> T detached(Supplier<T> work) {
        AtomicReference<T> result = new AtomicReference<>();
        CancellationScope scope = Workflow.newDetachedCancellationScope(() -> result.set(work.get()));
        scope.run();
        return result.get();
    }

    /** Where this workflow stands; a reset keeps it. */
    static String place() {
        return Workflow.getInfo().getWorkflowId() + "/" + Workflow.getInfo().getOriginalExecutionRunId();
    }

    private static String place(int nth) {
        return place() + "/" + nth;
    }

    /** @param withdrawn whether the call waited for approval, and nobody wants it any more */
    private JsonNode settle(String tool, JsonNode inputs, CallKey key, boolean withdrawn) {
        ObjectNode about = about(tool, inputs, key);
        return book(Bookkeeping.SETTLE, withdrawn ? about.put("withdrawn", true) : about, carrier(key));
    }

    private static Object sent(Object argument) {
        return argument instanceof JsonNode json
                ? new RawValue(ASCII.toData(json).orElseThrow())
                : argument;
    }

    private static ObjectNode about(String tool, JsonNode inputs, CallKey key) {
        ObjectNode about = JsonNodeFactory.instance.objectNode().put("tool", tool);
        about.set("inputs", inputs);
        return about.set("key", Json.tree(key));
    }

    /** The key of a bookkeeping activity: who calls, and nothing else. */
    private static CallKey carrier(CallKey key) {
        return new CallKey(null, null, null, key.place(), key.workspaceId(), key.agentSessionId(), key.dryRun(), false);
    }

    /** The request of a call that somebody has to approve; null where it was another failure. */
    private static @Nullable JsonNode waiting(ActivityFailure failure) {
        return failure.getCause() instanceof ApplicationFailure told
                        && told.getType().equals(Bookkeeping.APPROVAL_PENDING)
                        && told.getDetails().getSize() > 0
                ? told.getDetails().get(0, JsonNode.class)
                : null;
    }

    /** The envelope of a failure that is recorded; null where nobody knows yet. */
    private static @Nullable JsonNode recorded(ActivityFailure failure) {
        return failure.getCause() instanceof ApplicationFailure told
                        && told.getDetails().getSize() > 1
                ? told.getDetails().get(1, JsonNode.class)
                : null;
    }

    private static ActivityOptions once(Duration timeout, String summary) {
        return ActivityOptions.newBuilder()
                .setStartToCloseTimeout(timeout)
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setSummary(summary)
                .build();
    }

    private static String summary(CallKey key) {
        String what = key.step() == null ? "one call" : "step " + key.step();
        return key.dryRun() ? what + ", dry run" : what;
    }
}
