package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * How one request is mistreated.
 *
 * @param number for {@link Kind#CODE} Meta's error code, else 0
 * @param acting whether the message is taken all the same, before its sender is left in the dark
 * @param delay before the answer, or what stands for one
 */
public record Fault(Kind kind, int number, boolean acting, Duration delay) {

    /** What is done to a request. */
    public enum Kind {
        /** Nothing, besides the delay. */
        NONE,
        /** 503 with {@code Retry-After: 0}. */
        UNAVAILABLE,
        /** 408. */
        REQUEST_TIMEOUT,
        /** 308 to the same address. */
        REDIRECT,
        /** 429. */
        TOO_MANY,
        /** 400, 360dialog's own words for too many requests. */
        RATE_LIMIT,
        /** 500. */
        SERVER_ERROR,
        /** 502, in HTML. */
        BAD_GATEWAY,
        /** 504, with nothing. */
        GATEWAY_TIMEOUT,
        /** An error of Meta's list. */
        CODE,
        /** 200, and no JSON. */
        GARBAGE,
        /** The request is read and the connection reset. */
        RESET,
        /** The request is read and the connection closed. */
        CLOSE,
        /** The body is not read, nothing is said, the connection stays. */
        HALF_OPEN,
        /** The request is read and nothing is said, the connection stays. */
        HANG,
        /** A true answer, a byte at a time. */
        TRICKLE,
        /** A true answer that breaks off. */
        CUT,
        /** 200, and more JSON than anybody wants to read. */
        FLOOD;

        /** The name in JSON, such as {@code half_open}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads a name; throws {@link IllegalArgumentException} for any other. */
        static Kind of(String wire) {
            return Arrays.stream(values())
                    .filter(kind -> kind.wire().equals(wire))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no fault: " + wire));
        }
    }

    static final Fault NONE = of(Kind.NONE);

    /** A fault after which the message was not taken. */
    public static Fault of(Kind kind) {
        return new Fault(kind, 0, false, Duration.ZERO);
    }

    /** An error of Meta's list, such as 131056. */
    public static Fault code(int number) {
        return new Fault(Kind.CODE, number, false, Duration.ZERO);
    }

    /** The same, but the message is taken. */
    public Fault butActing() {
        return new Fault(kind, number, true, delay);
    }

    /** The same, after a while. */
    public Fault after(Duration pause) {
        return new Fault(kind, number, acting, pause);
    }

    /** {@code {"kind": "reset", "code"?, "acting"?, "delay_ms"?}}; throws {@link IllegalArgumentException} for anything else. */
    static Fault of(JsonNode json) {
        return new Fault(
                Kind.of(json.path("kind").asText()),
                json.path("code").asInt(0),
                json.path("acting").asBoolean(false),
                Duration.ofMillis(json.path("delay_ms").asInt(0)));
    }
}
