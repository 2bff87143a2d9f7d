package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All steps of a batch in one transaction, one savepoint each: rolled back whole for a dry run and where a step of an
 * atomic batch fails, else committed. What was rolled back is recorded afterwards.
 */
final class BatchTransaction {

    /** What a step's row says whose work was rolled back because a later one failed. */
    static final String ABORTED = "BATCH_ABORTED";

    private static final Duration PER_STEP = Duration.ofMillis(200);

    private final Database database;
    private final Attempt attempt;

    BatchTransaction(Database database, Attempt attempt) {
        this.database = database;
        this.attempt = attempt;
    }

    /** One step that was tried. */
    private record Tried(Call call, Answer answer, Instant started, Instant ended) {

        boolean failed() {
            return answer.status() == Answer.Status.ERROR;
        }

        int durationMs() {
            return (int) Duration.between(started, ended).toMillis();
        }
    }

    /** Ends a transaction without an error. */
    private static final class RollBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    JsonNode run(Call carrier, Batch batch) {
        List<Tried> tried = new ArrayList<>();
        Duration limit =
                carrier.timeLeft().plus(PER_STEP.multipliedBy(batch.steps().size()));
        boolean committed = !batch.dryRun();
        try {
            database.in(carrier.scope().lasting(limit), tx -> steps(tx, batch, tried));
        } catch (RollBack back) {
            committed = false;
        }
        if (!committed) {
            database.in(carrier.scope(), tx -> recordTried(tx, batch, tried));
        }
        return result(batch, tried).json();
    }

    private int steps(Tx tx, Batch batch, List<Tried> tried) {
        Caller caller = Gate.caller(tx, batch.call());
        Map<Integer, JsonNode> outputs = new HashMap<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            Tried step = step(tx, caller, batch, index, outputs);
            tried.add(step);
            if (step.failed() && batch.stopOnError()) {
                break;
            }
        }
        boolean failed = tried.stream().anyMatch(Tried::failed);
        if (batch.dryRun() || (failed && batch.atomic())) {
            throw new RollBack();
        }
        return recordAll(tx, tried);
    }

    private Tried step(Tx tx, Caller caller, Batch batch, int index, Map<Integer, JsonNode> outputs) {
        Instant started = Instant.now();
        Batch.Step step = batch.steps().get(index);
        ToolFailure unresolved = null;
        JsonNode inputs = step.inputs();
        try {
            inputs = References.resolve(step.inputs(), outputs);
        } catch (ToolFailure missing) {
            unresolved = missing;
        }
        Call call = Calls.about(batch.call(), step.tool(), inputs, key(batch, index));
        Answer answer =
                unresolved == null ? made(tx, caller, batch, call) : Answer.refused(Attempt.error(unresolved, caller));
        if (answer.status() == Answer.Status.SUCCESS) {
            outputs.put(index, Json.recorded(answer.outputs()));
        }
        return new Tried(call, answer, started, Instant.now());
    }

    private Answer made(Tx tx, Caller caller, Batch batch, Call call) {
        if (!batch.dryRun()) {
            new Ledger(tx).claim(call.request());
        }
        tx.executing(call.request().id());
        return attempt.keep(tx, caller, call);
    }

    private static CallKey key(Batch batch, int index) {
        return new CallKey(null, batch.id(), index, null, null, null, batch.dryRun(), false);
    }

    private static int recordAll(Tx tx, List<Tried> tried) {
        Ledger ledger = new Ledger(tx);
        for (Tried step : tried) {
            ledger.record(step.call().request(), step.answer(), step.ended());
        }
        return tried.size();
    }

    /** After the rollback: the rows of what was tried, each with what became of it. */
    private static int recordTried(Tx tx, Batch batch, List<Tried> tried) {
        Caller caller = Gate.caller(tx, batch.call());
        Ledger ledger = new Ledger(tx);
        for (Tried step : tried) {
            Request request = step.call().request();
            if (ledger.claim(request).isEmpty()) {
                ledger.record(request, afterwards(step, batch, caller), step.ended());
            }
        }
        return tried.size();
    }

    private static Answer afterwards(Tried step, Batch batch, Caller caller) {
        if (step.failed()) {
            return step.answer();
        }
        return batch.dryRun()
                ? Answer.dryRun(step.answer().outputs())
                : Answer.notApplied(Attempt.error(ToolFailure.precondition(ABORTED), caller), null);
    }

    private static BatchResult result(Batch batch, List<Tried> tried) {
        boolean back = batch.atomic() && tried.stream().anyMatch(Tried::failed);
        List<BatchResult.Step> steps = new ArrayList<>();
        tried.forEach(step -> steps.add(step(step, back)));
        while (steps.size() < batch.steps().size()) {
            steps.add(BatchResult.Step.NOT_RUN);
        }
        long took = tried.stream().mapToLong(Tried::durationMs).sum();
        return BatchResult.of(batch, steps, took);
    }

    private static BatchResult.Step step(Tried tried, boolean back) {
        Answer answer = tried.answer();
        if (answer.error() != null) {
            ToolError error = Json.bind(Json.recorded(answer.error()), ToolError.class);
            return BatchResult.Step.failed(tried.call().request().id(), error, tried.durationMs());
        }
        BatchResult.Step applied = new BatchResult.Step(
                BatchResult.State.APPLIED,
                true,
                tried.call().request().id(),
                Json.recorded(answer.outputs()),
                null,
                tried.durationMs());
        return back ? applied.undone() : applied;
    }
}
