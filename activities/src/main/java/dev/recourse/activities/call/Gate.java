package dev.recourse.activities.call;

import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.workspace.Caller;
import dev.recourse.db.workspace.Callers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What every call passes, in this order: limit, claim, attempt, record. Each way through it leaves exactly one row.
 *
 * <p>The row commits with the effect. Where a commit's answer is lost, the claim decides what happened.
 */
final class Gate {

    /** Calls per minute of a workspace that has no limit of its own. */
    private static final Map<String, Integer> PER_MINUTE = Map.of("crm", 120, "whatsapp", 30, "system", 60);

    static final Locale DEFAULT_LOCALE = Locale.forLanguageTag("es-CO");

    private final Database database;
    private final Attempt attempt;
    private final UndoCalls undoCalls;

    Gate(Database database, Attempt attempt) {
        this.database = database;
        this.attempt = attempt;
        this.undoCalls = new UndoCalls(database);
    }

    /** The answer, and who got it. */
    record Passed(Answered answer, Caller caller) {}

    /**
     * Runs a call, or reads what became of it where it has run before.
     *
     * @throws Unsettled if nobody can say now what became of it
     */
    Passed run(Call call) {
        if (call.attempt() > 1 && !call.tool().equals(UndoCalls.TOOL)) {
            return settle(call, ToolFailure.timeout("ATTEMPT_REFUSED"));
        }
        try {
            return run(call, undoCalls.prepared(call));
        } catch (DatabaseRefusal refusal) {
            return settled(call, refusal);
        }
    }

    /** What is lost is settled under the id it had: an undo has another than the call that asked for it. */
    private Passed run(Call asked, Call call) {
        try {
            Optional<Duration> wait = limited(call);
            return database.in(call.scope(), tx -> decided(tx, call, wait));
        } catch (NoSuchWorkspace nowhere) {
            return run(asked.nowhere());
        } catch (DatabaseRefusal refusal) {
            return settled(call, refusal);
        }
    }

    private Passed settled(Call call, DatabaseRefusal refusal) {
        if (call.tool().equals(UndoCalls.TOOL) && refusal.reason().passing()) {
            throw unsettled(refusal); // an undo may be tried again, and meets itself on its claim
        }
        return settle(call, DatabaseErrors.failure(refusal));
    }

    /** Thrown inside a transaction that has done nothing yet. */
    static final class NoSuchWorkspace extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Makes sure of a call nobody has heard of since: either it has happened, and this is what was recorded, or it
     * cannot happen any more.
     *
     * @param lost why, if it has not happened
     * @throws Unsettled if the claim is held by a transaction that still runs, or the database cannot be reached
     */
    Passed settle(Call call, ToolFailure lost) {
        try {
            return database.in(call.scope(), tx -> {
                Caller caller = caller(tx, call);
                Answer answer = Answer.notApplied(Attempt.error(lost, caller), null);
                return passed(new Ledger(tx).settle(call.request(), answer), call, caller);
            });
        } catch (DatabaseRefusal refusal) {
            throw unsettled(refusal);
        }
    }

    /** What a caller is told while nobody can say what became of the call. */
    static Unsettled unsettled(DatabaseRefusal refusal) {
        return new Unsettled(Messages.render(DatabaseErrors.failure(refusal), DEFAULT_LOCALE), refusal);
    }

    private Passed decided(Tx tx, Call call, Optional<Duration> wait) {
        Caller caller = caller(tx, call);
        Ledger ledger = new Ledger(tx);
        Optional<Execution> earlier = ledger.claim(call.request());
        if (earlier.isPresent()) {
            return earlier.get().requestHash().equals(call.request().hash())
                    ? passed(earlier.get(), call, caller)
                    : reused(ledger, call, caller);
        }
        Answer answer = wait.isPresent() ? tooMany(wait.get(), caller) : attempt.make(tx, caller, call);
        return new Passed(Answered.of(ledger.record(call.request(), answer)), caller);
    }

    /** What is recorded stands, unless it was undone since: then the call is neither applied nor possible. */
    private static Passed passed(Execution recorded, Call call, Caller caller) {
        if (!recorded.undone() || call.request().kind() == Request.Kind.UNDO) {
            return new Passed(Answered.of(recorded), caller);
        }
        ToolFailure undone = ToolFailure.conflict("ALREADY_UNDONE").with("executionId", recorded.id());
        return new Passed(Answered.instead(recorded, Messages.render(undone, caller.locale())), caller);
    }

    private static Passed reused(Ledger ledger, Call call, Caller caller) {
        Request other = call.request().as(ExecutionId.random());
        ToolFailure failure =
                ToolFailure.conflict("CALL_ID_REUSED").with("id", call.request().id());
        ledger.claim(other);
        Answer answer = Answer.refused(Attempt.error(failure, caller));
        return new Passed(Answered.of(ledger.record(other, answer)), caller);
    }

    private static Answer tooMany(Duration wait, Caller caller) {
        long seconds = (wait.toMillis() + 999) / 1000;
        return Answer.refused(Attempt.error(ToolFailure.rateLimited(seconds), caller));
    }

    /** Undoing is never limited: whoever has done too much must be able to take it back. */
    private Optional<Duration> limited(Call call) {
        if (call.refused() != null || call.tool().equals(UndoCalls.TOOL)) {
            return Optional.empty();
        }
        String named = call.tool().split("\\.", 2)[0];
        String module = PER_MINUTE.containsKey(named) ? named : "system";
        return database.admit(call.workspace(), module, PER_MINUTE.getOrDefault(module, 60));
    }

    /** Who calls, with the rights of this moment; a principal that the workspace does not know may nothing. */
    static Caller caller(Tx tx, Call call) {
        return new Callers(tx)
                .find(call.workspace(), call.request().principal())
                .orElseThrow(NoSuchWorkspace::new);
    }
}
