package dev.recourse.activities.call;

import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.InFlight;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.workspace.Caller;
import dev.recourse.db.workspace.Callers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What every call passes, in this order: limit, claim, attempt, record. Each way through it leaves exactly one row.
 *
 * <p>The row commits with the effect. A failure takes back its whole transaction, and is recorded in the next one. Where a
 * commit's answer is lost, the claim decides what happened.
 */
final class Gate {

    static final Locale DEFAULT_LOCALE = Locale.forLanguageTag("es-CO");

    private final Database database;
    private final Attempt attempt;
    private final UndoCalls undoCalls;
    private final Outside outside;

    Gate(Database database, Attempt attempt) {
        this.database = database;
        this.attempt = attempt;
        this.undoCalls = new UndoCalls(database);
        this.outside = new Outside(database, attempt);
    }

    /** The answer, and who got it. */
    record Passed(Answered answer, Caller caller) {}

    /**
     * Runs a call, or reads what became of it where it has run before.
     *
     * @throws Unsettled if nobody can say now what became of it
     * @throws Waiting if somebody has to approve it first; then nothing is done, and its id is free
     */
    Passed run(Call call) {
        if (call.attempt() > 1 && !call.tool().equals(UndoCalls.TOOL)) {
            return settle(call, ToolFailure.timeout("ATTEMPT_REFUSED"));
        }
        Call prepared = call;
        try {
            prepared = undoCalls.prepared(call);
            return admitted(prepared);
        } catch (NoSuchWorkspace nowhere) {
            return run(call.nowhere());
        } catch (InFlight other) {
            throw Unsettled.until(other);
        } catch (DatabaseRefusal refusal) {
            return afterwards(prepared, refusal);
        }
    }

    private Passed admitted(Call call) {
        Optional<ToolFailure> refused = CallLimits.admit(database, call).map(Gate::tooMany);
        try {
            return outside.concerns(call)
                    ? outside.run(call, refused)
                    : database.in(call.scope(), tx -> decided(tx, call, refused));
        } catch (Attempt.TakenBack nothing) {
            return database.in(call.scope(), tx -> recorded(tx, call, caller -> nothing.answer()));
        } catch (Consent.Wanted wanted) {
            throw database.in(call.scope(), tx -> attempt.consent().ask(tx, caller(tx, call), call, wanted));
        } catch (Consent.NotThis other) {
            return database.in(call.scope(), tx -> aside(tx, call, caller(tx, call), other.failure()));
        }
    }

    private Passed afterwards(Call call, DatabaseRefusal refusal) {
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
     * @throws Unsettled if the claim is held by a transaction that still runs, if the call may still be under way outside,
     *     or if the database cannot be reached
     */
    Passed settle(Call call, ToolFailure lost) {
        try {
            Call prepared = undoCalls.prepared(call);
            return database.in(prepared.scope(), tx -> settled(tx, prepared, lost));
        } catch (NoSuchWorkspace nowhere) {
            return settle(call.nowhere(), lost);
        } catch (InFlight other) {
            throw Unsettled.until(other);
        } catch (DatabaseRefusal refusal) {
            throw unsettled(refusal);
        }
    }

    private Passed settled(Tx tx, Call call, ToolFailure lost) {
        Caller caller = caller(tx, call);
        Ledger ledger = new Ledger(tx);
        Answer answer = Answer.notApplied(Attempt.error(lost, caller), null);
        Answer unknown = outside.unknown(call, caller, null);
        return known(tx, ledger.settle(call.request(), answer, unknown), call, caller);
    }

    /** What a caller is told while nobody can say what became of the call. */
    static Unsettled unsettled(DatabaseRefusal refusal) {
        return new Unsettled(Messages.render(DatabaseErrors.failure(refusal), DEFAULT_LOCALE), refusal);
    }

    /** In a transaction that ends with it: what the attempt leaves, and the row that says so. */
    private Passed decided(Tx tx, Call call, Optional<ToolFailure> refused) {
        return recorded(
                tx,
                call,
                caller -> refused.map(failure -> Answer.refused(Attempt.error(failure, caller)))
                        .orElseGet(() -> attempt.alone(tx, caller, call)));
    }

    /** The claim, what is to be said of it, the row; or what somebody else has recorded under that claim. */
    private static Passed recorded(Tx tx, Call call, Function<Caller, Answer> said) {
        Caller caller = caller(tx, call);
        Ledger ledger = new Ledger(tx);
        Optional<Execution> earlier = ledger.claim(call.request());
        if (earlier.isPresent()) {
            return known(tx, earlier.get(), call, caller);
        }
        return new Passed(Answered.of(ledger.record(call.request(), said.apply(caller))), caller);
    }

    /** What is recorded under the call's id; two undos of one execution are one, however they were written. */
    static Passed known(Tx tx, Execution recorded, Call call, Caller caller) {
        boolean same = call.request().kind() == Request.Kind.UNDO
                || recorded.requestHash().equals(call.request().hash());
        return same ? passed(recorded, call, caller) : reused(tx, call, caller);
    }

    /** What is recorded stands, unless it was undone since: then the call is neither applied nor possible. */
    private static Passed passed(Execution recorded, Call call, Caller caller) {
        if (!recorded.undone() || call.request().kind() == Request.Kind.UNDO) {
            return new Passed(Answered.of(recorded), caller);
        }
        ToolFailure undone = ToolFailure.conflict("ALREADY_UNDONE").with("executionId", recorded.id());
        return new Passed(Answered.instead(recorded, Messages.render(undone, caller.locale())), caller);
    }

    private static Passed reused(Tx tx, Call call, Caller caller) {
        return aside(
                tx,
                call,
                caller,
                ToolFailure.conflict("CALL_ID_REUSED").with("id", call.request().id()));
    }

    /** A refusal under an id of its own: the one it came with is another call's. */
    private static Passed aside(Tx tx, Call call, Caller caller, ToolFailure failure) {
        Request other = call.request().as(ExecutionId.random());
        Ledger ledger = new Ledger(tx);
        ledger.claim(other);
        Answer answer = Answer.refused(Attempt.error(failure, caller));
        return new Passed(Answered.of(ledger.record(other, answer)), caller);
    }

    /** The refusal of a call that has to wait. */
    static ToolFailure tooMany(Duration wait) {
        return ToolFailure.rateLimited((wait.toMillis() + 999) / 1000);
    }

    /** Who calls, with the rights of this moment; a principal that the workspace does not know may nothing. */
    static Caller caller(Tx tx, Call call) {
        return new Callers(tx)
                .find(call.workspace(), call.request().principal())
                .orElseThrow(NoSuchWorkspace::new)
                .from(call.source());
    }
}
