package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be sent to customers; none of it can be taken back. */
@ActivityInterface
public interface SendingTools {
    /** Sends a text, while the customer's window is open. */
    @ActivityMethod(name = "whatsapp.message.send")
    Sent message(TextMessage message);

    /** Sends an approved template, at any time; opens the conversation where there is none. */
    @ActivityMethod(name = "whatsapp.template.send")
    TemplateSent template(TemplateMessage message);

    /** Sends a file that WhatsApp fetches from a link, while the customer's window is open. */
    @ActivityMethod(name = "whatsapp.media.send")
    Sent media(MediaMessage message);

    /** Sends a text with buttons or a list to choose from, while the customer's window is open. */
    @ActivityMethod(name = "whatsapp.interactive.send")
    Sent interactive(InteractiveMessage message);

    /** Shows a customer that what they wrote was read. */
    @ActivityMethod(name = "whatsapp.message.markRead")
    MarkedRead markRead(ReadMark mark);

    /**
     * A text to a contact.
     *
     * @param replyToMessageId the message that it answers: our id, or WhatsApp's
     * @param conversationId which of the contact's conversations; null takes the latest active one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TextMessage(
            UUID contactId,
            String message,
            @Nullable String replyToMessageId,
            @Nullable UUID conversationId) {

        /** A text in the contact's latest conversation. */
        public TextMessage(UUID contactId, String message) {
            this(contactId, message, null, null);
        }
    }

    /**
     * A file to a contact.
     *
     * @param replyToMessageId and {@code conversationId} as for a text
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MediaMessage(
            UUID contactId,
            File media,
            @Nullable String replyToMessageId,
            @Nullable UUID conversationId) {}

    /**
     * A file.
     *
     * @param caption for image, video and document
     * @param filename for document
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record File(
            FileType type,
            String link,
            @Nullable String caption,
            @Nullable String filename) {}

    /** What a file is. */
    enum FileType {
        @JsonProperty("image")
        IMAGE,
        @JsonProperty("video")
        VIDEO,
        @JsonProperty("audio")
        AUDIO,
        @JsonProperty("document")
        DOCUMENT,
        @JsonProperty("sticker")
        STICKER
    }

    /**
     * A text with something to choose: either buttons, or sections behind a label.
     *
     * @param label of the button that opens the list
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record InteractiveMessage(
            UUID contactId,
            String body,
            @Nullable String header,
            @Nullable String footer,
            List<Choice> buttons,
            @Nullable String label,
            List<Section> sections,
            @Nullable String replyToMessageId,
            @Nullable UUID conversationId) {
        public InteractiveMessage {
            buttons = List.copyOf(buttons);
            sections = List.copyOf(sections);
        }
    }

    /**
     * A button.
     *
     * @param id what comes back when it is tapped
     */
    record Choice(String id, String title) {}

    /** Rows of a list under a title, which may be left out where there is one section. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Section(@Nullable String title, List<Row> rows) {
        public Section {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A row.
     *
     * @param id what comes back when it is chosen
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Row(String id, String title, @Nullable String description) {}

    /**
     * A template to a contact, with exactly the values it takes.
     *
     * @param language null where the template has one language, or {@code es} among others
     * @param templateParams of the body, by number or name
     * @param headerParams of a header that is a text
     * @param headerMedia of a header that is a file
     * @param buttonParams by the button's place, from {@code 0}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TemplateMessage(
            UUID contactId,
            String templateName,
            @Nullable String language,
            Map<String, String> templateParams,
            Map<String, String> headerParams,
            @Nullable HeaderFile headerMedia,
            Map<String, String> buttonParams,
            @Nullable UUID conversationId) {
        public TemplateMessage {
            templateParams = Map.copyOf(templateParams);
            headerParams = Map.copyOf(headerParams);
            buttonParams = Map.copyOf(buttonParams);
        }
    }

    /**
     * The file of a template's header.
     *
     * @param filename for document
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HeaderFile(
            HeaderFileType type, String link, @Nullable String filename) {}

    /** What the file of a header is. */
    enum HeaderFileType {
        @JsonProperty("image")
        IMAGE,
        @JsonProperty("video")
        VIDEO,
        @JsonProperty("document")
        DOCUMENT
    }

    /**
     * A message that left, or would.
     *
     * @param to the phone
     * @param wouldSend nothing stands in its way: always so, for what does is a refusal
     * @param wamid WhatsApp's id; null where nothing was sent
     * @param windowExpiresAt until when free text may be sent; null where only a template may
     */
    record Sent(
            UUID messageId,
            UUID contactId,
            UUID conversationId,
            String to,
            boolean sent,
            boolean wouldSend,
            MessageTools.Status status,
            @Nullable String wamid,
            Instant timestamp,
            @Nullable Instant windowExpiresAt) {}

    /**
     * A template that left, or would; the rest as in {@link Sent}.
     *
     * @param renderedText as the customer reads it, without pictures and buttons
     */
    record TemplateSent(
            UUID messageId,
            UUID contactId,
            UUID conversationId,
            String to,
            boolean sent,
            boolean wouldSend,
            MessageTools.Status status,
            @Nullable String wamid,
            Instant timestamp,
            @Nullable Instant windowExpiresAt,
            String templateUsed,
            String language,
            String renderedText) {}

    /**
     * What to mark.
     *
     * @param messageId a message of the customer, our id or WhatsApp's; null takes the last one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ReadMark(UUID conversationId, @Nullable String messageId) {}

    /**
     * A message that the customer sees as read, and all before it.
     *
     * @param read false in a dry run
     */
    record MarkedRead(UUID conversationId, UUID messageId, boolean read, Instant readUntil) {}
}
