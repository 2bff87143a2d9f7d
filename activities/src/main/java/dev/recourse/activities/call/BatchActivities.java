package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Messages;
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

    private final Database database;
    private final Catalogue catalogue;
    private final BatchPlan plan;
    private final BatchTransaction transaction;
    private final BatchConsent consent;
    private final @Nullable Long owner;

    /** @param owner the advisory lock of a process without which no batch of it can go on, or null */
    BatchActivities(Database database, Catalogue catalogue, Attempt attempt, @Nullable Long owner) {
        this.database = database;
        this.catalogue = catalogue;
        this.plan = new BatchPlan(catalogue);
        this.transaction = new BatchTransaction(database, attempt);
        this.consent = new BatchConsent(catalogue, attempt.consent());
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
            return database.in(call.scope(), tx -> open(tx, call, Gate.caller(tx, call)));
        } catch (Gate.NoSuchWorkspace nowhere) {
            return open(call.nowhere());
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    /** Runs all steps in one transaction, which is rolled back for a dry run; answers the batch's result. */
    JsonNode preview(Call call) {
        try {
            Batch batch = Batch.of(call);
            BatchResult result =
                    transaction.run(call, batch, batch.dryRun() ? BatchTransaction.Watch.NONE : consent.holding(batch));
            return database.in(call.scope(), tx -> json(result, Gate.caller(tx, call)));
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    /** Closes a batch; answers its result as its rows tell it. */
    JsonNode close(Call call) {
        Batch batch = Batch.of(call);
        try {
            return database.in(call.scope(), tx -> json(BatchResult.closed(tx, batch), Gate.caller(tx, call)));
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    private JsonNode open(Tx tx, Call call, Caller caller) {
        Batch batch;
        try {
            batch = Batch.accepted(call);
        } catch (ToolFailure malformed) {
            return refused(tx, call, malformed, caller);
        }
        Optional<Batches.Opened> earlier =
                batch.dryRun() ? Optional.empty() : new Batches(tx).find(call.workspace(), batch.id());
        if (earlier.isPresent()) {
            return known(tx, batch, earlier.get(), caller);
        }
        Map<Integer, ToolFailure> refused = plan.refusals(tx, batch, caller);
        if (!refused.isEmpty()) {
            return result(refuse(tx, batch, refused, caller), caller);
        }
        if (!batch.dryRun() && consent.mayAsk(tx, caller, batch)) {
            return JsonNodeFactory.instance.objectNode().put("approval", true);
        }
        return batch.dryRun() ? timeouts(batch) : claim(tx, batch, caller);
    }

    /**
     * Asks for a batch's approval, or opens it where that is given and what was shown is still so. Answers as {@link #open}
     * does, or {@code {"waiting": …}}: the request, and until when.
     */
    JsonNode ask(Call call) {
        try {
            Batch batch = Batch.of(call);
            Optional<JsonNode> settled = database.in(call.scope(), tx -> settled(tx, batch, Gate.caller(tx, call)));
            return settled.isPresent() ? settled.get() : asked(call, batch);
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    /** Nobody wants the batch any more that waits for approval. */
    JsonNode withdraw(Call call) {
        try {
            return database.in(call.scope(), tx -> {
                ToolFailure why = consent.withdrawn(tx, Batch.of(call));
                return refused(tx, named(call), why, Gate.caller(tx, call));
            });
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    /** What needs no look at what would be: it has run, it waits, or it was decided against. */
    private Optional<JsonNode> settled(Tx tx, Batch batch, Caller caller) {
        Optional<Batches.Opened> earlier = new Batches(tx).find(caller.workspace(), batch.id());
        if (earlier.isPresent()) {
            return Optional.of(known(tx, batch, earlier.get(), caller));
        }
        try {
            return consent.waiting(tx, caller, batch)
                    .map(waiting -> JsonNodeFactory.instance.objectNode().set("waiting", waiting));
        } catch (ToolFailure refused) {
            return Optional.of(refused(tx, named(batch.call()), refused, caller));
        }
    }

    private JsonNode asked(Call call, Batch batch) {
        BatchConsent.Shown shown = consent.shown(batch);
        BatchResult preview = transaction.run(call.rehearsed(), batch.rehearsed(call.rehearsed()), shown);
        return database.in(call.scope(), tx -> asked(tx, batch, preview, shown, Gate.caller(tx, call)));
    }

    private JsonNode asked(Tx tx, Batch batch, BatchResult preview, BatchConsent.Shown shown, Caller caller) {
        try {
            Optional<JsonNode> waiting = consent.ask(tx, caller, batch, shown, preview, json(preview, caller));
            return waiting.isPresent()
                    ? JsonNodeFactory.instance.objectNode().set("waiting", waiting.get())
                    : claim(tx, batch, caller);
        } catch (ToolFailure refused) {
            return refused(tx, named(batch.call()), refused, caller);
        } catch (BatchConsent.Failing failing) {
            return result(failing.result(batch), caller);
        }
    }

    /** The row of a batch that was not let in is called as the workflow is. */
    private static Call named(Call call) {
        return call.as(call.request().of("ToolBatch"));
    }

    private JsonNode claim(Tx tx, Batch batch, Caller caller) {
        return new Batches(tx)
                .open(caller.workspace(), batch.id(), batch.hash(), batch.atomic(), place(batch), owner)
                .map(earlier -> known(tx, batch, earlier, caller))
                .orElseGet(() -> opened(tx, batch));
    }

    private JsonNode opened(Tx tx, Batch batch) {
        ObjectNode opened = timeouts(batch);
        consent.approval(tx, batch).ifPresent(id -> opened.put("approval_id", id.toString()));
        return opened;
    }

    /** A batch whose id has been opened before: by this very request, by the same one elsewhere, or by another. */
    private JsonNode known(Tx tx, Batch batch, Batches.Opened earlier, Caller caller) {
        if (!earlier.hash().equals(batch.hash())) {
            return refused(
                    tx, batch.call(), ToolFailure.conflict("CALL_ID_REUSED").with("id", batch.id()), caller);
        }
        if (earlier.status() != null) {
            return result(BatchResult.recorded(tx, batch), caller);
        }
        return place(batch).equals(earlier.place())
                ? opened(tx, batch)
                : refused(
                        tx,
                        batch.call(),
                        ToolFailure.conflict("BATCH_IN_PROGRESS").mayRetry(),
                        caller);
    }

    /**
     * Of two workflows of one id only one is running: an open batch of the same place is this delivery's to go on with,
     * even if the workflow that opened it was terminated. Processes with a server of their own have ids of their own.
     */
    private String place(Batch batch) {
        String workflow = String.valueOf(batch.call().request().workflowId());
        return owner == null ? workflow : owner + "/" + workflow;
    }

    private JsonNode refused(Tx tx, Call call, ToolFailure failure, Caller caller) {
        record(tx, call, failure, caller);
        return result(BatchResult.refused(Batch.of(call), Messages.render(failure, caller.locale())), caller);
    }

    private static BatchResult refuse(Tx tx, Batch batch, Map<Integer, ToolFailure> refused, Caller caller) {
        Call carrier = batch.call();
        refused.forEach((index, failure) -> {
            Batch.Step step = batch.steps().get(index);
            CallKey key = new CallKey(null, batch.id(), index, null, null, null, false, false);
            Call call = Calls.about(carrier, step.tool(), step.inputs(), key);
            String place =
                    carrier.request().workflowId() + "/" + carrier.request().runId() + "/refused/" + index;
            record(tx, call.as(call.request().as(ExecutionId.ofActivity(call.workspace(), place))), failure, caller);
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

    private ObjectNode timeouts(Batch batch) {
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

    private JsonNode result(BatchResult result, Caller caller) {
        return JsonNodeFactory.instance.objectNode().set("result", json(result, caller));
    }

    private JsonNode json(BatchResult result, Caller caller) {
        return result.json(catalogue, caller.locale());
    }
}
