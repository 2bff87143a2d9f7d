package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.recourse.activities.tool.Patch;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with conversations, besides writing in them. */
@ActivityInterface
public interface ConversationTools {
    /** Gives a page of the conversations. */
    @ActivityMethod(name = "whatsapp.conversation.list")
    ConversationPage list(ConversationQuery query);

    /** Says which member sees to a conversation, or that nobody does. */
    @ActivityMethod(name = "whatsapp.conversation.assign")
    Assigned assign(Assignment assignment);

    /** Closes an open conversation. */
    @ActivityMethod(name = "whatsapp.conversation.close")
    Closed close(Closing closing);

    /** Opens a closed conversation again; one that is open stays as it is. */
    @ActivityMethod(name = "whatsapp.conversation.reopen")
    Reopened reopen(ConversationRef conversation);

    /**
     * A conversation as every tool gives it.
     *
     * @param contactId null while nobody knows whose phone it is
     * @param assignedTo a member's handle
     * @param lastMessagePreview the beginning of what was said last, or its kind in brackets
     * @param windowExpiresAt until when free text may be sent; null where only a template may
     * @param unread messages of the customer that nobody has marked as read
     */
    record Conversation(
            UUID id,
            UUID lineId,
            @Nullable UUID contactId,
            @Nullable Person contact,
            String phone,
            String channel,
            State status,
            @Nullable String assignedTo,
            @Nullable String profileName,
            @Nullable Instant closedAt,
            @Nullable String resolution,
            @Nullable Instant lastMessageAt,
            @Nullable String lastMessagePreview,
            @Nullable Instant lastCustomerMessageAt,
            @Nullable Instant windowExpiresAt,
            int unread,
            int version,
            Instant createdAt,
            Instant updatedAt) {}

    /** The contact behind a conversation, in short. */
    record Person(
            UUID id,
            String name,
            String phone,
            @Nullable String address,
            @Nullable String city) {}

    /** Whether somebody still has to see to it. */
    enum State {
        @JsonProperty("open")
        OPEN,
        @JsonProperty("closed")
        CLOSED
    }

    /** Which of them. */
    enum Which {
        @JsonProperty("open")
        OPEN,
        @JsonProperty("closed")
        CLOSED,
        @JsonProperty("all")
        ALL
    }

    record ConversationRef(UUID conversationId) {}

    /**
     * Which conversations, and which page of them.
     *
     * @param assignedTo a member's handle or id; does not count where {@code unassignedOnly} is true
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ConversationQuery(
            Which status,
            @Nullable String assignedTo,
            boolean unassignedOnly,
            @Nullable UUID contactId,
            int page,
            int pageSize) {

        /** The open ones, twenty at a time. */
        public ConversationQuery() {
            this(Which.OPEN, null, false, null, 1, 20);
        }
    }

    /**
     * One page.
     *
     * @param total how many there are on all pages
     */
    record ConversationPage(List<Conversation> conversations, long total, int page, int pageSize, int totalPages) {
        public ConversationPage {
            conversations = List.copyOf(conversations);
        }
    }

    /**
     * Who is to see to a conversation.
     *
     * @param agentId a member's handle or id; null says that nobody does
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Assignment(UUID conversationId, Patch<String> agentId) {}

    /**
     * A conversation with its new assignee.
     *
     * @param previousAgent the handle of who saw to it before
     * @param assigned whether this call changed that
     */
    record Assigned(
            UUID conversationId,
            @Nullable String previousAgent,
            @Nullable String newAgent,
            boolean assigned,
            Conversation conversation) {}

    /** What to close, and how it ended. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Closing(UUID conversationId, @Nullable String resolution) {}

    record Closed(
            UUID conversationId,
            boolean closed,
            Instant closedAt,
            @Nullable String resolution,
            Conversation conversation) {}

    /**
     * An open conversation.
     *
     * @param reopened whether this call opened it; false if it was open
     */
    record Reopened(UUID conversationId, boolean reopened, Conversation conversation) {}
}
