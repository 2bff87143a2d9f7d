package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.system.Conflict;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Undo;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What a rollback asks of the ledger: what there is to undo, newest first, and what would stand in the way. */
final class RollbackActivities {

    private static final Duration PER_ITEM = Duration.ofMillis(100);

    private final Database database;
    private final Catalogue catalogue;

    RollbackActivities(Database database, Catalogue catalogue) {
        this.database = database;
        this.catalogue = catalogue;
    }

    /**
     * Answers {@code {"target", "items", "counts"}} for {@code {"id"}}, an execution, a batch or a session; with {@code
     * "plan": true} each undo is tried in a transaction that is rolled back, so that conflicts show.
     */
    JsonNode plan(Call call) {
        try {
            Caller caller = database.in(call.scope(), tx -> Gate.caller(tx, call));
            Optional<UUID> id = Calls.uuid(call.inputs().path("id").asText());
            return call.refused() != null
                    ? refused(call.refused(), caller)
                    : id.map(target -> planned(call, target, caller))
                            .orElseGet(() -> refused(ToolFailure.notFound("EXECUTION_NOT_FOUND"), caller));
        } catch (Gate.NoSuchWorkspace nowhere) {
            return error(ToolFailure.denied("UNKNOWN_WORKSPACE"), Gate.DEFAULT_LOCALE);
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    private JsonNode planned(Call call, UUID target, Caller caller) {
        return database.in(
                        call.scope(), tx -> new Undo(tx).kindOf(target, ExecutionId.ofBatch(call.workspace(), target)))
                .map(kind -> plan(call, target, kind))
                .orElseGet(() -> refused(ToolFailure.notFound("EXECUTION_NOT_FOUND"), caller));
    }

    private JsonNode plan(Call call, UUID target, String kind) {
        boolean tried = call.inputs().path("plan").asBoolean(false);
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.putObject("target").put("kind", kind).put("id", target.toString());
        List<Undo.Candidate> candidates = database.in(call.scope(), tx -> new Undo(tx).candidates(target));
        Duration limit = call.timeLeft().plus(PER_ITEM.multipliedBy(candidates.size()));
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        try {
            database.in(call.scope().executing(ExecutionId.random()).lasting(limit), tx -> {
                candidates.forEach(candidate -> items.add(item(tx, candidate, tried)));
                throw new Rehearsed();
            });
        } catch (Rehearsed done) {
            plan.put("status", "planned").set("items", items);
        }
        return plan;
    }

    /** Ends the transaction of a plan. */
    private static final class Rehearsed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private ObjectNode item(Tx tx, Undo.Candidate candidate, boolean tried) {
        ObjectNode item = JsonNodeFactory.instance
                .objectNode()
                .put("execution_id", candidate.id().toString())
                .put("tool", candidate.tool());
        if (candidate.step() != null) {
            item.put("step", candidate.step());
        }
        String action = action(candidate);
        return tried && action.equals("undo") ? tried(tx, candidate, item) : item.put("action", action);
    }

    /** Newer items were tried before, and their undo stands in this transaction: the plan sees what the rollback will. */
    private static ObjectNode tried(Tx tx, Undo.Candidate candidate, ObjectNode item) {
        List<Undo.Obstacle> met = new Undo(tx).of(candidate.id());
        List<Conflict> conflicts = Conflict.all(met);
        item.put("action", conflicts.isEmpty() ? "undo" : "conflict");
        if (!conflicts.isEmpty()) {
            item.set("conflicts", Json.tree(conflicts));
        }
        met.stream()
                .filter(obstacle -> !obstacle.conflict())
                .forEach(kept -> item.withArray("kept").add(kept.tableName() + "/" + kept.rowId()));
        return item;
    }

    private String action(Undo.Candidate candidate) {
        return switch (candidate.state()) {
            case UNDONE -> "done";
            case UNKNOWN -> "unknown";
            case STANDS -> reversible(candidate) ? "undo" : "irreversible";
        };
    }

    /** A tool that this worker no longer knows left images all the same. */
    private boolean reversible(Undo.Candidate candidate) {
        return catalogue
                .find(candidate.tool())
                .map(Tool::spec)
                .map(spec -> spec.reversible())
                .orElse(true);
    }

    private static JsonNode refused(ToolFailure failure, Caller caller) {
        return error(failure, caller.locale());
    }

    private static JsonNode error(ToolFailure failure, Locale locale) {
        ObjectNode refused = JsonNodeFactory.instance.objectNode().put("status", "refused");
        return refused.set("error", Json.tree(Messages.render(failure, locale)));
    }
}
