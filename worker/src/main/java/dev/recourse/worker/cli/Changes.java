package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a row of the ledger changed, in few words. */
final class Changes {
    private static final Set<String> BOOKKEEPING = Set.of("version", "updated_at", "created_at");
    private static final int MAX_VALUE_CHARS = 24;

    private Changes() {}

    /** What the row changed in few words; what went wrong where it changed nothing. */
    static String of(JsonNode row) {
        if (Values.text(row, "status").equals("error")) {
            return Values.text(row, "error_code") + " " + Values.text(row, "error_message");
        }
        Set<String> tables = new TreeSet<>();
        row.path("snapshot_before").fieldNames().forEachRemaining(tables::add);
        row.path("snapshot_after").fieldNames().forEachRemaining(tables::add);
        List<String> said = new ArrayList<>();
        for (String table : tables) {
            said.add(table + " "
                    + changes(
                            row.path("snapshot_before").path(table),
                            row.path("snapshot_after").path(table)));
        }
        return String.join(", ", said);
    }

    /** {@code "+Ana -2 city Cali → Bogotá"}: rows that came, rows that went, fields that changed. */
    private static String changes(JsonNode before, JsonNode after) {
        Map<String, JsonNode> was = byKey(before, true);
        Map<String, JsonNode> is = byKey(after, false);
        List<String> said = new ArrayList<>();
        counted("+", is, was).ifPresent(said::add);
        counted("-", was, is).ifPresent(said::add);
        List<String> fields = new ArrayList<>();
        was.forEach((key, row) -> fields.addAll(fields(row, is.get(key))));
        said.addAll(
                fields.size() > 2 ? List.of(fields.get(0), "and " + Values.count(fields.size() - 1, "field")) : fields);
        return String.join(" ", said);
    }

    /** A row that only one side has, by its name; several, or one without a name, by their number. */
    private static Optional<String> counted(String sign, Map<String, JsonNode> here, Map<String, JsonNode> there) {
        List<JsonNode> only = here.keySet().stream()
                .filter(key -> !there.containsKey(key))
                .map(here::get)
                .toList();
        if (only.isEmpty()) {
            return Optional.empty();
        }
        JsonNode name = only.get(0).path("name");
        return Optional.of(sign + (only.size() == 1 && name.isTextual() ? shortly(name) : only.size()));
    }

    private static List<String> fields(JsonNode before, @Nullable JsonNode after) {
        List<String> changed = new ArrayList<>();
        if (after == null) {
            return changed;
        }
        after.properties().forEach(field -> {
            JsonNode old = before.path(field.getKey());
            if (!BOOKKEEPING.contains(field.getKey()) && !old.equals(field.getValue())) {
                changed.add(field.getKey() + " " + shortly(old) + " → " + shortly(field.getValue()));
            }
        });
        return changed;
    }

    private static String shortly(JsonNode value) {
        return Texts.cut(Values.inline(value), MAX_VALUE_CHARS);
    }

    /** Rows by their id, or by all they hold where they have none. Of a row changed twice, its first or its last image. */
    private static Map<String, JsonNode> byKey(JsonNode rows, boolean first) {
        Map<String, JsonNode> byKey = new LinkedHashMap<>();
        rows.forEach(row -> {
            String key = row.hasNonNull("id") ? row.get("id").asText() : Values.json(row);
            byKey.merge(key, row, (earlier, later) -> first ? earlier : later);
        });
        return byKey;
    }
}
