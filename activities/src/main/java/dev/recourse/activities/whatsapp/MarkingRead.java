package dev.recourse.activities.whatsapp;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.whatsapp.SendingTools.MarkedRead;
import dev.recourse.db.whatsapp.Messages;
import dev.recourse.db.whatsapp.Reads;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** The way of a read mark: to the vendor, and into the thread. */
final class MarkingRead implements Errand<MarkedRead> {
    private final Post post;
    private final VendorKey key;
    private final UUID execution;
    private final UUID conversation;
    private final Messages.Row message;

    MarkingRead(Post post, VendorKey key, UUID execution, UUID conversation, Messages.Row message) {
        this.post = post;
        this.key = key;
        this.execution = execution;
        this.conversation = conversation;
        this.message = message;
    }

    @Override
    public MarkedRead preview() {
        return new MarkedRead(conversation, message.id(), false, message.at());
    }

    @Override
    public Arrived<MarkedRead> go(Duration left) {
        Reached.accepted(post.client().markRead(key, Objects.requireNonNull(message.wamid()), left));
        return tx -> {
            tx.table(Reads.class)
                    .read(
                            UuidCreator.getTimeOrderedEpoch(),
                            message.lineId(),
                            message.phone(),
                            message.at(),
                            execution);
            return new MarkedRead(conversation, message.id(), true, message.at());
        };
    }
}
