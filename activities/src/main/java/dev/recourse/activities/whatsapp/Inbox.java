package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.ConversationTools.Conversation;
import dev.recourse.activities.whatsapp.ConversationTools.Person;
import dev.recourse.activities.whatsapp.ConversationTools.State;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.workspace.Members;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows conversations as tools give them: with whose they are, who sees to them, and what was said last. */
final class Inbox {
    private static final int PREVIEW_CHARS = 100;

    private final Conversations conversations;
    private final Contacts contacts;
    private final Members members;

    Inbox(Tx tx) {
        this.conversations = tx.table(Conversations.class);
        this.contacts = tx.table(Contacts.class);
        this.members = tx.table(Members.class);
    }

    Conversation shown(Conversations.Row row) {
        return shown(List.of(row)).get(0);
    }

    List<Conversation> shown(List<Conversations.Row> rows) {
        Map<UUID, Conversations.Latest> latest =
                by(Conversations.Latest::conversationId, conversations.latest(ids(rows, Conversations.Row::id)));
        Map<UUID, Contacts.Row> people = by(Contacts.Row::id, contacts.all(ids(rows, Conversations.Row::contactId)));
        Map<UUID, Members.Row> team = by(Members.Row::id, members.all(ids(rows, Conversations.Row::assignedTo)));
        return rows.stream()
                .map(row -> conversation(
                        row,
                        Objects.requireNonNull(latest.get(row.id())),
                        of(people, row.contactId()),
                        of(team, row.assignedTo())))
                .toList();
    }

    private static Conversation conversation(
            Conversations.Row row,
            Conversations.Latest said,
            Contacts.@Nullable Row contact,
            Members.@Nullable Row assignee) {
        return new Conversation(
                row.id(),
                row.lineId(),
                row.contactId(),
                contact == null ? null : person(contact),
                row.phone(),
                "whatsapp",
                row.closed() ? State.CLOSED : State.OPEN,
                assignee == null ? null : assignee.handle(),
                row.profileName(),
                row.closedAt(),
                row.resolution(),
                said.lastAt(),
                preview(said),
                said.lastInboundAt(),
                Window.expiry(said.lastInboundAt(), Instant.now()),
                said.unread(),
                row.version(),
                row.createdAt(),
                row.updatedAt());
    }

    private static Person person(Contacts.Row contact) {
        return new Person(contact.id(), contact.name(), contact.phone(), contact.address(), contact.city());
    }

    private static @Nullable String preview(Conversations.Latest said) {
        String type = said.lastType();
        if (type == null) {
            return null;
        }
        String text = MessageText.of(Json.recorded(Objects.requireNonNull(said.lastContent())));
        String shown = text == null ? "[" + type + "]" : text;
        return shown.codePointCount(0, shown.length()) <= PREVIEW_CHARS
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, PREVIEW_CHARS - 1)) + "…";
    }

    private static List<UUID> ids(List<Conversations.Row> rows, Function<Conversations.Row, @Nullable UUID> id) {
        return rows.stream().map(id).filter(Objects::nonNull).distinct().toList();
    }

    private static <T> Map<UUID, T> by(Function<T, UUID> id, List<T> rows) {
        return rows.stream().collect(Collectors.toMap(id, Function.identity()));
    }

    private static <T> @Nullable T of(Map<UUID, T> rows, @Nullable UUID id) {
        return id == null ? null : rows.get(id);
    }
}
