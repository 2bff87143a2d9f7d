package dev.recourse.activities.call;

import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Execution;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Resolutions;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a call whose effect is outside the database: the claim commits before anything leaves, the row when it is
 * back. What is lost in between is recorded as unknown, never guessed, and settled by evidence.
 */
final class Outside {

    private static final Logger LOG = LoggerFactory.getLogger(Outside.class);

    /** What is left of an activity's time for its row and its answer. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Database database;
    private final Attempt attempt;

    Outside(Database database, Attempt attempt) {
        this.database = database;
        this.attempt = attempt;
    }

    /** Whether a call goes this way; a dry run of it stays in its transaction like any other. */
    boolean concerns(Call call) {
        return !call.dryRun()
                && call.refused() == null
                && attempt.tool(call).filter(Tool::external).isPresent();
    }

    /** What is recorded where an external call began and nobody knows how it ended. */
    Answer unknown(Call call, Caller caller, @Nullable String stack) {
        return Answer.unknown(Attempt.error(ToolFailure.external(code(call), null), caller), stack);
    }

    private String code(Call call) {
        boolean sends = attempt.tool(call)
                .map(Tool::spec)
                .map(ToolSpec::sideEffects)
                .filter(effects -> effects.contains("sends_message"))
                .isPresent();
        return sends ? "SEND_OUTCOME_UNKNOWN" : "OUTCOME_UNKNOWN";
    }

    /**
     * Runs a call, or reads what became of it where it has run before.
     *
     * @throws Attempt.TakenBack if it was refused by the tool before anything left; the claim is gone with it
     * @throws dev.recourse.db.ledger.InFlight if another delivery of it is under way
     */
    Gate.Passed run(Call call, Optional<ToolFailure> refused) {
        Clock clock = Clock.of(call);
        Claimed claimed = database.in(call.scope(), tx -> claimed(tx, call, refused, clock));
        if (claimed.known != null) {
            return claimed.known;
        }
        return new Trip(call, claimed, went(call, claimed, clock.beforeDeadline()), clock).recorded();
    }

    /** The claim, and with it either an errand or an answer at once. */
    private record Claimed(Caller caller, Attempt.@Nullable Ready ready, Gate.@Nullable Passed known) {}

    private Claimed claimed(Tx tx, Call call, Optional<ToolFailure> refused, Clock clock) {
        Caller caller = Gate.caller(tx, call);
        Ledger ledger = new Ledger(tx);
        Optional<Execution> earlier = ledger.claim(call.request(), clock.within);
        if (earlier.isPresent()) {
            return new Claimed(caller, null, Gate.known(tx, earlier.get(), call, caller));
        }
        if (refused.isPresent()) {
            Answer answer = Answer.refused(Attempt.error(refused.get(), caller));
            return new Claimed(
                    caller, null, new Gate.Passed(Answered.of(ledger.record(call.request(), answer)), caller));
        }
        return new Claimed(caller, attempt.ready(tx, caller, call), null);
    }

    /** How it came back: with something to write down, or with how it ended. */
    private record Went(
            Errand.@Nullable Arrived<?> arrived, @Nullable Answer answer) {}

    private Went went(Call call, Claimed claimed, Duration left) {
        Caller caller = claimed.caller;
        if (left.isNegative() || left.isZero() || claimed.ready == null) {
            return new Went(null, Answer.notApplied(Attempt.error(ToolFailure.timeout("TIMEOUT"), caller), null));
        }
        try {
            return new Went(claimed.ready.errand().go(left), null);
        } catch (ToolFailure surelyNot) {
            return new Went(null, Answer.notApplied(Attempt.error(surelyNot, caller), null));
        } catch (OutcomeUnknown lost) {
            return new Went(null, unknown(call, caller, lost.getCause() == null ? null : Attempt.stack(lost)));
        } catch (RuntimeException defect) {
            LOG.error("An external tool failed in a way it does not declare.", defect);
            return new Went(null, unknown(call, caller, Attempt.stack(defect)));
        }
    }

    /** What has come back, on its way into the ledger. */
    private final class Trip {
        private final Call call;
        private final Claimed claimed;
        private final Went went;
        private final Clock clock;

        Trip(Call call, Claimed claimed, Went went, Clock clock) {
            this.call = call;
            this.claimed = claimed;
            this.went = went;
            this.clock = clock;
        }

        /** Tried again while the database passes through trouble: what happened outside must not be forgotten. */
        Gate.Passed recorded() {
            while (true) {
                try {
                    return database.in(call.scope(), this::inTime);
                } catch (RuntimeException thrown) {
                    RuntimeException told = DatabaseRefusal.of(thrown);
                    if (!(told instanceof DatabaseRefusal refused)
                            || !refused.reason().passing()) {
                        LOG.warn("What came of an external call could not be written: {}", told.getMessage());
                        return database.in(call.scope(), this::afterwards);
                    }
                    if (clock.beforeEnd().compareTo(PAUSE) < 0 || !slept()) {
                        throw refused;
                    }
                }
            }
        }

        private Gate.Passed inTime(Tx tx) {
            Ledger ledger = new Ledger(tx);
            Execution recorded = ledger.record(call.request(), answer(tx));
            // what is recorded as unknown may be settled with it, by evidence that was faster
            return passed(
                    recorded.outcome() == Answer.Outcome.UNKNOWN
                            ? ledger.find(recorded.id()).orElse(recorded)
                            : recorded);
        }

        private Answer answer(Tx tx) {
            return went.arrived == null || claimed.ready == null
                    ? known()
                    : Answer.applied(claimed.ready.written(tx, went.arrived));
        }

        private Answer known() {
            return went.answer == null ? unknown(call, claimed.caller, null) : went.answer;
        }

        /** Somebody has recorded it as unknown by now, or it can't be recorded as it should: this is evidence, then. */
        private Gate.Passed afterwards(Tx tx) {
            Ledger ledger = new Ledger(tx);
            Execution recorded = ledger.find(call.request().id())
                    .orElseGet(() -> ledger.record(call.request(), unknown(call, claimed.caller, null)));
            Answer.Outcome outcome = went.arrived == null ? known().outcome() : Answer.Outcome.APPLIED;
            if (outcome != null && outcome != Answer.Outcome.UNKNOWN) {
                String evidence = went.arrived == null ? "{}" : went.arrived.evidence();
                new Resolutions(tx).settle(recorded.id(), outcome, Resolutions.Source.SENDER, evidence);
            }
            return passed(ledger.find(recorded.id()).orElse(recorded));
        }

        private Gate.Passed passed(Execution execution) {
            return new Gate.Passed(Answered.of(execution), claimed.caller);
        }
    }

    private static boolean slept() {
        try {
            Thread.sleep(PAUSE.toMillis());
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The time of one call: what it may take outside, and what is left for its row. */
    private record Clock(long began, Duration whole, Duration within) {

        static Clock of(Call call) {
            Duration whole = call.timeLeft();
            Duration fifth = whole.dividedBy(5);
            return new Clock(
                    System.nanoTime(), whole, whole.minus(fifth.compareTo(AFTERWARDS) < 0 ? fifth : AFTERWARDS));
        }

        Duration beforeDeadline() {
            return within.minus(gone());
        }

        Duration beforeEnd() {
            return whole.minus(gone());
        }

        private Duration gone() {
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }
}
