package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.whatsapp.Lines;
import dev.recourse.db.whatsapp.Messages;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom a message goes to, on which line.
 *
 * @param phone the one of the thread, which may be another than the contact's by now
 * @param conversation null where there is none yet
 * @param window until when free text may be sent; null where only a template may
 */
record Addressee(
        UUID contact,
        UUID line,
        String phone,
        Conversations.@Nullable Row conversation,
        @Nullable Instant window) {

    /**
     * The contact on the line of their conversation: of the one that is named, else of the latest active one on the
     * default line, else of the latest; without any, on the default line.
     *
     * @throws ToolFailure {@code CONTACT_NOT_FOUND}, {@code CONTACT_ARCHIVED}, {@code WHATSAPP_NOT_CONFIGURED},
     *     {@code CONVERSATION_NOT_FOUND}
     */
    static Addressee of(Tx tx, UUID contactId, @Nullable UUID conversationId, Instant now) {
        Contacts.Row contact =
                tx.table(Contacts.class).find(contactId).orElseThrow(() -> ToolFailure.notFound("CONTACT_NOT_FOUND"));
        if (contact.archivedAt() != null) {
            throw ToolFailure.precondition("CONTACT_ARCHIVED");
        }
        Lines.Row usual = tx.table(Lines.class).all().stream()
                .findFirst()
                .orElseThrow(() -> ToolFailure.precondition("WHATSAPP_NOT_CONFIGURED"));
        Optional<Conversations.Row> known =
                conversationId == null ? latest(tx, contact, usual) : Optional.of(named(tx, contact, conversationId));
        UUID line = known.map(Conversations.Row::lineId).orElse(usual.id());
        String phone = known.map(Conversations.Row::phone).orElse(contact.phone());
        Instant heard = tx.table(Messages.class).lastInbound(line, phone).orElse(null);
        return new Addressee(contact.id(), line, phone, known.orElse(null), Window.expiry(heard, now));
    }

    /** The same, for what only goes while the window is open. */
    Addressee inWindow() {
        if (conversation == null) {
            throw ToolFailure.notFound("CONVERSATION_NOT_FOUND");
        }
        if (window == null) {
            throw ToolFailure.precondition("WINDOW_CLOSED");
        }
        return this;
    }

    /** A thread that began before the contact was made may not know of it yet. */
    private static Optional<Conversations.Row> latest(Tx tx, Contacts.Row contact, Lines.Row usual) {
        Conversations conversations = tx.table(Conversations.class);
        return conversations.ofContact(contact.id(), 1).stream()
                .findFirst()
                .or(() -> conversations.ofThread(usual.id(), contact.phone()));
    }

    private static Conversations.Row named(Tx tx, Contacts.Row contact, UUID conversationId) {
        return tx.table(Conversations.class)
                .find(conversationId)
                .filter(row -> contact.id().equals(row.contactId())
                        || (row.contactId() == null && row.phone().equals(contact.phone())))
                .orElseThrow(() -> ToolFailure.notFound("CONVERSATION_NOT_FOUND"));
    }
}
