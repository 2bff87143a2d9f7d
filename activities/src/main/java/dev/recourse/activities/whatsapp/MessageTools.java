package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be known of messages. */
@ActivityInterface
public interface MessageTools {
    /** Gives messages of a conversation, oldest first: the newest ones, or those before or after a place. */
    @ActivityMethod(name = "whatsapp.message.list")
    MessagePage list(MessageQuery query);

    /**
     * A message as every tool gives it.
     *
     * @param text its words, or null where it has none
     * @param content as WhatsApp writes it
     * @param wamid WhatsApp's id; null until it is known
     * @param at when it was said
     */
    record Message(
            UUID id,
            Direction direction,
            String type,
            @Nullable String text,
            JsonNode content,
            Status status,
            @Nullable String errorCode,
            @Nullable String wamid,
            @Nullable String templateName,
            Instant at) {}

    /** Which way it went. */
    enum Direction {
        @JsonProperty("inbound")
        INBOUND,
        @JsonProperty("outbound")
        OUTBOUND
    }

    /** How it fared. */
    enum Status {
        @JsonProperty("received")
        RECEIVED,
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("sent")
        SENT,
        @JsonProperty("delivered")
        DELIVERED,
        @JsonProperty("read")
        READ,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("unknown")
        UNKNOWN
    }

    /**
     * Which messages.
     *
     * @param before a cursor or the id of a message
     * @param after likewise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MessageQuery(
            UUID conversationId,
            int limit,
            @Nullable String before,
            @Nullable String after) {

        /** The newest fifty. */
        public MessageQuery(UUID conversationId) {
            this(conversationId, 50, null, null);
        }
    }

    /**
     * Messages, oldest first.
     *
     * @param hasMore whether there are more in the direction that was asked for
     * @param nextCursor where they begin: for {@code after} if that was given, else for {@code before}
     */
    record MessagePage(
            UUID conversationId,
            List<Message> messages,
            boolean hasMore,
            @Nullable String nextCursor) {
        public MessagePage {
            messages = List.copyOf(messages);
        }
    }
}
