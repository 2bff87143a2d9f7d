package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Batches;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.ExecutionId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a batch stands: one fold over its steps, in this place and no other, whether they come from the ledger's rows or
 * from a preview.
 *
 * @param error why the batch as a whole was refused, or null
 */
record BatchResult(Batch batch, List<Step> steps, @Nullable ToolError error, long durationMs) {

    /** Results past this size travel without outputs: they are in the ledger. */
    private static final int LARGEST = 1_500_000;

    /** Where one step stands. */
    enum State {
        APPLIED,
        UNDONE,
        FAILED,
        NOT_RUN,
        UNKNOWN,
        CONFLICT;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One step; what is null has not come to be.
     *
     * @param effect whether it changed anything
     */
    record Step(
            State state,
            boolean effect,
            @Nullable UUID executionId,
            @Nullable JsonNode outputs,
            @Nullable ToolError error,
            int durationMs) {

        static final Step NOT_RUN = new Step(State.NOT_RUN, false, null, null, null, 0);

        static Step failed(@Nullable UUID executionId, ToolError error, int durationMs) {
            return new Step(State.FAILED, false, executionId, null, error, durationMs);
        }

        /** Whether it left an effect that is still there. */
        boolean stands() {
            return effect && (state == State.APPLIED || state == State.CONFLICT);
        }

        Step undone() {
            return new Step(State.UNDONE, false, executionId, outputs, null, durationMs);
        }
    }

    /** The same as {@link #recorded} of a batch that ends with this. */
    static BatchResult closed(Tx tx, Batch batch) {
        BatchResult result = recorded(tx, batch);
        new Batches(tx).close(batch.id(), result.status());
        return result;
    }

    /** What the ledger says of a batch. */
    static BatchResult recorded(Tx tx, Batch batch) {
        Map<UUID, Batches.StepRow> rows = new Batches(tx).steps(batch.id());
        List<Batches.StepRow> ran = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            Batches.StepRow row = rows.get(ExecutionId.ofStep(batch.call().workspace(), batch.id(), index));
            if (row == null) {
                steps.add(Step.NOT_RUN);
            } else {
                ran.add(row);
                steps.add(step(row));
            }
        }
        return of(batch, steps, Batches.duration(ran).toMillis());
    }

    private static Step step(Batches.StepRow row) {
        Execution execution = row.execution();
        Answered answered = Answered.of(execution);
        ToolError error = answered.error();
        State state = error != null ? failure(answered, error) : success(row);
        return new Step(
                state,
                execution.outcome() == Answer.Outcome.APPLIED,
                execution.id(),
                error == null ? answered.outputs() : null,
                state == State.UNDONE ? null : error,
                execution.durationMs());
    }

    private static State success(Batches.StepRow row) {
        if (row.execution().undone()) {
            return State.UNDONE;
        }
        return row.undoFailed() ? State.CONFLICT : State.APPLIED;
    }

    private static State failure(Answered answered, ToolError error) {
        if (answered.outcome() == Answer.Outcome.UNKNOWN) {
            return State.UNKNOWN;
        }
        if (answered.outcome() == Answer.Outcome.APPLIED) {
            return State.APPLIED; // was unknown, and evidence has settled it since
        }
        return error.code().equals(BatchTransaction.ABORTED) ? State.UNDONE : State.FAILED;
    }

    /** Of steps that ran: where nothing of a batch was to stay, a step without effect counts as undone. */
    static BatchResult of(Batch batch, List<Step> steps, long durationMs) {
        boolean through =
                steps.stream().noneMatch(step -> step.state() == State.FAILED || step.state() == State.NOT_RUN);
        boolean undone = steps.stream().anyMatch(step -> step.state() == State.UNDONE);
        boolean back = (batch.atomic() && !through) || (undone && steps.stream().noneMatch(Step::stands));
        List<Step> told = steps.stream()
                .map(step -> back && step.state() == State.APPLIED && !step.effect() ? step.undone() : step)
                .toList();
        return new BatchResult(batch, told, null, durationMs);
    }

    /** A batch of which steps were refused before any ran. */
    static BatchResult refused(Batch batch, Map<Integer, ToolFailure> refused, Locale locale) {
        List<Step> steps = new ArrayList<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            ToolFailure failure = refused.get(index);
            steps.add(failure == null ? Step.NOT_RUN : Step.failed(null, Messages.render(failure, locale), 0));
        }
        ToolError first = steps.stream()
                .map(Step::error)
                .filter(error -> error != null)
                .findFirst()
                .orElseThrow();
        return new BatchResult(batch, steps, first, 0);
    }

    /** A batch that could not even be read, or whose id is somebody's already. */
    static BatchResult refused(Batch batch, ToolError error) {
        return new BatchResult(batch, Collections.nCopies(batch.steps().size(), Step.NOT_RUN), error, 0);
    }

    /** The word for the whole. */
    String status() {
        if (error != null) {
            return "refused";
        }
        if (any(step -> step.state() == State.UNKNOWN)) {
            return "unknown";
        }
        boolean standing = any(step -> step.state() == State.APPLIED || step.state() == State.CONFLICT);
        boolean all = steps.stream().allMatch(step -> step.state() == State.APPLIED);
        if (all) {
            return "applied";
        }
        if (!standing) {
            return "rolled_back";
        }
        boolean conflict = any(step -> step.state() == State.CONFLICT);
        boolean failed = any(step -> step.state() == State.FAILED || step.state() == State.NOT_RUN);
        return conflict || (batch.atomic() && failed) ? "stuck" : "partial";
    }

    private boolean any(Predicate<Step> what) {
        return steps.stream().anyMatch(what);
    }

    /**
     * The answer to a batch, as people script against it.
     *
     * @param catalogue knows the sentences, in the language of {@code locale}
     */
    ObjectNode json(Catalogue catalogue, Locale locale) {
        BatchSaid said = new BatchSaid(batch, catalogue, locale);
        ObjectNode json = json(said, true);
        return Json.write(json).length() <= LARGEST ? json : json(said, false).put("outputs_omitted", true);
    }

    private ObjectNode json(BatchSaid said, boolean outputs) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("batch_id", batch.id().toString());
        UUID session = batch.call().request().agentSessionId();
        if (session != null) {
            json.put("agent_session_id", session.toString());
        }
        json.put("atomic", batch.atomic()).put("dry_run", batch.dryRun()).put("status", status());
        json.put("success_count", count(State.APPLIED)).put("error_count", count(State.FAILED) + count(State.UNKNOWN));
        json.put("duration_ms", durationMs);
        if (error != null) {
            json.set("error", Json.tree(error));
        }
        ArrayNode list = json.putArray("steps");
        for (int index = 0; index < steps.size(); index++) {
            list.add(json(said, index, steps.get(index), outputs));
        }
        return json;
    }

    private ObjectNode json(BatchSaid said, int index, Step step, boolean outputs) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("index", index);
        json.put("tool", batch.steps().get(index).tool());
        if (step.executionId() != null) {
            json.put("execution_id", step.executionId().toString());
        }
        json.put("status", step.state().wire());
        if (step.outputs() != null && outputs) {
            json.set("outputs", step.outputs());
        }
        if (step.error() != null) {
            json.set("error", Json.tree(step.error()));
        }
        return json.put("for_user", said.of(index, step)).put("duration_ms", step.durationMs());
    }

    private long count(State state) {
        return steps.stream().filter(step -> step.state() == state).count();
    }
}
