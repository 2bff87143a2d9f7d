package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.whatsapp.Messages;
import dev.recourse.db.workspace.Caller;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages, in one transaction of one caller. */
final class LocalMessageTools implements MessageTools {
    private final Conversations conversations;
    private final Messages messages;

    LocalMessageTools(Tx tx, Caller caller) {
        this.conversations = tx.table(Conversations.class);
        this.messages = tx.table(Messages.class);
    }

    @Override
    public MessagePage list(MessageQuery in) {
        Conversations.Row thread = conversations
                .find(in.conversationId())
                .orElseThrow(() -> ToolFailure.notFound("CONVERSATION_NOT_FOUND"));
        Place before = place("/before", in.before(), thread);
        Place after = place("/after", in.after(), thread);
        List<Messages.Row> found = found(thread, before, after, in.limit() + 1);
        boolean more = found.size() > in.limit();
        List<Messages.Row> page = new ArrayList<>(more ? found.subList(0, in.limit()) : found);
        String next = more ? Place.of(page.get(page.size() - 1)).cursor() : null;
        if (after == null) {
            Collections.reverse(page);
        }
        return new MessagePage(
                thread.id(), page.stream().map(LocalMessageTools::shown).toList(), more, next);
    }

    private List<Messages.Row> found(
            Conversations.Row thread, @Nullable Place before, @Nullable Place after, int most) {
        var beforeAt = before == null ? null : before.at();
        UUID beforeId = before == null ? null : before.id();
        return after == null
                ? messages.before(thread.lineId(), thread.phone(), beforeAt, beforeId, most)
                : messages.after(thread.lineId(), thread.phone(), after.at(), after.id(), beforeAt, beforeId, most);
    }

    /** A cursor says a place itself; a message's id says that message's, if it is one of the thread. */
    private @Nullable Place place(String field, @Nullable String written, Conversations.Row thread) {
        if (written == null) {
            return null;
        }
        return Place.id(written)
                .map(id -> messages.find(id)
                        .filter(row -> row.lineId().equals(thread.lineId())
                                && row.phone().equals(thread.phone()))
                        .map(Place::of)
                        .orElseThrow(() -> ToolFailure.notFound("MESSAGE_NOT_FOUND")))
                .orElseGet(() -> Place.read(field, written));
    }

    static Message shown(Messages.Row row) {
        JsonNode content = Json.recorded(row.content());
        return new Message(
                row.id(),
                Direction.valueOf(row.direction().toUpperCase(Locale.ROOT)),
                row.type(),
                MessageText.of(content),
                content,
                Status.valueOf(row.status().toUpperCase(Locale.ROOT)),
                row.errorCode(),
                row.wamid(),
                row.templateName(),
                row.at());
    }
}
