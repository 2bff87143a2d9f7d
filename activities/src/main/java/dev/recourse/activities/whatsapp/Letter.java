package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.whatsapp.SendingTools.TemplateSent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that is ready to go.
 *
 * @param id of its row
 * @param conversation the id of its conversation, or the one it will get
 * @param freely whether it may only go while the window is open
 */
record Letter(
        UUID id,
        Addressee to,
        UUID conversation,
        Post post,
        VendorKey key,
        ObjectNode body,
        UUID execution,
        boolean freely,
        Instant at) {

    static Letter to(Addressee to, Post post, VendorKey key, ObjectNode body, UUID execution, boolean freely) {
        return new Letter(
                UuidCreator.getTimeOrderedEpoch(),
                to,
                to.conversation() == null
                        ? UuidCreator.getTimeOrderedEpoch()
                        : to.conversation().id(),
                post,
                key,
                body,
                execution,
                freely,
                post.now().truncatedTo(ChronoUnit.MICROS));
    }

    /**
     * How it went, as the outputs say it.
     *
     * @param accepted null where it did not go, in a dry run
     * @param conversation the conversation that it is part of
     */
    record Ending(Sent.@Nullable Accepted accepted, UUID conversation) {}

    /**
     * Sends it, once. The window is looked at again: it may have closed while others were waited for.
     *
     * @throws ToolFailure if it has surely not left
     * @throws OutcomeUnknown if nobody can say
     */
    Sent.Accepted send(Duration left) {
        Instant window = to.window();
        if (freely && (window == null || !post.now().isBefore(window))) {
            throw ToolFailure.precondition("WINDOW_CLOSED");
        }
        return Reached.accepted(post.client().send(key, body, left));
    }

    SendingTools.Sent sent(Ending ending) {
        return new SendingTools.Sent(
                id,
                to.contact(),
                ending.conversation(),
                to.phone(),
                ending.accepted() != null,
                true,
                status(ending),
                wamid(ending),
                at,
                to.window());
    }

    TemplateSent sent(Ending ending, String template, String language, String text) {
        return new TemplateSent(
                id,
                to.contact(),
                ending.conversation(),
                to.phone(),
                ending.accepted() != null,
                true,
                status(ending),
                wamid(ending),
                at,
                to.window(),
                template,
                language,
                text);
    }

    private static MessageTools.Status status(Ending ending) {
        return ending.accepted() == null ? MessageTools.Status.PENDING : MessageTools.Status.SENT;
    }

    private static @Nullable String wamid(Ending ending) {
        return ending.accepted() == null ? null : ending.accepted().wamid();
    }
}
