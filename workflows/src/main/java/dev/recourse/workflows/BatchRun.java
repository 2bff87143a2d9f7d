package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.ToolFailure;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link ToolBatch}: open, step by step, roll back where a step failed, close. What became of it the ledger says. */
public final class BatchRun implements ToolBatch {

    private static final Duration PER_STEP = Duration.ofMillis(500);
    private static final Duration SHORTEST = Duration.ofSeconds(30);

    private final Steps steps = new Steps(() -> this.aborted);
    private final Map<Integer, JsonNode> outputs = new HashMap<>();
    private final Progress progress = new Progress();
    private boolean aborted;
    private boolean unknown;
    private @Nullable JsonNode result;

    @Override
    public JsonNode run(RawValue request) {
        result = progress.ended(batch(request));
        Steps.detached(
                () -> { // whoever aborted waits for the result too
                    Workflow.await(Workflow::isEveryHandlerFinished);
                    return result;
                });
        return result;
    }

    private JsonNode batch(RawValue request) {
        JsonNode batch = file(request);
        CallKey key = key(batch);
        JsonNode opened = steps.book(Bookkeeping.OPEN_BATCH, request, key);
        JsonNode calls = batch.path("calls");
        if (opened.path("approval").asBoolean(false)) {
            opened = approved(request, calls.size(), key);
        }
        return opened.has("result")
                ? opened.path("result")
                : opened(request, batch, opened, key.under(CallRequest.uuid(opened, "approval_id")));
    }

    /** Asks until somebody has decided; answers as the activity does that opens a batch. */
    private JsonNode approved(RawValue request, int calls, CallKey key) {
        int heard = steps.decisions().heard();
        JsonNode answer = steps.book(Bookkeeping.ASK_BATCH, request, key, longEnough(calls));
        while (answer.has("waiting")) {
            boolean wanted = steps.decisions().await(answer.path("waiting"), heard);
            heard = steps.decisions().heard();
            answer = wanted
                    ? steps.book(Bookkeeping.ASK_BATCH, request, key, longEnough(calls))
                    : steps.book(Bookkeeping.WITHDRAW_BATCH, request, key);
        }
        steps.decisions().over();
        return answer;
    }

    private JsonNode opened(RawValue request, JsonNode batch, JsonNode opened, CallKey key) {
        JsonNode calls = batch.path("calls");
        progress.begin(calls.size());
        if (key.dryRun() || batch.path("isolation").asText().equals("transaction")) {
            return inOneTransaction(request, calls.size(), key);
        }
        boolean atomic = batch.path("atomic").asBoolean(true);
        boolean through = steps(batch, calls, opened.path("timeouts_ms"), key);
        if (unknown) {
            return steps.book(Bookkeeping.CLOSE_BATCH, request, key);
        }
        return atomic ? allOrNothing(request, through, key) : steps.book(Bookkeeping.CLOSE_BATCH, request, key);
    }

    private JsonNode inOneTransaction(RawValue request, int calls, CallKey key) {
        String activity = stopped() ? Bookkeeping.CLOSE_BATCH : Bookkeeping.PREVIEW_BATCH;
        return steps.book(activity, request, key, longEnough(calls));
    }

    private static Duration longEnough(int calls) {
        return SHORTEST.plus(PER_STEP.multipliedBy(calls));
    }

    /** Where somebody took back a step of a batch that still ran, nothing of the rest may stay either. */
    private JsonNode allOrNothing(RawValue request, boolean through, CallKey key) {
        if (through) {
            JsonNode closed = steps.book(Bookkeeping.CLOSE_BATCH, request, key);
            if (!closed.path("status").asText().equals("partial")) {
                return closed;
            }
        }
        rollBack(key);
        return steps.book(Bookkeeping.CLOSE_BATCH, request, key);
    }

    /**
     * Runs the steps until one fails; answers whether all were applied. Where nobody knows what became of one, taking back
     * the others would be a guess: the batch ends as unknown, and whoever settles that step decides about the rest.
     */
    private boolean steps(JsonNode batch, JsonNode calls, JsonNode timeouts, CallKey key) {
        boolean stop = batch.path("atomic").asBoolean(true)
                || batch.path("on_error").asText("stop").equals("stop");
        boolean through = true;
        for (int index = 0; index < calls.size(); index++) {
            if (stopped()) {
                return false;
            }
            JsonNode envelope = step(
                    index,
                    calls.get(index),
                    Duration.ofMillis(timeouts.path(index).asLong()),
                    key);
            boolean applied = envelope.path("status").asText().equals("success");
            if (applied) {
                outputs.put(index, envelope.path("outputs"));
            }
            unknown |= envelope.path("outcome").asText().equals("unknown");
            progress.step(calls.get(index).path("tool").asText(), envelope);
            through &= applied;
            if (!applied && stop) {
                return false;
            }
        }
        return through && !stopped();
    }

    private boolean stopped() {
        return aborted || Steps.cancelled();
    }

    private JsonNode step(int index, JsonNode call, Duration timeout, CallKey batch) {
        String tool = call.path("tool").asText();
        JsonNode inputs = call.has("inputs") ? call.path("inputs") : JsonNodeFactory.instance.objectNode();
        CallKey key = new CallKey(
                null,
                batch.batchId(),
                index,
                null,
                batch.workspaceId(),
                batch.agentSessionId(),
                false,
                true,
                batch.approvalId());
        JsonNode resolved;
        try {
            resolved = References.resolve(inputs, outputs);
        } catch (ToolFailure nowhere) {
            return steps.refuseStep(tool, inputs, key, outputs);
        }
        return steps.call(tool, resolved, key, timeout);
    }

    /** The batch file; a bare list is its calls. What is none is refused by the activity that opens it. */
    private static JsonNode file(RawValue request) {
        JsonNode json = CallRequest.read(request).orElse(JsonNodeFactory.instance.objectNode());
        return json.isArray() ? JsonNodeFactory.instance.objectNode().set("calls", json) : json;
    }

    /** A child that outlives this workflow: cancelling the batch must not stop what takes it back. */
    private void rollBack(CallKey key) {
        progress.rollingBack();
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("id", String.valueOf(key.batchId()));
        Rollbacks.asChild(request, key);
    }

    private static CallKey key(JsonNode batch) {
        UUID given = CallRequest.uuid(batch, "batch_id");
        return new CallKey(
                null,
                given == null ? Workflow.randomUUID() : given,
                null,
                Steps.place(),
                batch.path("workspace_id").textValue(),
                CallRequest.uuid(batch, "agent_session_id"),
                batch.path("dry_run").asBoolean(false),
                false);
    }

    @Override
    public JsonNode abort() {
        aborted = true;
        Workflow.await(() -> result != null);
        return result == null ? JsonNodeFactory.instance.nullNode() : result;
    }

    @Override
    public JsonNode decide(RawValue decision) {
        return steps.decisions().decide(decision);
    }

    @Override
    public void mayDecide(RawValue decision) {
        steps.decisions().check(decision);
    }

    @Override
    public void decided() {
        steps.decisions().look();
    }

    @Override
    public JsonNode progress() {
        return steps.decisions().told(progress.json());
    }
}
