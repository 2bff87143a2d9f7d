package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.workspace.Caller;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempt of a claimed call inside its transaction: whatever happens, it ends as an answer that can be recorded. */
final class Attempt {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** A result must fit one payload of Temporal (2 MiB), with room for what goes around it. */
    private static final int LARGEST_RESULT = 1_900_000;

    private final Catalogue catalogue;
    private final Consent consent;

    /** Approvals may be given for a day. */
    Attempt(Catalogue catalogue) {
        this(catalogue, new Consent(Consent.WITHIN));
    }

    Attempt(Catalogue catalogue, Consent consent) {
        this.catalogue = catalogue;
        this.consent = consent;
    }

    Consent consent() {
        return consent;
    }

    /** The tool that a call names, if there is one. */
    Optional<Tool> tool(Call call) {
        return catalogue.find(call.tool());
    }

    /** Thrown through a transaction so that nothing of it stays: not of a failure, and not of a dry run. */
    static final class TakenBack extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Answer answer;

        TakenBack(Answer answer) {
            super(null, null, false, false);
            this.answer = answer;
        }

        /** What is to be recorded in another transaction. */
        Answer answer() {
            return answer;
        }
    }

    /**
     * Known tool, permission, schema, approval where it takes one, then the work, which has the transaction for itself.
     *
     * @throws TakenBack if nothing of the work may stay
     * @throws Consent.Wanted if somebody has to be asked first
     * @throws Waiting if somebody was asked and has not decided
     * @throws Consent.NotThis if the approval under this id is another call's
     */
    Answer alone(Tx tx, Caller caller, Call call) {
        return made(tx, caller, call, consent::of, (work, condition) -> {
            Answer answer = answer(
                    caller,
                    () -> {
                        JsonNode outputs = work.get();
                        condition.check(tx, outputs);
                        return outputs;
                    },
                    call.dryRun());
            boolean worked = answer.status() == Answer.Status.SUCCESS;
            if (!worked || call.dryRun()) {
                throw new TakenBack(worked ? Answer.dryRun(answer.outputs()) : answer);
            }
            return answer;
        });
    }

    /**
     * The same beside others: a failure takes its own effects back, and what works stays, also of a dry run. Approval is for
     * all of them together, and whoever puts them together sees to it.
     */
    Answer among(Tx tx, Caller caller, Call call) {
        return made(
                tx,
                caller,
                call,
                Asking.NOTHING,
                (work, condition) -> answer(caller, () -> tx.attempt(work), call.dryRun()));
    }

    private interface Asking {
        Asking NOTHING = (tx, caller, call, tool, accepted) -> Consent.Condition.NONE;

        Consent.Condition of(Tx tx, Caller caller, Call call, Tool tool, JsonNode accepted);
    }

    /**
     * What an external tool is about to do: known tool, permission, schema, approval and its own checks are behind it, and
     * nothing has left yet.
     *
     * @throws TakenBack if it is not to go
     * @throws Consent.Wanted if somebody has to be asked first; likewise {@link Waiting} and {@link Consent.NotThis}
     */
    Ready ready(Tx tx, Caller caller, Call call) {
        Accepted accepted;
        Consent.Condition condition;
        try {
            accepted = accepted(tx, call, caller);
            condition = consent.of(tx, caller, call, accepted.tool, accepted.inputs);
        } catch (ToolFailure refused) {
            throw new TakenBack(Answer.refused(error(refused, caller)));
        }
        try {
            Errand<?> errand = accepted.tool.errand(tx, caller, call.request().id(), accepted.inputs);
            if (condition != Consent.Condition.NONE) {
                condition.check(tx, checked(accepted.spec(), Json.tree(errand.preview())));
            }
            return new Ready(accepted.spec(), errand);
        } catch (Consent.Wanted wanted) {
            throw wanted;
        } catch (RuntimeException thrown) {
            throw new TakenBack(failure(thrown, caller, false));
        }
    }

    /** An external tool's errand, and the check of what comes of it. */
    record Ready(ToolSpec spec, Errand<?> errand) {

        /** The outputs of what has arrived, which it writes in this transaction. */
        String written(Tx tx, Errand.Arrived<?> arrived) {
            return Json.write(checked(spec, Json.tree(arrived.record(tx))));
        }
    }

    private interface Doing {
        Answer answer(Supplier<JsonNode> work, Consent.Condition condition);
    }

    private Answer made(Tx tx, Caller caller, Call call, Asking asking, Doing doing) {
        Accepted accepted;
        Consent.Condition condition;
        try {
            accepted = accepted(tx, call, caller);
            condition = asking.of(tx, caller, call, accepted.tool, accepted.inputs);
        } catch (ToolFailure refused) {
            return Answer.refused(error(refused, caller));
        }
        if (accepted.tool.external() && !call.dryRun()) {
            throw new IllegalStateException(accepted.spec() + " has its effect outside of this transaction");
        }
        return doing.answer(
                () -> checked(
                        accepted.spec(),
                        accepted.tool.run(tx, caller, call.request().id(), accepted.inputs)),
                condition);
    }

    /** A call that may be attempted. */
    private record Accepted(Tool tool, JsonNode inputs) {
        ToolSpec spec() {
            return tool.spec();
        }
    }

    private Accepted accepted(Tx tx, Call call, Caller caller) {
        Tool tool = permitted(tx, call, caller);
        return new Accepted(tool, accepted(tool.spec(), call.inputs()));
    }

    private Tool permitted(Tx tx, Call call, Caller caller) {
        if (call.refused() != null) {
            throw call.refused();
        }
        Tool tool = permitted(catalogue, call.tool(), caller);
        UUID undone = call.request().compensates();
        if (undone != null) {
            mayUndo(tx, undone, caller);
        }
        return tool;
    }

    /**
     * The tool, if there is one by that name and the caller may use it.
     *
     * @throws ToolFailure {@code UNKNOWN_TOOL}, {@code PERMISSION_DENIED}, or {@code UNKNOWN_WORKSPACE} for who may
     *     nothing here
     */
    static Tool permitted(Catalogue catalogue, String name, Caller caller) {
        if (caller.permissions().isEmpty()) {
            throw ToolFailure.denied("UNKNOWN_WORKSPACE");
        }
        Tool tool = catalogue.find(name).orElseThrow(() -> unknown(catalogue, name, caller));
        check(tool.spec(), caller);
        return tool;
    }

    /** Whoever undoes needs what the original's tool asks for; what left this house is not taken back by images. */
    private void mayUndo(Tx tx, UUID original, Caller caller) {
        new Ledger(tx)
                .find(original)
                .flatMap(execution -> catalogue.find(execution.tool()))
                .ifPresent(tool -> {
                    check(tool.spec(), caller);
                    if (!tool.spec().reversible()) {
                        throw ToolFailure.precondition("NOT_REVERSIBLE")
                                .with("tool", tool.spec().name());
                    }
                });
    }

    private static void check(ToolSpec spec, Caller caller) {
        if (!spec.permittedTo(caller.permissions())) {
            throw ToolFailure.denied("PERMISSION_DENIED").with("permissions", spec.permissions());
        }
    }

    private static ToolFailure unknown(Catalogue catalogue, String name, Caller caller) {
        return ToolFailure.unknownTool(name, catalogue.nearest(name, caller.permissions()));
    }

    static JsonNode accepted(ToolSpec spec, JsonNode inputs) {
        List<Violation> unstorable = Json.unstorable(inputs);
        if (!unstorable.isEmpty()) {
            throw ToolFailure.invalid(unstorable);
        }
        return spec.accept(inputs);
    }

    private static JsonNode checked(ToolSpec spec, JsonNode outputs) {
        List<Violation> wrong = spec.checkOutput(outputs);
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(spec.name() + " gave outputs that its schema does not allow: " + wrong);
        }
        if (Json.write(outputs).length() > LARGEST_RESULT) {
            throw ToolFailure.precondition("RESULT_TOO_LARGE");
        }
        return outputs;
    }

    private static Answer answer(Caller caller, Supplier<JsonNode> work, boolean dryRun) {
        try {
            return Answer.success(Json.write(work.get()));
        } catch (Consent.Wanted wanted) {
            throw wanted;
        } catch (RuntimeException thrown) {
            return failure(thrown, caller, dryRun);
        }
    }

    /**
     * What is recorded of work that threw.
     *
     * @throws DatabaseRefusal if the transaction is gone: whoever called this has to find out what became of it
     */
    private static Answer failure(RuntimeException thrown, Caller caller, boolean dryRun) {
        if (thrown instanceof ToolFailure failed) {
            return failed(error(failed, caller), null, dryRun);
        }
        RuntimeException told = DatabaseRefusal.of(thrown);
        if (!(told instanceof DatabaseRefusal refused)) {
            LOG.error("A tool failed in a way it does not declare.", thrown);
            return failed(error(ToolFailure.internal("INTERNAL_ERROR", thrown), caller), stack(thrown), dryRun);
        }
        if (!refused.reason().definite()) {
            throw refused;
        }
        return failed(error(DatabaseErrors.failure(refused), caller), null, dryRun);
    }

    private static Answer failed(String error, @Nullable String stack, boolean dryRun) {
        return dryRun ? Answer.refused(error) : Answer.notApplied(error, stack);
    }

    static String error(ToolFailure failure, Caller caller) {
        return Json.write(Json.tree(Messages.render(failure, caller.locale())));
    }

    static String stack(RuntimeException defect) {
        StringWriter text = new StringWriter();
        defect.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
