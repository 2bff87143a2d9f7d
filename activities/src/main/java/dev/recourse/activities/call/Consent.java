package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Tx;
import dev.recourse.db.approval.Approvals;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.workspace.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between a call that needs somebody's approval and its effect.
 *
 * <p>Everything it believes it reads from the database, in the transaction that has the effect: whether there is a request
 * for this very execution id, whether somebody else has approved it in time, and whether the rows it changes are still as
 * they were previewed. So an approval is used once, because an execution id is.
 */
final class Consent {

    private static final Logger LOG = LoggerFactory.getLogger(Consent.class);

    /** How long people have, where nobody says otherwise. */
    static final Duration WITHIN = Duration.ofHours(24);

    private static final int SHOWN_CHARS = 100_000;

    private final Duration within;

    Consent(Duration within) {
        this.within = within;
    }

    /** What a call has to meet once its work is done, before anything of it is committed. */
    interface Condition {
        Condition NONE = (tx, outputs) -> {};

        /**
         * Lets it pass, or not.
         *
         * @throws Wanted if somebody has to be asked, with these outputs as the preview
         * @throws ToolFailure if this is not what was approved
         */
        void check(Tx tx, JsonNode outputs);
    }

    /** Thrown through a transaction that has shown what would be, so that nothing of it stays. */
    static final class Wanted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ApprovalReason reason;
        private final transient JsonNode preview;
        private final transient String state;

