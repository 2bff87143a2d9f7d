package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.system.Conflict;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Shape;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Undo;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What a rollback asks of the ledger: what there is to undo, newest first, and what would stand in the way. */
final class RollbackActivities {

    private static final Shape SHAPE = Shape.load("rollback");

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
            return planned(call, caller);
        } catch (Gate.NoSuchWorkspace nowhere) {
            return error(ToolFailure.denied("UNKNOWN_WORKSPACE"), Gate.DEFAULT_LOCALE);
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    private JsonNode planned(Call call, Caller caller) {
        try {
            UUID target = target(call);
            return plan(call, caller, target, database.in(call.scope(), tx -> kind(tx, call, target)));
        } catch (ToolFailure refused) {
            return error(refused, caller.locale());
        }
    }

    /** A misspelt {@code plan} must not become a rollback. */
    private static UUID target(Call call) {
        if (call.refused() != null) {
            throw call.refused();
        }
        return UUID.fromString(SHAPE.accept(call.inputs()).path("id").asText());
    }

    private static String kind(Tx tx, Call call, UUID target) {
        if (new Ledger(tx)
                .find(target)
                .filter(found -> found.kind() == Request.Kind.UNDO)
                .isPresent()) {
            throw ToolFailure.precondition("UNDO_OF_UNDO");
        }
        return new Undo(tx)
                .kindOf(target, ExecutionId.ofBatch(call.workspace(), target))
                .orElseThrow(() -> ToolFailure.notFound("EXECUTION_NOT_FOUND"));
    }

    private JsonNode plan(Call call, Caller caller, UUID target, String kind) {
        boolean tried = call.inputs().path("plan").asBoolean(false);
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.putObject("target").put("kind", kind).put("id", target.toString());
        List<Undo.Candidate> candidates = database.in(call.scope(), tx -> new Undo(tx).candidates(target));
        Duration limit = call.timeLeft().plus(PER_ITEM.multipliedBy(candidates.size()));
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        try {
            database.in(call.scope().executing(ExecutionId.random()).lasting(limit), tx -> {
                candidates.forEach(candidate -> items.add(item(tx, caller, candidate, tried)));
                throw new Rehearsed();
            });
        } catch (Rehearsed done) {
            plan.put("status", "planned").set("items", items);
        }
        return plan;
    }

    /** Ends the transaction of a plan, or one item of it. */
    private static final class Rehearsed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private ObjectNode item(Tx tx, Caller caller, Undo.Candidate candidate, boolean tried) {
        ObjectNode item = JsonNodeFactory.instance
                .objectNode()
                .put("execution_id", candidate.id().toString())
                .put("tool", candidate.tool());
        if (candidate.step() != null) {
            item.put("step", candidate.step());
        }
        String action = action(candidate);
        if (!tried || !action.equals("undo")) {
            return item.put("action", action);
        }
        return denied(candidate, caller)
                .map(denied -> (ObjectNode) item.put("action", "conflict")
                        .set("error", Json.tree(Messages.render(denied, caller.locale()))))
                .orElseGet(() -> tried(tx, candidate, item));
    }

    /** Newer items were tried before, and their undo stands in this transaction: the plan sees what the rollback will. */
    private static ObjectNode tried(Tx tx, Undo.Candidate candidate, ObjectNode item) {
        List<Undo.Obstacle> met = obstacles(tx, candidate.id());
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

    /** What half of an undo has changed by the time it meets a conflict must not be there for the items behind it. */
    private static List<Undo.Obstacle> obstacles(Tx tx, UUID execution) {
        List<Undo.Obstacle> met = new ArrayList<>();
        try {
            tx.attempt(() -> {
                met.addAll(new Undo(tx).of(execution));
                if (met.stream().anyMatch(Undo.Obstacle::conflict)) {
                    throw new Rehearsed();
                }
                return met;
            });
        } catch (Rehearsed conflict) {
            return met;
        }
        return met;
    }

    /** Whoever undoes needs what the tool asks for; the gate says the same when it is done. */
    private Optional<ToolFailure> denied(Undo.Candidate candidate, Caller caller) {
        return catalogue
                .find(candidate.tool())
                .map(Tool::spec)
                .filter(spec -> !spec.permittedTo(caller.permissions()))
                .map(spec -> ToolFailure.denied("PERMISSION_DENIED").with("permissions", spec.permissions()));
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

    private static JsonNode error(ToolFailure failure, Locale locale) {
        ObjectNode refused = JsonNodeFactory.instance.objectNode().put("status", "refused");
        return refused.set("error", Json.tree(Messages.render(failure, locale)));
    }
}
