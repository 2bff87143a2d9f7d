package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.Patch;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.Matches;
import dev.recourse.db.Tx;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.workspace.Caller;
import dev.recourse.db.workspace.Members;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversations, in one transaction of one caller. */
final class LocalConversationTools implements ConversationTools {
    private final Conversations conversations;
    private final Members members;
    private final Inbox inbox;

    LocalConversationTools(Tx tx, Caller caller) {
        this.conversations = tx.table(Conversations.class);
        this.members = tx.table(Members.class);
        this.inbox = new Inbox(tx);
    }

    @Override
    public ConversationPage list(ConversationQuery in) {
        Matches found = conversations.search(filter(in), in.pageSize(), (in.page() - 1L) * in.pageSize());
        List<Conversations.Row> page = found.ordered(conversations.all(found.ids()), Conversations.Row::id);
        return new ConversationPage(
                inbox.shown(page), found.total(), in.page(), in.pageSize(), found.pages(in.pageSize()));
    }

    @Override
    public Assigned assign(Assignment in) {
        if (!in.agentId().given()) {
            throw ToolFailure.field(new Violation("/agentId", "FIELD_REQUIRED"));
        }
        Conversations.Row row = locked(in.conversationId());
        UUID wanted = wanted(in.agentId());
        boolean changes = !Objects.equals(wanted, row.assignedTo());
        Conversation before = inbox.shown(row);
        Conversation now = changes ? inbox.shown(conversations.assign(row.id(), wanted)) : before;
        return new Assigned(row.id(), before.assignedTo(), now.assignedTo(), changes, now);
    }

    @Override
    public Closed close(Closing in) {
        Conversations.Row row = locked(in.conversationId());
        if (row.closed()) {
            throw ToolFailure.precondition("ALREADY_CLOSED").detail("closedAt", Objects.requireNonNull(row.closedAt()));
        }
        String resolution = in.resolution() == null || in.resolution().isBlank()
                ? null
                : in.resolution().strip();
        Conversations.Row now = conversations.close(row.id(), resolution);
        return new Closed(now.id(), true, Objects.requireNonNull(now.closedAt()), now.resolution(), inbox.shown(now));
    }

    @Override
    public Reopened reopen(ConversationRef in) {
        Conversations.Row row = locked(in.conversationId());
        return new Reopened(row.id(), row.closed(), inbox.shown(row.closed() ? conversations.reopen(row.id()) : row));
    }

    private Conversations.Row locked(UUID id) {
        return conversations.lock(id).orElseThrow(() -> ToolFailure.notFound("CONVERSATION_NOT_FOUND"));
    }

    private @Nullable UUID wanted(Patch<String> agent) {
        return agent.newValue().map(who -> member("/agentId", who)).orElse(null);
    }

    private UUID member(String field, String who) {
        return members.active(who)
                .map(Members.Row::id)
                .orElseThrow(() -> ToolFailure.field(new Violation(field, "ASSIGNEE_NOT_MEMBER")));
    }

    private Conversations.Filter filter(ConversationQuery in) {
        String status = switch (in.status()) {
            case OPEN -> "active";
            case CLOSED -> "archived";
            case ALL -> null;
        };
        UUID assignee = in.assignedTo() == null || in.unassignedOnly() ? null : member("/assignedTo", in.assignedTo());
        return new Conversations.Filter(status, assignee, in.unassignedOnly(), in.contactId());
    }
}
