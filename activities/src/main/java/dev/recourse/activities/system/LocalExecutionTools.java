package dev.recourse.activities.system;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Undo;
import dev.recourse.db.workspace.Caller;
import java.util.List;

/** Undoes from row images; that the caller may undo this very execution was checked at the gate. */
final class LocalExecutionTools implements ExecutionTools {

    private final Ledger ledger;
    private final Undo undo;

    LocalExecutionTools(Tx tx, Caller caller) {
        this.ledger = new Ledger(tx);
        this.undo = new Undo(tx);
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
