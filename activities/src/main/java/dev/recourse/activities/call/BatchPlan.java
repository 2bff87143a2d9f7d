package dev.recourse.activities.call;

import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.workspace.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can be said about a batch before anything of it runs. */
final class BatchPlan {

    private final Catalogue catalogue;

    BatchPlan(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Why steps are refused, by index; empty if the batch may run. */
    Map<Integer, ToolFailure> refusals(Batch batch, Caller caller) {
        Map<Integer, ToolFailure> refused = new TreeMap<>();
        Map<Integer, ToolSpec> earlier = new HashMap<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            Optional<ToolFailure> failure = refusal(index, batch.steps().get(index), earlier, caller);
            if (failure.isPresent()) {
                refused.put(index, failure.get());
            }
        }
        if (refused.isEmpty() && batch.atomic() && !batch.allowIrreversible()) {
            pointOfNoReturn(batch, earlier).ifPresent(index -> refused.put(index, tooEarly(index, batch)));
        }
        return refused;
    }

    private Optional<ToolFailure> refusal(int index, Batch.Step step, Map<Integer, ToolSpec> earlier, Caller caller) {
        try {
            Tool tool = Attempt.permitted(catalogue, step.tool(), caller);
            List<Violation> wrong = References.check(index, tool.spec(), step.inputs(), earlier);
            earlier.put(index, tool.spec());
            return wrong.isEmpty() ? Optional.empty() : Optional.of(References.refusal(wrong));
        } catch (ToolFailure refused) {
            return Optional.of(refused);
        }
    }

    /** A step that can't be undone, with one behind it that may fail: the batch could not be all or nothing. */
    private static Optional<Integer> pointOfNoReturn(Batch batch, Map<Integer, ToolSpec> specs) {
        for (int index = 0; index < batch.steps().size() - 1; index++) {
            ToolSpec spec = specs.get(index);
            if (spec != null && !spec.reversible()) {
                return Optional.of(index);
            }
        }
        return Optional.empty();
    }

    private static ToolFailure tooEarly(int index, Batch batch) {
        return ToolFailure.precondition("IRREVERSIBLE_BEFORE_FALLIBLE")
                .with("index", index)
                .with("tool", batch.steps().get(index).tool());
    }
}
