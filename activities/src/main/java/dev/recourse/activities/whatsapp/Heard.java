package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Resolutions;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.whatsapp.Lines;
import dev.recourse.db.whatsapp.MessageStatuses;
import dev.recourse.db.whatsapp.Messages;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes down what was heard on one line; hearing it twice, or late, changes nothing more. */
final class Heard {
    private final Lines.Row line;
    private final Conversations conversations;
    private final Messages messages;
    private final MessageStatuses statuses;
    private final Contacts contacts;
    private final Resolutions resolutions;

    Heard(Tx tx, Lines.Row line) {
        this.line = line;
        this.conversations = tx.table(Conversations.class);
        this.messages = tx.table(Messages.class);
        this.statuses = tx.table(MessageStatuses.class);
        this.contacts = tx.table(Contacts.class);
        this.resolutions = new Resolutions(tx);
    }

    /** A customer wrote: a closed conversation is open again, and whoever saw to it still does. */
    boolean message(Delivery.Message heard) {
        Optional<Conversations.Row> known = conversations.ofWaId(line.id(), heard.from());
        String phone = known.map(Conversations.Row::phone).orElseGet(() -> WaId.phone(heard.from()));
        Messages.Inbound message = new Messages.Inbound(
                UuidCreator.getTimeOrderedEpoch(),
                line.id(),
                phone,
                heard.type(),
                Json.write(heard.content()),
                heard.wamid(),
                heard.at());
        if (messages.received(message) == 0) {
            return false;
        }
        Conversations.Row row =
                known.or(() -> conversations.ofThread(line.id(), phone)).orElseGet(() -> opened(heard, phone));
        learned(row, heard);
        return true;
    }

    /** What became of a message of ours, if it is not known already; a send whose outcome was unknown is settled by it. */
    boolean status(Delivery.Status heard) {
        UUID sender = sender(heard);
        if (sender != null) {
            settle(sender, heard);
        }
        return statuses.heard(new MessageStatuses.Heard(
                        UuidCreator.getTimeOrderedEpoch(),
                        line.id(),
                        heard.wamid(),
                        sender,
                        heard.status(),
                        heard.errorCode(),
                        heard.at()))
                == 1;
    }

    /** Even a message that failed was taken first: only what was taken has an id. */
    private void settle(UUID sender, Delivery.Status heard) {
        int unused = statuses.meet(sender);
        ObjectNode evidence = JsonNodeFactory.instance.objectNode();
        evidence.put("wamid", heard.wamid()).put("status", heard.status());
        resolutions.settle(sender, Answer.Outcome.APPLIED, Resolutions.Source.WEBHOOK, Json.write(evidence));
    }

    /** The execution that sent it: the one it names, if that sent something on this line, or the one that is known. */
    private @Nullable UUID sender(Delivery.Status heard) {
        return Optional.ofNullable(heard.execution())
                .flatMap(messages::sentBy)
                .filter(message -> message.lineId().equals(line.id()))
                .map(Messages.Row::clientKey)
                .or(() -> statuses.sender(line.id(), heard.wamid()))
                .orElse(null);
    }

    /** Somebody else may open it between our two looks. */
    private Conversations.Row opened(Delivery.Message heard, String phone) {
        return conversations
                .open(new Conversations.Opening(
                        UuidCreator.getTimeOrderedEpoch(),
                        line.id(),
                        phone,
                        contact(phone),
                        heard.from(),
                        heard.profile()))
                .or(() -> conversations.ofThread(line.id(), phone))
                .orElseThrow();
    }

    private void learned(Conversations.Row row, Delivery.Message heard) {
        UUID contact = row.contactId() == null ? contact(row.phone()) : null;
        String profile = Objects.equals(row.profileName(), heard.profile()) ? null : heard.profile();
        String waId = heard.from().equals(row.waId()) ? null : heard.from();
        if (row.closed()) {
            conversations.reopen(row.id());
        }
        if (contact != null || profile != null || waId != null) {
            conversations.learn(row.id(), contact, waId, profile);
        }
    }

    private @Nullable UUID contact(String phone) {
        return contacts.withPhone(phone, 1).stream()
                .filter(found -> found.archivedAt() == null)
                .map(Contacts.Row::id)
                .findFirst()
                .orElse(null);
    }
}
