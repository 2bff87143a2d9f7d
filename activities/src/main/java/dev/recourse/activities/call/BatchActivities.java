package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Shape;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Batches;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a batch asks of the ledger: to be opened before its first step, previewed or run in one transaction, and closed
 * with the result that its rows give.
 */
final class BatchActivities {

    private static final Shape SHAPE = Shape.load("batch");

    private final Database database;
    private final Catalogue catalogue;
    private final BatchPlan plan;
    private final BatchTransaction transaction;
    private final @Nullable Long owner;

    /** @param owner the advisory lock of a process without which no batch of it can go on, or null */
    BatchActivities(Database database, Catalogue catalogue, Attempt attempt, @Nullable Long owner) {
        this.database = database;
        this.catalogue = catalogue;
        this.plan = new BatchPlan(catalogue);
        this.transaction = new BatchTransaction(database, attempt);
        this.owner = owner;
    }

    /**
     * Checks a batch whole, before anything of it runs, and opens it.
     *
     * <p>Answers {@code {"timeouts_ms": […]}} if it may run, else {@code {"result": …}}: why it may not, or what became
     * of it where it has run before. What is refused leaves a row for each step that was refused.
     */
    JsonNode open(Call call) {
        try {
            return database.in(call.scope(), tx -> open(tx, call));
        } catch (DatabaseRefusal refusal) {
            throw unsettled(refusal);
        }
    }

    /** Runs all steps in one transaction, which is rolled back for a dry run; answers the batch's result. */
    JsonNode preview(Call call) {
        try {
            return transaction.run(call, Batch.of(call));
        } catch (DatabaseRefusal refusal) {
            throw unsettled(refusal);
        }
    }

    /** Closes a batch; answers its result as its rows tell it. */
    JsonNode close(Call call) {
        Batch batch = Batch.of(call);
        try {
            return database.in(call.scope(), tx -> {
                BatchResult result = BatchResult.recorded(tx, batch);
                new Batches(tx).close(batch.id(), result.status());
                return result.json();
            });
        } catch (DatabaseRefusal refusal) {
            throw unsettled(refusal);
        }
    }

    private JsonNode open(Tx tx, Call call) {
        Caller caller = Gate.caller(tx, call);
        Batch batch;
        try {
            if (call.refused() != null) {
                throw call.refused();
            }
            SHAPE.accept(call.inputs());
            batch = Batch.of(call);
        } catch (ToolFailure malformed) {
            record(tx, call, malformed, caller);
            return result(BatchResult.refused(call, Messages.render(malformed, caller.locale())));
        }
        Map<Integer, ToolFailure> refused = plan.refusals(batch, caller);
        if (!refused.isEmpty()) {
            return result(refuse(tx, call, batch, refused, caller));
        }
        return batch.dryRun() ? timeouts(batch) : claim(tx, call, batch, caller);
    }

    private JsonNode claim(Tx tx, Call call, Batch batch, Caller caller) {
        Batches batches = new Batches(tx);
        Optional<Batches.Opened> earlier =
                batches.open(call.workspace(), batch.id(), batch.hash(), batch.atomic(), batch.place(), owner);
        if (earlier.isEmpty()
                || (earlier.get().status() == null
                        && batch.place().equals(earlier.get().place()))) {
            return timeouts(batch); // ours: opened now, or by an earlier delivery of this very request
        }
        if (!earlier.get().hash().equals(batch.hash())) {
            return again(tx, call, ToolFailure.conflict("CALL_ID_REUSED").with("id", batch.id()), caller);
        }
        return earlier.get().status() == null
                ? again(tx, call, ToolFailure.conflict("BATCH_IN_PROGRESS").mayRetry(), caller)
                : result(BatchResult.recorded(tx, batch));
    }

    private JsonNode again(Tx tx, Call call, ToolFailure failure, Caller caller) {
        record(tx, call, failure, caller);
        return result(BatchResult.refused(call, Messages.render(failure, caller.locale())));
    }

    private BatchResult refuse(Tx tx, Call call, Batch batch, Map<Integer, ToolFailure> refused, Caller caller) {
        refused.forEach((index, failure) -> {
            Batch.Step step = batch.steps().get(index);
            CallKey key = new CallKey(null, batch.id(), index, null, null, null, false, false);
            Call refusedCall = Calls.about(call, step.tool(), step.inputs(), key);
            String place = call.request().workflowId() + "/" + call.request().runId() + "/refused/" + index;
            record(
                    tx,
                    refusedCall.as(refusedCall.request().as(ExecutionId.ofActivity(call.workspace(), place))),
                    failure,
                    caller);
        });
        return BatchResult.refused(batch, refused, caller.locale());
    }

    /** A refusal's row; a repeated delivery finds it there. */
    private static void record(Tx tx, Call call, ToolFailure failure, Caller caller) {
        Ledger ledger = new Ledger(tx);
        if (ledger.claim(call.request()).isEmpty()) {
            ledger.record(call.request(), Answer.refused(Attempt.error(failure, caller)));
        }
    }

    private JsonNode timeouts(Batch batch) {
        ObjectNode opened = JsonNodeFactory.instance.objectNode();
        var timeouts = opened.putArray("timeouts_ms");
        batch.steps()
                .forEach(step -> timeouts.add(catalogue
                        .find(step.tool())
                        .map(tool -> tool.spec().timeout())
                        .orElse(Duration.ZERO)
                        .toMillis()));
        return opened;
    }

    private static JsonNode result(BatchResult result) {
        return JsonNodeFactory.instance.objectNode().set("result", result.json());
    }

    private static Unsettled unsettled(DatabaseRefusal refusal) {
        return Gate.unsettled(refusal);
    }
}
