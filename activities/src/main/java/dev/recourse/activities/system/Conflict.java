package dev.recourse.activities.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.ledger.Undo;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the way of an undo, as people script against it: which field of which row, and its three values.
 *
 * @param reason {@code CHANGED_SINCE}, {@code ROW_GONE}, {@code ROW_EXISTS}, {@code REFERENCED}, {@code VALUE_TAKEN},
 *     {@code CONSTRAINT} or {@code COLUMN_GONE}
 * @param field a column, {@code column.key} of a json column, or the constraint's name; null for the whole row
 */
public record Conflict(
        String table,
        Map<String, UUID> key,
        String reason,
        @Nullable String field,
        @Nullable JsonNode before,
        @Nullable JsonNode after,
        @Nullable JsonNode now) {

    /** The conflicts among obstacles. */
    public static List<Conflict> all(List<Undo.Obstacle> obstacles) {
        return obstacles.stream()
                .filter(Undo.Obstacle::conflict)
                .map(o -> new Conflict(
                        o.tableName(),
                        o.rowId() == null ? Map.of() : Map.of("id", o.rowId()),
                        o.reason(),
                        o.field(),
                        json(o.before()),
                        json(o.after()),
                        json(o.now())))
                .toList();
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : Json.recorded(text);
    }
}