        Wanted(ApprovalReason reason, JsonNode preview, String state) {
            super(null, null, false, false);
            this.reason = reason;
            this.preview = preview;
            this.state = state;
        }
    }

    /** Thrown through a transaction: the id is kept for another call than this one, and stays free for it. */
    static final class NotThis extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ToolFailure failure;

        NotThis(ToolFailure failure) {
            super(null, null, false, false);
            this.failure = failure;
        }

        ToolFailure failure() {
            return failure;
        }
    }

    /**
     * Whether a call may do its work, and what it has to meet then.
     *
     * @throws Waiting if it was asked for, and nobody has decided
     * @throws ToolFailure if it was decided against, or too late
     * @throws NotThis if the approval under this id is another call's
     */
    Condition of(Tx tx, Caller caller, Call call, Tool tool, JsonNode accepted) {
        boolean free = tool.spec().requiresApproval().never();
        if (call.dryRun() || (free && call.key().approvalId() == null)) {
            return Condition.NONE;
        }
        Optional<ApprovalReason> reason = reason(tx, caller, call, tool, accepted);
        if (reason.isEmpty() && call.key().approvalId() == null) {
            return Condition.NONE;
        }
        Approvals approvals = new Approvals(tx);
        Optional<Approvals.Row> ofBatch = ofBatch(approvals, call);
        if (ofBatch.isPresent()) {
            return planned(tx, call, ofBatch.get());
        }
        Optional<Approvals.Row> asked = approvals.ofTarget(call.request().id());
        if (asked.isPresent()) {
            return granted(call, asked.get(), caller.locale());
        }
        ApprovalReason why = reason.orElseThrow(() -> new NotThis(ToolFailure.conflict("APPROVAL_MISMATCH")));
        return (after, outputs) -> {
            throw new Wanted(why, outputs, state(after, call, List.of(), call.inputs(), outputs));
        };
    }

    /** Why a call asks; a tool that fails to say so fails the call. */
    static Optional<ApprovalReason> reason(Tx tx, Caller caller, Call call, Tool tool, JsonNode accepted) {
        try {
            return tool.spec().requiresApproval().never()
                    ? Optional.empty()
                    : tool.asksApproval(tx, caller, call.request().id(), accepted, call.source());
        } catch (ToolFailure refused) {
            throw refused;
        } catch (RuntimeException thrown) {
            RuntimeException told = DatabaseRefusal.of(thrown);
            if (told instanceof DatabaseRefusal) {
                throw told;
            }
            LOG.error("A tool could not say whether it needs approval.", thrown);
            throw ToolFailure.internal("INTERNAL_ERROR", thrown);
        }
    }

    private static Optional<Approvals.Row> ofBatch(Approvals approvals, Call call) {
        UUID batch = call.key().batchId();
        return batch == null || call.key().step() == null || call.key().callId() != null
                ? Optional.empty()
                : approvals.ofTarget(ExecutionId.ofBatch(call.workspace(), batch));
    }

    private Condition granted(Call call, Approvals.Row asked, Locale locale) {
        if (!asked.hash().equals(call.request().hash())) {
            throw new NotThis(ToolFailure.conflict("CALL_ID_REUSED")
                    .with("id", call.request().id()));
        }
        requireSame(call.request(), asked);
        if (undecided(asked)) {
            throw new Waiting(waiting(call, asked, locale));
        }
        requireApproved(asked);
        return (tx, outputs) -> requireUnchanged(asked, 0, state(tx, call, List.of(), call.inputs(), outputs));
    }

    /** A step of a batch that was approved as a whole: it must be what the plan says, with what earlier steps gave. */
    private static Condition planned(Tx tx, Call call, Approvals.Row batch) {
        int step = Objects.requireNonNull(call.key().step());
        requireSame(call.request(), batch);
        try {
            requireOpened(batch);
        } catch (ToolFailure notOpened) {
            throw new NotThis(notOpened);
        }
        JsonNode plan = new Approvals(tx)
                .planned(batch.id(), step)
                .map(Json::recorded)
                .orElseThrow(() -> new NotThis(ToolFailure.conflict("APPROVAL_MISMATCH")));
        requirePlanned(tx, call, plan);
        List<UUID> earlier = earlier(call, step);
        return (after, outputs) ->
                requireUnchanged(batch, step, state(after, call, earlier, plan.path("inputs"), outputs));
    }

    private static void requirePlanned(Tx tx, Call call, JsonNode plan) {
        Map<Integer, JsonNode> outputs = new HashMap<>();
        Ledger ledger = new Ledger(tx);
        UUID batch = call.key().batchId();
        for (int step : References.steps(plan.path("inputs"))) {
            if (batch != null) {
                ledger.find(ExecutionId.ofStep(call.workspace(), batch, step))
                        .filter(found -> found.status() == Answer.Status.SUCCESS)
                        .ifPresent(found -> outputs.put(step, Json.recorded(found.outputs())));
            }
        }
        String hash;
        try {
            JsonNode inputs = References.resolve(plan.path("inputs"), outputs);
            hash = Calls.hash(plan.path("tool").asText(), inputs);
        } catch (ToolFailure unresolved) {
            throw new NotThis(ToolFailure.conflict("APPROVAL_MISMATCH"));
        }
        if (!hash.equals(call.request().hash())) {
            throw new NotThis(ToolFailure.conflict("APPROVAL_MISMATCH"));
        }
    }

    private static List<UUID> earlier(Call call, int step) {
        UUID batch = call.key().batchId();
        return batch == null
                ? List.of()
                : IntStream.range(0, step)
                        .mapToObj(index -> ExecutionId.ofStep(call.workspace(), batch, index))
                        .toList();
    }

    // ---- what a decision must be like

    static boolean undecided(Approvals.Row asked) {
        return asked.decision() == null && !asked.expired();
    }

    /** @throws NotThis if somebody else asked */
    static void requireSame(Request request, Approvals.Row asked) {
        if (!asked.requestedBy().equals(request.principal())) {
            throw new NotThis(ToolFailure.conflict("APPROVAL_MISMATCH"));
        }
    }

    /** @throws ToolFailure if it was not approved by another, or the time is over */
    static void requireApproved(Approvals.Row asked) {
        if (asked.decision() == null) {
            throw about(ToolFailure.precondition("APPROVAL_EXPIRED"), asked);
        }
        requireDecidedFor(asked);
        if (asked.expired()) {
            throw about(ToolFailure.precondition("APPROVAL_EXPIRED"), asked);
        }
    }

    /** @throws ToolFailure unless it was approved in time for what was opened under it */
    static void requireOpened(Approvals.Row asked) {
        if (!asked.used() || undecided(asked) || asked.decision() == null) {
            throw ToolFailure.conflict("APPROVAL_MISMATCH");
        }
        requireDecidedFor(asked);
    }

    private static void requireDecidedFor(Approvals.Row asked) {
        if ("withdraw".equals(asked.decision())) {
            throw about(ToolFailure.precondition("APPROVAL_WITHDRAWN"), asked);
        }
        if (!"approve".equals(asked.decision())) {
            throw about(ToolFailure.precondition("APPROVAL_REJECTED"), asked);
        }
        if (asked.requestedBy().equals(asked.decidedBy())) {
            throw about(ToolFailure.denied("APPROVAL_OWN_REQUEST"), asked);
        }
    }

    /** @throws ToolFailure if what a step found is not what its preview found */
    static void requireUnchanged(Approvals.Row asked, int step, String found) {
        if (!Json.recorded(asked.states()).path(step).asText().equals(found)) {
            throw about(ToolFailure.conflict("PREVIEW_OUTDATED"), asked);
        }
    }

    private static ToolFailure about(ToolFailure failure, Approvals.Row asked) {
        ToolFailure known = failure.detail("approval_id", asked.id());
        known = asked.decidedBy() == null ? known : known.detail("decided_by", asked.decidedBy());
        return asked.note() == null ? known : known.detail("note", asked.note());
    }

    // ---- asking

    /** Records the request with its preview's row as evidence; answers the request as it stands now. */
    Waiting ask(Tx tx, Caller caller, Call call, Wanted wanted) {
        Request rehearsed = call.rehearsed().request();
        Ledger ledger = new Ledger(tx);
        ledger.claim(rehearsed);
        ledger.record(rehearsed, Answer.dryRun(Json.write(wanted.preview)));
        Approvals.Row row = ask(
                tx,
                new Approvals.Asked(
                        "call",
                        call.request().id(),
                        null,
                        call.tool(),
                        call.request().hash(),
                        call.request().inputs(),
                        null,
                        Json.write(wanted.preview),
                        Json.write(JsonNodeFactory.instance.arrayNode().add(wanted.state)),
                        reason(wanted.reason, caller.locale()),
                        call.source(),
                        call.request().agentSessionId(),
                        call.request().sessionId(),
                        call.request().workflowId(),
                        call.request().runId(),
                        within(wanted.reason)));
        return new Waiting(waiting(call, row, caller.locale()));
    }

    static Approvals.Row ask(Tx tx, Approvals.Asked asked) {
        Approvals approvals = new Approvals(tx);
        UUID id = approvals.ask(ExecutionId.random(), asked);
        return approvals.find(id).orElseThrow();
    }

    /** The shorter of what the reason says and what is usual. */
    Duration within(ApprovalReason reason) {
        Duration said = reason.within();
        return said == null || said.compareTo(within) > 0 ? within : said;
    }

    static String reason(ApprovalReason reason, Locale locale) {
        return Json.write(JsonNodeFactory.instance
                .objectNode()
                .put("code", reason.code())
                .put("message", Messages.text(reason.code(), reason.args(), locale)));
    }

    /** A request as whoever waits for its decision gets it. */
    static ObjectNode waiting(Call call, Approvals.Row row, Locale locale) {
        ObjectNode waiting = JsonNodeFactory.instance
                .objectNode()
                .put("status", "waiting")
                .put("approval_id", row.id().toString());
        if (row.batchId() == null) {
            waiting.put("execution_id", row.target().toString());
        } else {
            waiting.put("batch_id", row.batchId().toString());
        }
        waiting.put("workspace_id", call.workspace().toString())
                .put("tool", row.tool())
                .put("requested_by", row.requestedBy())
                .put("expires_at", row.expiresAt().toString())
                .put("expires_in_ms", Math.max(0, row.millisLeft()));
        waiting.set("reason", Json.recorded(row.reason()));
        waiting.put("for_user", Messages.text("APPROVAL_WAITS", Map.of(), locale));
        if (row.preview().length() <= SHOWN_CHARS) {
            waiting.set("preview", Json.recorded(row.preview()));
        }
        return waiting;
    }

    // ---- the state a preview was made against

    /** Of the rows this execution changed and of its outputs, hex. */
    private static String state(Tx tx, Call call, List<UUID> earlier, JsonNode written, JsonNode outputs) {
        return state(new Approvals(tx).foundState(call.request().id(), earlier), written, outputs);
    }

    /** @param written the inputs as they were written, references not resolved */
    static String state(String rows, JsonNode written, JsonNode outputs) {
        List<String> given = new ArrayList<>();
        collect(written, given);
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("rows", rows);
        return Calls.hash(state.set("outputs", Generated.leftOut(outputs, given)));
    }

    private static void collect(@Nullable JsonNode json, List<String> texts) {
        if (json != null && json.isTextual()) {
            texts.add(json.textValue());
        } else if (json != null) {
            json.forEach(each -> collect(each, texts));
        }
    }
}
