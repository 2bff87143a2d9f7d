package dev.recourse.activities.call;

import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import dev.recourse.db.workspace.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can be said about a batch before anything of it runs. */
final class BatchPlan {

    /** After so long every call that counts now has left the window. */
    private static final int WINDOW_SECONDS = 60;

    private final Catalogue catalogue;

    BatchPlan(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Why steps are refused, by index; empty if the batch may run. */
    Map<Integer, ToolFailure> refusals(Tx tx, Batch batch, Caller caller) {
        Map<Integer, ToolFailure> refused = new TreeMap<>();
        Map<Integer, ToolSpec> earlier = new HashMap<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            Optional<ToolFailure> failure = refusal(index, batch, earlier, caller);
            if (failure.isPresent()) {
                refused.put(index, failure.get());
            }
        }
        if (refused.isEmpty() && batch.atomic() && !batch.allowIrreversible()) {
            pointOfNoReturn(batch, earlier).ifPresent(index -> refused.put(index, tooEarly(index, batch)));
        }
        return refused.isEmpty() ? overLimit(tx, batch) : refused;
    }

    private Optional<ToolFailure> refusal(int index, Batch batch, Map<Integer, ToolSpec> earlier, Caller caller) {
        try {
            Batch.Step step = batch.steps().get(index);
            Tool tool = Attempt.permitted(catalogue, step.tool(), caller);
            if (step.tool().equals(UndoCalls.TOOL)) {
                throw ToolFailure.precondition("UNDO_IN_BATCH"); // its id and its row are those of what it undoes
            }
            if (step.tool().equals(Bookkeeping.DECIDE)) {
                throw ToolFailure.precondition("DECISION_IN_BATCH"); // it could not be taken back with the rest
            }
            List<Violation> wrong = References.check(index, tool.spec(), step.inputs(), earlier);
            earlier.put(index, tool.spec());
            if (batch.oneTransaction() && !batch.dryRun() && tool.external()) {
                throw ToolFailure.precondition("EXTERNAL_IN_TRANSACTION")
                        .with("tool", tool.spec().name());
            }
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

    /** The first step of each module for which no call would be left: better said now than when half is done. */
    private static Map<Integer, ToolFailure> overLimit(Tx tx, Batch batch) {
        Map<String, List<Integer>> modules = new TreeMap<>();
        for (int index = 0; index < batch.steps().size(); index++) {
            String module = CallLimits.module(batch.steps().get(index).tool());
            modules.computeIfAbsent(module, any -> new ArrayList<>()).add(index);
        }
        Map<Integer, ToolFailure> refused = new TreeMap<>();
        modules.forEach((module, steps) -> CallLimits.left(tx, module).ifPresent(allowance -> {
            if (steps.size() > allowance.perMinute()) {
                refused.put(steps.get(allowance.perMinute()), neverFits(module, steps.size(), allowance));
            } else if (steps.size() > allowance.left()) {
                refused.put(steps.get(allowance.left()), ToolFailure.rateLimited(WINDOW_SECONDS));
            }
        }));
        return refused;
    }

    private static ToolFailure neverFits(String module, int count, Limits.Allowance allowance) {
        return ToolFailure.of(ErrorType.RATE_LIMITED, "BATCH_OVER_LIMIT")
                .with("module", module)
                .with("count", count)
                .with("max", allowance.perMinute())
                .detail("module", module)
                .detail("per_minute", allowance.perMinute());
    }
}
