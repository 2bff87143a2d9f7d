package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known of a message after the one attempt to send it, by how far the attempt got. */
public sealed interface Sent {

    /**
     * WhatsApp took it; whether it arrives is told later.
     *
     * @param wamid WhatsApp's id of the message; of a read mark, that of the message which was marked
     * @param waId WhatsApp's id of the recipient, not always the digits of the phone; null where it was not told
     */
    record Accepted(String wamid, @Nullable String waId) implements Sent {
        @Override
        public String toString() {
            return "Accepted[" + wamid + "]";
        }
    }

    /** It was refused in words we understand: surely not sent. */
    record Rejected(ToolFailure failure) implements Sent {}

    /** No byte of it left us: surely not sent. */
    record NotSent(ToolFailure failure) implements Sent {}

    /**
     * It left us, and no answer says what became of it: maybe sent, maybe not.
     *
     * @param why for people who look into it; never anything of the message
     * @param status HTTP's, where there was an answer
     */
    record Unknown(Why why, @Nullable Integer status) implements Sent {}

    /** Why nobody knows. */
    enum Why {
        /** The time was up while the answer was waited for. */
        TIMED_OUT,
        /** The connection broke after the first byte of the message. */
        CONNECTION_LOST,
        /** A server between us and WhatsApp, or WhatsApp's own, said that something went wrong. */
        SERVER_FAILED,
        /** It was accepted, in words that could not be read. */
        ANSWER_UNREADABLE
    }

    /** What each case means to the caller; a message that was surely not sent is one case, whoever stopped it. */
    default <T> T fold(
            Function<Accepted, T> accepted, Function<ToolFailure, T> surelyNot, Function<Unknown, T> unknown) {
        if (this instanceof Accepted taken) {
            return accepted.apply(taken);
        }
        if (this instanceof Rejected refused) {
            return surelyNot.apply(refused.failure());
        }
        return this instanceof NotSent stayed ? surelyNot.apply(stayed.failure()) : unknown.apply((Unknown) this);
    }
}
