package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.AsksApproval;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.activities.whatsapp.SendingTools.InteractiveMessage;
import dev.recourse.activities.whatsapp.SendingTools.MarkedRead;
import dev.recourse.activities.whatsapp.SendingTools.MediaMessage;
import dev.recourse.activities.whatsapp.SendingTools.ReadMark;
import dev.recourse.activities.whatsapp.SendingTools.TemplateMessage;
import dev.recourse.activities.whatsapp.SendingTools.TemplateSent;
import dev.recourse.activities.whatsapp.SendingTools.TextMessage;
import dev.recourse.db.Tx;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.whatsapp.Messages;
import dev.recourse.db.whatsapp.Templates;
import dev.recourse.db.workspace.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Prepares what goes to customers, in the transaction of its claim; the checks that need the database end here. */
final class Sending implements AsksApproval {
    private static final String ADVERTISING = "MARKETING";

    private final Tx tx;
    private final Caller caller;
    private final UUID execution;
    private final Post post;

    Sending(Tx tx, Caller caller, UUID execution, Post post) {
        this.tx = tx;
        this.caller = caller;
        this.execution = execution;
        this.post = post;
    }

    /** An agent does not advertise on its own. */
    @Override
    public Optional<ApprovalReason> asksApproval(Record input, String source) {
        return source.equals("agent") && input instanceof TemplateMessage message && advertises(message)
                ? Optional.of(new ApprovalReason("APPROVAL_OF_MARKETING", Map.of("template", message.templateName())))
                : Optional.empty();
    }

    private boolean advertises(TemplateMessage message) {
        return tx.table(Templates.class).named(message.templateName()).stream()
                .anyMatch(template -> template.category().equals(ADVERTISING));
    }

    Errand<SendingTools.Sent> message(TextMessage in) {
        if (in.message().isBlank()) {
            throw ToolFailure.field(new Violation("/message", "EMPTY"));
        }
        Addressee to = inWindow(in.contactId(), in.conversationId());
        ObjectNode body = MessageBody.text(to(to, in.replyToMessageId()), in.message(), false);
        return new Delivering<>(letter(to, "text", body), Letter::sent);
    }

    Errand<SendingTools.Sent> media(MediaMessage in) {
        Addressee to = inWindow(in.contactId(), in.conversationId());
        Media media = new Media(
                Media.Kind.valueOf(in.media().type().name()),
                in.media().link(),
                in.media().caption(),
                in.media().filename());
        ObjectNode body = MessageBody.media(to(to, in.replyToMessageId()), media);
        return new Delivering<>(letter(to, media.kind().wire(), body), Letter::sent);
    }

    Errand<SendingTools.Sent> interactive(InteractiveMessage in) {
        Interactive choices = Choosing.of(in);
        Addressee to = inWindow(in.contactId(), in.conversationId());
        ObjectNode body = MessageBody.interactive(to(to, in.replyToMessageId()), choices);
        return new Delivering<>(letter(to, "interactive", body), Letter::sent);
    }

    Errand<TemplateSent> template(TemplateMessage in) {
        Addressee to = Addressee.of(tx, in.contactId(), in.conversationId(), post.now());
        Templates.Row template = Languages.choose(
                tx.table(Templates.class).named(in.templateName()), Optional.ofNullable(in.language()));
        TemplateText.Filled filled =
                TemplateText.of(Json.recorded(template.components())).fill(Filling.of(in));
        ObjectNode body = MessageBody.template(to(to, null), template.name(), template.language(), filled.components());
        Letter letter = letter(to, "template", body, template.name(), filled.text());
        return new Delivering<>(
                letter, (each, ending) -> each.sent(ending, template.name(), template.language(), filled.text()));
    }

    Errand<MarkedRead> markRead(ReadMark in) {
        Conversations.Row thread = tx.table(Conversations.class)
                .find(in.conversationId())
                .orElseThrow(() -> ToolFailure.notFound("CONVERSATION_NOT_FOUND"));
        Messages messages = tx.table(Messages.class);
        Messages.Row message = (in.messageId() == null
                        ? messages.latestInbound(thread.lineId(), thread.phone())
                        : said(thread.lineId(), thread.phone(), in.messageId()))
                .filter(row -> row.direction().equals("inbound"))
                .orElseThrow(() -> ToolFailure.notFound("MESSAGE_NOT_FOUND"));
        VendorKey key = post.key(tx, caller.workspace(), thread.lineId());
        return new MarkingRead(post, key, execution, thread.id(), message);
    }

    private Addressee inWindow(UUID contact, @Nullable UUID conversation) {
        return Addressee.of(tx, contact, conversation, post.now()).inWindow();
    }

    private MessageBody.To to(Addressee to, @Nullable String replyTo) {
        String wamid = replyTo == null
                ? null
                : said(to.line(), to.phone(), replyTo)
                        .map(Messages.Row::wamid)
                        .orElseThrow(() -> ToolFailure.field(new Violation("/replyToMessageId", "MESSAGE_NOT_FOUND")));
        return new MessageBody.To(to.phone(), execution, wamid);
    }

    /** A message of a thread, by our id or by WhatsApp's. */
    private Optional<Messages.Row> said(UUID line, String phone, String id) {
        Messages messages = tx.table(Messages.class);
        Optional<UUID> ours = Place.id(id);
        return (ours.isPresent() ? messages.find(ours.get()) : messages.ofWamid(line, id))
                .filter(row -> row.lineId().equals(line) && row.phone().equals(phone));
    }

    private Letter letter(Addressee to, String type, ObjectNode body) {
        return letter(to, type, body, null, null);
    }

    /** Writes the message down as about to be sent: what is claimed and does not come back can be looked up. */
    private Letter letter(
            Addressee to, String type, ObjectNode body, @Nullable String template, @Nullable String rendered) {
        VendorKey key = post.key(tx, caller.workspace(), to.line());
        Letter letter = Letter.to(to, post, key, body, execution, !type.equals("template"));
        ObjectNode content = body.deepCopy();
        content.retain(List.of(type, "context"));
        if (rendered != null) {
            content.put("renderedText", rendered);
        }
        tx.table(Messages.class)
                .sending(new Messages.Outbound(
                        letter.id(),
                        to.line(),
                        to.phone(),
                        type,
                        Json.write(Json.storable(content)),
                        execution,
                        template,
                        letter.at()));
        return letter;
    }
}
