package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Whether everything is there that a worker needs, part by part: {@code up} or {@code down}. */
final class Health {
    private Health() {}

    static ObjectNode of(boolean database, boolean temporal, boolean worker) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", word(database && temporal && worker))
                .put("database", word(database))
                .put("temporal", word(temporal))
                .put("worker", word(worker));
    }

    /** Of what is not there yet. */
    static ObjectNode down() {
        return of(false, false, false);
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
