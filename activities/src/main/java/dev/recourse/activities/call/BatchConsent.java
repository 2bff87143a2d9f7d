package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.approval.Approvals;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The approval of a batch: one for all of it, before anything of it runs, bound to its plan and to its dry run. */
final class BatchConsent {

    /** More messages than this at once are somebody's to approve, whoever sends them. */
    private static final int MESSAGES = 5;

    private final Catalogue catalogue;
    private final Consent consent;

    BatchConsent(Catalogue catalogue, Consent consent) {
        this.catalogue = catalogue;
        this.consent = consent;
    }

    /** Thrown through a transaction: the dry run of a batch shows that nothing would come of it. */
    static final class Failing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient BatchResult preview;

        Failing(BatchResult preview) {
            super(null, null, false, false);
            this.preview = preview;
        }

        /** Refused, with the step that would fail. */
        BatchResult result(Batch batch) {
            List<BatchResult.Step> steps = preview.steps().stream()
                    .map(step -> step.error() == null ? BatchResult.Step.NOT_RUN : step)
                    .toList();
            return new BatchResult(
                    batch,
                    steps,
                    steps.stream()
                            .map(BatchResult.Step::error)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElseThrow(),
                    0);
        }
    }

    /** What a run of all the steps shows: which of them ask and why, and what each of them found. */
    final class Shown implements BatchTransaction.Watch {
        private final Batch batch;
        private final Map<Integer, ApprovalReason> reasons = new TreeMap<>();
        private final ArrayNode states = JsonNodeFactory.instance.arrayNode();

        private Shown(Batch batch) {
            this.batch = batch;
        }

        @Override
        public void seen(Tx tx, Caller caller, List<BatchTransaction.Tried> tried) {
            Optional<ApprovalReason> unused = reasonOf(tx, caller, tried);
            List<UUID> earlier = new ArrayList<>();
            for (int index = 0; index < tried.size(); index++) {
                states.add(state(tx, tried.get(index), index, earlier));
                earlier.add(tried.get(index).call().request().id());
            }
        }

        private Optional<ApprovalReason> reasonOf(Tx tx, Caller caller, List<BatchTransaction.Tried> tried) {
            for (int index = 0; index < tried.size(); index++) {
                Call call = tried.get(index).call();
                Optional<ApprovalReason> why = asks(tx, caller, call, call.tool(), call.inputs());
                if (why.isPresent()) {
                    reasons.put(index, why.get());
                }
            }
            return reason();
        }

        private String state(Tx tx, BatchTransaction.Tried tried, int index, List<UUID> earlier) {
            if (tried.failed()) {
                return "";
            }
            String rows = new Approvals(tx).foundState(tried.call().request().id(), earlier);
            return Consent.state(
                    rows,
                    batch.steps().get(index).inputs(),
                    Json.recorded(tried.answer().outputs()));
        }

        /** Why the whole asks; the first reason there is, to be decided on within the shortest time. */
        Optional<ApprovalReason> reason() {
            Optional<ApprovalReason> many = tooManyMessages(batch);
            Optional<ApprovalReason> first =
                    many.isPresent() ? many : reasons.values().stream().findFirst();
            Optional<Duration> within = reasons.values().stream()
                    .map(ApprovalReason::within)
                    .filter(Objects::nonNull)
                    .min(Duration::compareTo);
            return first.map(why -> new ApprovalReason(why.code(), why.args(), within.orElse(null)));
        }

        String told(ApprovalReason reason, Locale locale) {
            ObjectNode told = (ObjectNode) Json.recorded(Consent.reason(reason, locale));
            ArrayNode steps = told.putArray("steps");
            reasons.forEach((index, why) ->
                    steps.add(((ObjectNode) Json.recorded(Consent.reason(why, locale))).put("index", index)));
            return Json.write(told);
        }
    }

    /** To look at a dry run with, for {@link #ask}. */
    Shown shown(Batch batch) {
        return new Shown(batch);
    }

    /** Whether somebody may have to approve this batch; where references are in the way only its dry run can tell. */
    boolean mayAsk(Tx tx, Caller caller, Batch batch) {
        return tooManyMessages(batch).isPresent()
                || batch.steps().stream().anyMatch(step -> mayAsk(tx, caller, batch, step));
    }

    private boolean mayAsk(Tx tx, Caller caller, Batch batch, Batch.Step step) {
        boolean refers = !References.steps(step.inputs()).isEmpty();
        if (refers && sometimes(step.tool())) {
            return true;
        }
        JsonNode inputs = refers ? step.inputs() : References.resolve(step.inputs(), Map.of());
        return asks(tx, caller, batch.call(), step.tool(), inputs).isPresent();
    }

    private boolean sometimes(String tool) {
        return catalogue
                .find(tool)
                .filter(known -> known.spec().requiresApproval().sometimes())
                .isPresent();
    }

    /** Why a call asks; what is refused anyway asks nobody. */
    private Optional<ApprovalReason> asks(Tx tx, Caller caller, Call call, String name, JsonNode inputs) {
        Optional<Tool> tool = catalogue.find(name);
        if (tool.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode accepted = sometimes(name) ? Attempt.accepted(tool.get().spec(), inputs) : inputs;
            return Consent.reason(tx, caller, call, tool.get(), accepted);
        } catch (ToolFailure refused) {
            return Optional.empty();
        }
    }

    private Optional<ApprovalReason> tooManyMessages(Batch batch) {
        long messages = batch.steps().stream()
                .filter(step -> catalogue
                        .find(step.tool())
                        .filter(tool -> tool.spec().sideEffects().contains("sends_message"))
                        .isPresent())
                .count();
        return messages <= MESSAGES
                ? Optional.empty()
                : Optional.of(new ApprovalReason("APPROVAL_OF_MESSAGES", Map.of("count", messages, "max", MESSAGES)));
    }

    /** The id of the request for this batch, if there is one. */
    Optional<UUID> approval(Tx tx, Batch batch) {
        return asked(tx, batch).map(Approvals.Row::id);
    }

    private static Optional<Approvals.Row> asked(Tx tx, Batch batch) {
        return new Approvals(tx).ofTarget(target(batch));
    }

    private static UUID target(Batch batch) {
        return ExecutionId.ofBatch(batch.call().workspace(), batch.id());
    }

    /**
     * The request that waits for its decision; empty if nobody was asked, or it is approved.
     *
     * @throws ToolFailure if it was decided against, or too late, or another batch was asked for under this id
     */
    Optional<JsonNode> waiting(Tx tx, Caller caller, Batch batch) {
        Optional<Approvals.Row> asked = asked(tx, batch);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        requireSame(batch, asked.get());
        if (Consent.undecided(asked.get())) {
            return Optional.of(Consent.waiting(batch.call(), asked.get(), caller.locale()));
        }
        Consent.requireApproved(asked.get());
        return Optional.empty();
    }

    private static void requireSame(Batch batch, Approvals.Row asked) {
        if (!asked.hash().equals(batch.hash())) {
            throw ToolFailure.conflict("CALL_ID_REUSED").with("id", batch.id());
        }
        if (!asked.requestedBy().equals(batch.call().request().principal())) {
            throw ToolFailure.conflict("APPROVAL_MISMATCH");
        }
    }

    /**
     * Asks for what a dry run has shown to need it; empty if the batch may be opened, for nothing in it asks, or somebody has
     * approved it and what was shown then is still so.
     *
     * @throws ToolFailure if it must not be opened
     * @throws Failing if nothing would come of it
     */
    Optional<JsonNode> ask(Tx tx, Caller caller, Batch batch, Shown shown, BatchResult preview, JsonNode told) {
        Optional<JsonNode> waiting = waiting(tx, caller, batch);
        Optional<Approvals.Row> asked = asked(tx, batch);
        if (waiting.isPresent() || asked.isPresent()) {
            asked.ifPresent(row -> requireUnchanged(row, shown, waiting.isPresent()));
            return waiting;
        }
        Optional<ApprovalReason> reason = shown.reason();
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        if (batch.atomic() && !preview.status().equals("applied")) {
            throw new Failing(preview);
        }
        Approvals.Row row = Consent.ask(tx, request(batch, shown, reason.get(), told, caller.locale()));
        return Optional.of(Consent.waiting(batch.call(), row, caller.locale()));
    }

    private static void requireUnchanged(Approvals.Row asked, Shown shown, boolean waits) {
        if (!waits && !Json.recorded(asked.states()).equals(shown.states)) {
            throw ToolFailure.conflict("PREVIEW_OUTDATED").detail("approval_id", asked.id());
        }
    }

    private Approvals.Asked request(Batch batch, Shown shown, ApprovalReason why, JsonNode told, Locale locale) {
        Call call = batch.call();
        ArrayNode plan = JsonNodeFactory.instance.arrayNode();
        batch.steps().forEach(step -> plan.addObject().put("tool", step.tool()).set("inputs", step.inputs()));
        return new Approvals.Asked(
                "batch",
                target(batch),
                batch.id(),
                "ToolBatch",
                batch.hash(),
                Json.write(Json.storable(Batch.file(call.inputs()))),
                Json.write(plan),
                Json.write(told),
                Json.write(shown.states),
                shown.told(why, locale),
                call.source(),
                call.request().agentSessionId(),
                call.request().sessionId(),
                call.request().workflowId(),
                call.request().runId(),
                consent.within(why));
    }

    /** Nobody wants it any more; answers what is to be said of it. */
    ToolFailure withdrawn(Tx tx, Batch batch) {
        asked(tx, batch)
                .filter(row -> Consent.undecided(row)
                        && row.requestedBy().equals(batch.call().request().principal()))
                .ifPresent(row -> new Approvals(tx).decide(row.id(), "withdraw", null));
        return ToolFailure.precondition("APPROVAL_WITHDRAWN");
    }

    /** What the steps of one transaction have to meet before it is committed. */
    BatchTransaction.Watch holding(Batch batch) {
        return (tx, caller, tried) -> {
            Shown shown = new Shown(batch);
            Optional<Approvals.Row> asked = asked(tx, batch);
            if (asked.isPresent()) {
                requireSame(batch, asked.get());
                Consent.requireOpened(asked.get());
                shown.seen(tx, caller, tried);
                requireUnchanged(asked.get(), shown, false);
            } else if (shown.reasonOf(tx, caller, tried).isPresent()) {
                throw ToolFailure.precondition("APPROVAL_REQUIRED");
            }
        };
    }
}
