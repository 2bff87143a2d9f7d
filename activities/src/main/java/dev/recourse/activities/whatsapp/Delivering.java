package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Tx;
import dev.recourse.db.whatsapp.Conversations;
import dev.recourse.db.whatsapp.MessageStatuses;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The way of a letter: to the vendor, and with its id into the conversation. */
final class Delivering<O extends Record> implements Errand<O> {
    private final Letter letter;
    private final BiFunction<Letter, Letter.Ending, O> told;

    /** @param told the outputs of how it went */
    Delivering(Letter letter, BiFunction<Letter, Letter.Ending, O> told) {
        this.letter = letter;
        this.told = told;
    }

    @Override
    public O preview() {
        return told.apply(letter, new Letter.Ending(null, letter.conversation()));
    }

    @Override
    public Arrived<O> go(Duration left) {
        Sent.Accepted accepted = letter.send(left);
        return new Arrived<>() {
            @Override
            public O record(Tx tx) {
                return told.apply(letter, new Letter.Ending(accepted, written(tx, accepted)));
            }

            @Override
            public String evidence() {
                return Json.write(JsonNodeFactory.instance.objectNode().put("wamid", accepted.wamid()));
            }
        };
    }

    /** That it was accepted, under which id; and its conversation, which a message to it opens. */
    private UUID written(Tx tx, Sent.Accepted accepted) {
        tx.table(MessageStatuses.class)
                .heard(new MessageStatuses.Heard(
                        UuidCreator.getTimeOrderedEpoch(),
                        letter.to().line(),
                        accepted.wamid(),
                        letter.execution(),
                        "accepted",
                        null,
                        letter.post().now()));
        Conversations conversations = tx.table(Conversations.class);
        Conversations.Row row = conversations
                .ofThread(letter.to().line(), letter.to().phone())
                .orElseGet(() -> opened(conversations, accepted));
        if (row.closed()) {
            conversations.reopen(row.id());
        }
        learn(conversations, row, accepted);
        return row.id();
    }

    /** Somebody else may open it between our two looks. */
    private Conversations.Row opened(Conversations conversations, Sent.Accepted accepted) {
        Addressee to = letter.to();
        return conversations
                .open(new Conversations.Opening(
                        letter.conversation(), to.line(), to.phone(), to.contact(), waId(accepted), null))
                .or(() -> conversations.ofThread(to.line(), to.phone()))
                .orElseThrow();
    }

    private void learn(Conversations conversations, Conversations.Row row, Sent.Accepted accepted) {
        String waId = Objects.equals(waId(accepted), row.waId()) ? null : waId(accepted);
        if (waId != null || row.contactId() == null) {
            conversations.learn(row.id(), letter.to().contact(), waId, null);
        }
    }

    private static @Nullable String waId(Sent.Accepted accepted) {
        String waId = accepted.waId();
        return waId != null && WaId.possible(waId) ? waId : null;
    }
}
