package dev.recourse.activities.call;

import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Undo;
import java.util.Optional;
import java.util.UUID;

/**
 * What is different about a call that undoes: its id comes from the execution it undoes, so that two undos of one
 * execution are one, and a failed one is not in the way of the next.
 */
final class UndoCalls {

    static final String TOOL = "system.execution.undo";

    private final Database database;

    UndoCalls(Database database) {
        this.database = database;
    }

    /** The call as it goes through the gate; one that names nothing to undo stays as it is, and is
     * refused there. */
    Call prepared(Call call) {
        boolean undo = call.tool().equals(TOOL)
                && call.refused() == null
                && call.request().kind() == Request.Kind.DO;
        Optional<UUID> target =
                undo ? Calls.uuid(call.inputs().path("executionId").asText()) : Optional.empty();
        return target.map(id -> database.in(Scope.of(call.workspace()), tx -> undoing(tx, call, id)))
                .orElse(call);
    }

    private static Call undoing(Tx tx, Call call, UUID target) {
        Optional<Execution> original = new Ledger(tx).find(target).filter(found -> found.kind() != Request.Kind.UNDO);
        return original.map(found -> call.as(call.request()
                        .undoing(
                                call.dryRun() ? call.request().id() : new Undo(tx).nextId(target),
                                found.id(),
                                found.batchId(),
                                found.step())))
                .orElse(call);
    }
}
