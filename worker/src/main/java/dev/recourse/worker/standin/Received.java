package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One request as it came in, noted before anything was answered.
 *
 * @param number from 1, in the order they were noted
 * @param connection from 1; requests with the same came over one connection
 * @param path with its query
 * @param key the vendor key it came with, empty without one
 * @param declared how long its body was said to be, -1 where that was not said
 * @param got how much of the body was read
 * @param complete whether that was all
 * @param body what was read, as UTF-8
 * @param fault what was done to it
 */
public record Received(
        int number,
        int connection,
        Instant at,
        String method,
        String path,
        String key,
        long declared,
        int got,
        boolean complete,
        String body,
        Fault.Kind fault) {
    private static final int SHOWN = 4;

    /** A line of the log; of the key, its end alone. */
    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("number", number)
                .put("connection", connection)
                .put("at", at.toString())
                .put("method", method)
                .put("path", path)
                .put("key", "…" + key.substring(Math.max(0, key.length() - SHOWN)))
                .put("declared", declared)
                .put("got", got)
                .put("complete", complete)
                .put("fault", fault.wire())
                .put("body", body);
    }
}
