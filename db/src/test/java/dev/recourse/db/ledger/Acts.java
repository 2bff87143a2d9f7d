package dev.recourse.db.ledger;

import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Scope;
import dev.recourse.db.Sql;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.Tx;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Executions made of plain SQL, and their undo, in one workspace: through the door, claimed, recorded. */
final class Acts {

    static final String TOOL = "test.sql.run";

    private final TestDatabase db;
    private final UUID workspace;

    Acts(TestDatabase db, UUID workspace) {
        this.db = db;
        this.workspace = workspace;
    }

    /** Runs statements as one execution; whatever PostgreSQL refuses is thrown and leaves nothing but an error's row. */
    UUID execute(String... statements) {
        return execute(UUID.randomUUID(), () -> List.of(statements));
    }

    UUID execute(UUID id, Supplier<List<String>> statements) {
        Request request = request(id);
        Optional<DatabaseRefusal> refused = in(id, tx -> {
            Ledger ledger = new Ledger(tx);
            ledger.claim(request);
            try {
                tx.attempt(() -> {
                    statements.get().forEach(tx.table(Sql.class)::run);
                    return true;
                });
                ledger.record(request, Answer.success("{}"));
                return Optional.empty();
            } catch (DatabaseRefusal why) {
                ledger.record(request, Answer.notApplied("{}", null));
                return Optional.of(why);
            }
        });
        if (refused.isPresent()) {
            throw refused.get();
        }
        return id;
    }

    /** Undoes an execution as a rollback does: all of it and its row, or a row that says no. */
    List<Undo.Obstacle> undo(UUID original) {
        UUID id = in(null, tx -> new Undo(tx).nextId(original));
        Request request = request(id).undoing(id, original, null, null);
        return in(id, tx -> {
            Ledger ledger = new Ledger(tx);
            if (ledger.claim(request).isPresent()) {
                return List.of();
            }
            try {
                List<Undo.Obstacle> notes = tx.attempt(() -> {
                    List<Undo.Obstacle> met = new Undo(tx).of(original);
                    if (met.stream().anyMatch(Undo.Obstacle::conflict)) {
                        throw new Conflict(met);
                    }
                    return met;
                });
                ledger.record(request, Answer.success("{}"));
                return notes;
            } catch (Conflict conflict) {
                ledger.record(request, Answer.notApplied("{}", null));
                return conflict.met;
            }
        });
    }

    <T> T in(@Nullable UUID execution, java.util.function.Function<Tx, T> work) {
        Scope scope = Scope.of(workspace).by(TestDatabase.OWNER);
        return db.database().in(execution == null ? scope : scope.executing(execution), work);
    }

    static Request request(UUID id) {
        return Requests.of(id, TOOL, "{}");
    }

    private static final class Conflict extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient List<Undo.Obstacle> met;

        Conflict(List<Undo.Obstacle> met) {
            super(met.toString());
            this.met = met;
        }
    }
}
