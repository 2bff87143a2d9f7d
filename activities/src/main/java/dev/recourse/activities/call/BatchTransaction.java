package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.Scope;
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
import java.util.Optional;

/**
 * All steps of a batch in one transaction, one savepoint each: rolled back whole for a dry run and where a step of an
 * atomic batch fails, else committed. What was rolled back is recorded afterwards.
 */
final class BatchTransaction {

    /** What a step's row says whose work was rolled back because a later one failed. */
    static final String ABORTED = "BATCH_ABORTED";

    private final Database database;
    private final Attempt attempt;

    BatchTransaction(Database database, Attempt attempt) {
        this.database = database;
        this.attempt = attempt;
    }

    /** One step that was tried. */
    record Tried(Call call, Answer answer, Instant ended) {

        boolean failed() {
            return answer.status() == Answer.Status.ERROR;
        }

        Tried failing(Answer instead) {
            return new Tried(call, instead, ended);
        }

        int durationMs() {
            return (int) Duration.between(call.request().startedAt(), ended).toMillis();
        }
    }

    /** Ends a transaction without an error. */
    private static final class RollBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** An earlier delivery of the same batch has recorded how it ended. */
    private static final class RanBefore extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Looks at what was tried while it stands, before it is rolled back or committed. */
    interface Watch {
        Watch NONE = (tx, caller, tried) -> {};

        /** Lets it stay; a ToolFailure means that none of it may. */
        void seen(Tx tx, Caller caller, List<Tried> tried);
    }

    BatchResult run(Call carrier, Batch batch, Watch watch) {
        List<Optional<Duration>> waits = batch.dryRun() ? List.of() : admitted(batch);
        List<Tried> tried = new ArrayList<>();
        try {
            return database.in(scope(carrier), tx -> steps(tx, batch, waits, tried, watch));
        } catch (RollBack back) {
            return database.in(carrier.scope(), tx -> afterwards(tx, batch, tried));
        } catch (RanBefore recorded) {
            return database.in(carrier.scope(), tx -> BatchResult.closed(tx, batch));
        }
    }

    /** The whole as long as the activity, each statement and each lock no longer than in a call of its own. */
    private static Scope scope(Call carrier) {
        return Scope.of(carrier.workspace()).by(carrier.request().principal()).lasting(share(carrier));
    }

    private static Duration share(Call carrier) {
        return carrier.timeLeft().multipliedBy(8).dividedBy(10);
    }

    /** Counted beforehand: the count is a transaction of its own, and this one must not wait for another connection. */
    private List<Optional<Duration>> admitted(Batch batch) {
        return batch.steps().stream()
                .map(step -> Calls.about(
                        batch.call(), step.tool(), step.inputs(), batch.call().key()))
                .map(call -> CallLimits.admit(database, call))
                .toList();
    }

    private BatchResult steps(Tx tx, Batch batch, List<Optional<Duration>> waits, List<Tried> tried, Watch watch) {
        Caller caller = Gate.caller(tx, batch.call());
        Instant end = Instant.now().plus(share(batch.call()).multipliedBy(9).dividedBy(10));
        Map<Integer, JsonNode> outputs = new HashMap<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            Optional<ToolFailure> stopped = stopped(index, waits, end);
            Tried step = step(tx, caller, batch, index, outputs, stopped);
            tried.add(step);
            if (step.failed() && batch.stopOnError()) {
                break;
            }
        }
        try {
            watch.seen(tx, caller, tried);
        } catch (ToolFailure not) {
            int last = tried.size() - 1;
            tried.set(last, tried.get(last).failing(Answer.refused(Attempt.error(not, caller))));
            throw new RollBack();
        }
        if (batch.dryRun() || (batch.atomic() && tried.stream().anyMatch(Tried::failed))) {
            throw new RollBack();
        }
        Ledger ledger = new Ledger(tx);
        tried.forEach(step -> ledger.record(step.call().request(), step.answer(), step.ended()));
        return BatchResult.closed(tx, batch);
    }

    private static Optional<ToolFailure> stopped(int index, List<Optional<Duration>> waits, Instant end) {
        if (Instant.now().isAfter(end)) {
            return Optional.of(ToolFailure.timeout("TIMEOUT"));
        }
        return waits.isEmpty() ? Optional.empty() : waits.get(index).map(Gate::tooMany);
    }

    private Tried step(
            Tx tx,
            Caller caller,
            Batch batch,
            int index,
            Map<Integer, JsonNode> outputs,
            Optional<ToolFailure> stopped) {
        Instant started = Instant.now();
        Batch.Step step = batch.steps().get(index);
        JsonNode inputs = step.inputs();
        Optional<ToolFailure> refused = stopped;
        try {
            inputs = References.resolve(step.inputs(), outputs);
        } catch (ToolFailure unresolved) {
            refused = Optional.of(unresolved);
        }
        Call about = Calls.about(batch.call(), step.tool(), inputs, key(batch, index));
        Call call = about.as(about.request().since(started));
        claim(tx, batch, call);
        Answer answer = refused.map(failure -> Answer.refused(Attempt.error(failure, caller)))
                .orElseGet(() -> attempt.among(tx, caller, call));
        if (answer.status() == Answer.Status.SUCCESS) {
            outputs.put(index, Json.recorded(answer.outputs()));
        }
        return new Tried(call, answer, Instant.now());
    }

    private static void claim(Tx tx, Batch batch, Call call) {
        if (!batch.dryRun() && new Ledger(tx).claim(call.request()).isPresent()) {
            throw new RanBefore();
        }
        tx.executing(call.request().id());
    }

    private static CallKey key(Batch batch, int index) {
        return new CallKey(null, batch.id(), index, null, null, null, batch.dryRun(), false);
    }

    /** After the rollback: the rows of what was tried, each with what became of it. */
    private static BatchResult afterwards(Tx tx, Batch batch, List<Tried> tried) {
        Caller caller = Gate.caller(tx, batch.call());
        Ledger ledger = new Ledger(tx);
        for (Tried step : tried) {
            Request request = step.call().request();
            if (ledger.claim(request).isEmpty()) {
                ledger.record(request, afterwards(step, batch, tried.size() - 1, caller), step.ended());
            }
        }
        return batch.dryRun() ? told(batch, tried) : BatchResult.closed(tx, batch);
    }

    private static Answer afterwards(Tried step, Batch batch, int last, Caller caller) {
        if (step.failed()) {
            return step.answer();
        }
        return batch.dryRun()
                ? Answer.dryRun(step.answer().outputs())
                : Answer.notApplied(
                        Attempt.error(ToolFailure.precondition(ABORTED).with("index", last), caller), null);
    }

    /** What a dry run tells: its steps stand under ids of their own. */
    private static BatchResult told(Batch batch, List<Tried> tried) {
        boolean back = batch.atomic() && tried.stream().anyMatch(Tried::failed);
        List<BatchResult.Step> steps = new ArrayList<>();
        tried.forEach(step -> steps.add(told(step, back)));
        while (steps.size() < batch.steps().size()) {
            steps.add(BatchResult.Step.NOT_RUN);
        }
        long took = tried.stream().mapToLong(Tried::durationMs).sum();
        return BatchResult.of(batch, steps, took);
    }

    private static BatchResult.Step told(Tried tried, boolean back) {
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
