package dev.recourse.activities.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.approval.Approvals;
import dev.recourse.db.workspace.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decisions and requests, in one transaction of one caller: made anew for every call. */
final class LocalApprovalTools implements ApprovalTools {

    private final Approvals approvals;
    private final Caller caller;

    LocalApprovalTools(Tx tx, Caller caller) {
        this.approvals = new Approvals(tx);
        this.caller = caller;
    }

    @Override
    public Decided decide(Ruling ruling) {
        Approvals.Row asked = find(ruling.approvalId());
        String word = ruling.decision().name().toLowerCase(Locale.ROOT);
        requireOpen(asked);
        if (!approvals.decide(asked.id(), word, blankIsNone(ruling.note()))) {
            throw decided(find(asked.id())); // somebody was faster
        }
        Approvals.Row now = find(asked.id());
        return new Decided(
                now.id(),
                ruling.decision(),
                now.tool(),
                now.requestedBy(),
                Objects.requireNonNull(now.decidedBy()),
                Objects.requireNonNull(now.decidedAt()),
                now.workflowId());
    }

    private Approvals.Row find(UUID id) {
        return approvals.find(id).orElseThrow(() -> ToolFailure.notFound("APPROVAL_NOT_FOUND"));
    }

    /** The database refuses the same; here it has its words. */
    private void requireOpen(Approvals.Row asked) {
        if (asked.decision() != null) {
            throw decided(asked);
        }
        if (asked.used()) {
            throw ToolFailure.precondition("APPROVAL_CLOSED");
        }
        if (asked.expired()) {
            throw ToolFailure.precondition("APPROVAL_EXPIRED");
        }
        if (asked.requestedBy().equals(caller.principal())) {
            throw ToolFailure.denied("APPROVAL_OWN_REQUEST");
        }
    }

    private static ToolFailure decided(Approvals.Row asked) {
        return ToolFailure.conflict("APPROVAL_DECIDED")
                .detail("decision", Objects.requireNonNull(asked.decision()))
                .detail("decided_by", Objects.requireNonNull(asked.decidedBy()));
    }

    private static @Nullable String blankIsNone(@Nullable String note) {
        return note == null || note.isBlank() ? null : note;
    }

    @Override
    public Requests list(Query query) {
        boolean one = query.approvalId() != null;
        List<Waits> found = approvals.list(query.approvalId(), query.pending() && !one, one, query.limit()).stream()
                .map(Json::recorded)
                .map(LocalApprovalTools::waits)
                .toList();
        if (one && found.isEmpty()) {
            throw ToolFailure.notFound("APPROVAL_NOT_FOUND");
        }
        return new Requests(found);
    }

    private static Waits waits(JsonNode row) {
        return new Waits(
                UUID.fromString(row.path("approval_id").asText()),
                row.path("status").asText(),
                row.path("tool").asText(),
                uuid(row.path("batch_id")),
                row.at("/reason/message").asText(),
                row.path("requested_by").asText(),
                row.path("source").asText(),
                uuid(row.path("agent_session_id")),
                Instant.parse(row.path("requested_at").asText()),
                Instant.parse(row.path("expires_at").asText()),
                row.path("decided_by").textValue(),
                row.path("note").textValue(),
                object(row.path("inputs")),
                object(row.path("preview")));
    }

    private static @Nullable UUID uuid(JsonNode text) {
        return text.isTextual() ? UUID.fromString(text.textValue()) : null;
    }

    private static @Nullable JsonNode object(JsonNode json) {
        return json.isObject() ? json : null;
    }
}
