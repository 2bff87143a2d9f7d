package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Rows of the ledger, for people. */
final class AuditView {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final Set<String> BOOKKEEPING = Set.of("version", "updated_at", "created_at");
    private static final int MAX_VALUE_CHARS = 24;

    private AuditView() {}

    static String text(List<JsonNode> rows, Look look) {
        if (rows.isEmpty()) {
            return "No executions.\n";
        }
        Table table = Table.of("time", "tool", "outcome", "who", "session", "what changed");
        for (JsonNode row : rows) {
            table.row(
                    Cell.faint(time(Values.text(row, "started_at"), look)),
                    Cell.of(Values.text(row, "tool_name")),
                    outcome(row),
                    Cell.of(Values.text(row, "principal")),
                    Cell.faint(Values.shortId(Values.text(row, "agent_session_id"))),
                    Cell.of(changed(row)));
        }
        return table.text(look) + "\n" + Values.count(rows.size(), "execution") + ", times in " + look.zone() + "\n";
    }

    private static Cell outcome(JsonNode row) {
        String status = Values.text(row, "status");
        String outcome = Values.text(row, "outcome");
        boolean says = outcome.equals("applied") || outcome.equals("unknown") || outcome.equals("not_applied");
        return new Cell(
                Cell.words(status.equals("error") || !says ? status : outcome)
                        + (outcome.equals("unknown") ? ", unknown" : ""),
                outcome.equals("unknown") ? Style.ATTENTION : Style.ofStatus(status));
    }

    /** What the row changed in few words; what went wrong where it changed nothing. */
    private static String changed(JsonNode row) {
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

    /** {@code "+1 -1 city Cali → Bogotá"}: rows that came, rows that went, fields that changed. */
    private static String changes(JsonNode before, JsonNode after) {
        Map<String, JsonNode> was = byKey(before, true);
        Map<String, JsonNode> is = byKey(after, false);
        List<String> said = new ArrayList<>();
        long came = is.keySet().stream().filter(key -> !was.containsKey(key)).count();
        long went = was.keySet().stream().filter(key -> !is.containsKey(key)).count();
        if (came > 0) {
            said.add("+" + came);
        }
        if (went > 0) {
            said.add("-" + went);
        }
        List<String> fields = new ArrayList<>();
        was.forEach((key, row) -> fields.addAll(fields(row, is.get(key))));
        said.addAll(
                fields.size() > 2 ? List.of(fields.get(0), "and " + Values.count(fields.size() - 1, "field")) : fields);
        return String.join(" ", said);
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

    private static String time(String started, Look look) {
        try {
            Instant instant = OffsetDateTime.parse(started).toInstant();
            return TIME.format(instant.atZone(look.zone()));
        } catch (DateTimeParseException e) {
            return started;
        }
    }
}
