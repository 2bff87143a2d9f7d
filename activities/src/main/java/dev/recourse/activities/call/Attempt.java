package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.workspace.Caller;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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

    Attempt(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Known tool, permission, schema, then the work; kept, or for a dry run taken back. */
    Answer make(Tx tx, Caller caller, Call call) {
        Tool tool;
        JsonNode accepted;
        try {
            tool = permitted(call, caller);
            accepted = accepted(tool.spec(), call.inputs());
        } catch (ToolFailure refused) {
            return Answer.refused(error(refused, caller));
        }
        Supplier<JsonNode> work = () -> checked(tool.spec(), tool.run(tx, caller, accepted));
        return call.dryRun()
                ? answer(caller, () -> Answer.dryRun(Json.write(tx.rehearse(work))), true)
                : answer(caller, () -> Answer.success(Json.write(tx.attempt(work))), false);
    }

    /** The tool, if there is one by that name and the caller may use it. */
    private Tool permitted(Call call, Caller caller) {
        if (call.refused() != null) {
            throw call.refused();
        }
        Tool tool = catalogue.find(call.tool()).orElseThrow(() -> unknown(call.tool(), caller));
        if (!tool.spec().permittedTo(caller.permissions())) {
            throw ToolFailure.denied("PERMISSION_DENIED").with("tool", call.tool());
        }
        return tool;
    }

    private ToolFailure unknown(String name, Caller caller) {
        return ToolFailure.notFound("UNKNOWN_TOOL")
                .with("tool", Json.storable(name))
                .with("nearest", catalogue.nearest(name, caller.permissions()));
    }

    private static JsonNode accepted(ToolSpec spec, JsonNode inputs) {
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

    private static Answer answer(Caller caller, Supplier<Answer> work, boolean dryRun) {
        try {
            return work.get();
        } catch (ToolFailure failed) {
            return failed(error(failed, caller), null, dryRun);
        } catch (DatabaseRefusal refused) {
            if (!refused.reason().definite()) {
                throw refused; // the transaction is gone: whoever called this has to find out what became of it
            }
            return failed(error(DatabaseErrors.failure(refused), caller), null, dryRun);
        } catch (RuntimeException defect) {
            LOG.error("A tool failed in a way it does not declare.", defect);
            return failed(error(ToolFailure.internal("INTERNAL_ERROR", defect), caller), stack(defect), dryRun);
        }
    }

    private static Answer failed(String error, @Nullable String stack, boolean dryRun) {
        return dryRun ? Answer.refused(error) : Answer.notApplied(error, stack);
    }

    static String error(ToolFailure failure, Caller caller) {
        return Json.write(Json.tree(Messages.render(failure, caller.locale())));
    }

    private static String stack(RuntimeException defect) {
        StringWriter text = new StringWriter();
        defect.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
