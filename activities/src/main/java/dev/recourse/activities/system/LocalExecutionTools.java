package dev.recourse.activities.system;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Resolutions;
import dev.recourse.db.ledger.Undo;
import dev.recourse.db.workspace.Caller;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Undoes from row images, and settles what is unknown; that the caller may undo this very execution was checked at the gate. */
final class LocalExecutionTools implements ExecutionTools {

    private final Ledger ledger;
    private final Undo undo;
    private final Resolutions resolutions;

    LocalExecutionTools(Tx tx, Caller caller) {
        this.ledger = new Ledger(tx);
        this.undo = new Undo(tx);
        this.resolutions = new Resolutions(tx);
    }

    @Override
    public Undone undo(ExecutionRef ref) {
        Execution original =
                ledger.find(ref.executionId()).orElseThrow(() -> ToolFailure.notFound("EXECUTION_NOT_FOUND"));
        refuse(original);
        if (original.undone()) {
            return new Undone(original.id(), true, 0, List.of());
        }
        List<Undo.Obstacle> met = undo.of(original.id());
        List<Undo.Obstacle> conflicts =
                met.stream().filter(Undo.Obstacle::conflict).toList();
        if (!conflicts.isEmpty()) {
            throw ToolFailure.conflict("UNDO_CONFLICT").detail("conflicts", Conflict.all(conflicts));
        }
        List<String> kept =
                met.stream().map(o -> o.tableName() + "/" + o.rowId()).toList();
        return new Undone(original.id(), true, undo.rowsChanged(original.id()) - kept.size(), kept);
    }

    @Override
    public Resolved resolve(Resolution found) {
        Execution execution =
                ledger.find(found.executionId()).orElseThrow(() -> ToolFailure.notFound("EXECUTION_NOT_FOUND"));
        Answer.Outcome outcome = Answer.Outcome.valueOf(found.outcome().name());
        ObjectNode evidence = JsonNodeFactory.instance.objectNode();
        if (found.note() != null) {
            evidence.put("note", found.note());
        }
        boolean settled =
                resolutions.settle(execution.id(), outcome, Resolutions.Source.OPERATOR, Json.write(evidence));
        if (!settled) {
            agrees(execution.id(), outcome);
        }
        return new Resolved(execution.id(), found.outcome(), settled);
    }

    /** The first evidence stays: a second one may only say the same. */
    private void agrees(UUID execution, Answer.Outcome outcome) {
        Resolutions.Resolution known =
                resolutions.find(execution).orElseThrow(() -> ToolFailure.precondition("OUTCOME_KNOWN"));
        if (known.outcome() != outcome) {
            throw ToolFailure.conflict("ALREADY_RESOLVED")
                    .detail("outcome", known.outcome().name().toLowerCase(Locale.ROOT))
                    .detail("source", known.source().name().toLowerCase(Locale.ROOT));
        }
    }

    private static void refuse(Execution original) {
        if (original.kind() == Request.Kind.UNDO) {
            throw ToolFailure.precondition("UNDO_OF_UNDO");
        }
        if (original.outcome() == Answer.Outcome.UNKNOWN) {
            throw ToolFailure.precondition("OUTCOME_UNKNOWN");
        }
        if (original.outcome() != Answer.Outcome.APPLIED) {
            throw ToolFailure.precondition("NOTHING_TO_UNDO");
        }
    }
}
