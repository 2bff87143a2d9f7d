package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A session as an operator reads it: each call and what it changed, batches in brackets, undos beside what they undid. */
final class SessionView {

    private final Look look;
    private final Function<JsonNode, Optional<String>> link;
    private final Map<String, JsonNode> byId;
    private final Map<String, JsonNode> undoOf;

    /** @param link the address of a row's workflow in Temporal's UI, or empty where none is known */
    private SessionView(List<JsonNode> rows, Look look, Function<JsonNode, Optional<String>> link) {
        this.look = look;
        this.link = link;
        this.byId = rows.stream().collect(Collectors.toMap(row -> Values.text(row, "id"), row -> row));
        this.undoOf = rows.stream()
                .filter(row -> undo(row) && Values.text(row, "status").equals("success"))
                .collect(Collectors.toMap(row -> Values.text(row, "compensates"), row -> row, (one, other) -> other));
    }

    /** @param rows of one session, oldest first */
    static String text(List<JsonNode> rows, Look look, Function<JsonNode, Optional<String>> link) {
        return rows.isEmpty() ? "No executions.\n" : new SessionView(rows, look, link).told(rows);
    }

    private String told(List<JsonNode> rows) {
        StringBuilder text = new StringBuilder(heading(rows)).append('\n');
        Table table = Table.of("time", "what", "outcome", "what changed");
        List<String> links = new ArrayList<>();
        for (List<JsonNode> part : parts(rows)) {
            lines(part, table);
            link.apply(part.get(0)).ifPresent(address -> links.add(named(part) + "  " + address));
        }
        text.append(table.text(look));
        text.append('\n').append(Values.count(rows.size(), "execution") + ", times in " + look.zone() + "\n");
        links.stream().distinct().forEach(each -> text.append(each).append('\n'));
        return text.toString();
    }

    private String heading(List<JsonNode> rows) {
        String who = rows.stream()
                .map(row -> Values.text(row, "principal"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return "Session " + Values.text(rows.get(0), "agent_session_id") + " of " + Texts.oneLine(who) + ", "
                + Times.dated(Values.text(rows.get(0), "started_at"), look) + "\n";
    }

    /** Neighbours of one batch and one direction belong together; any other row stands alone. */
    private static List<List<JsonNode>> parts(List<JsonNode> rows) {
        List<List<JsonNode>> parts = new ArrayList<>();
        for (JsonNode row : rows) {
            List<JsonNode> last = parts.isEmpty() ? List.of() : parts.get(parts.size() - 1);
            if (!last.isEmpty() && batch(row) && sameRun(last.get(0), row)) {
                last.add(row);
            } else {
                parts.add(new ArrayList<>(List.of(row)));
            }
        }
        return parts;
    }

    private static boolean sameRun(JsonNode one, JsonNode other) {
        return Values.text(one, "batch_id").equals(Values.text(other, "batch_id"))
                && undo(one) == undo(other)
                && dryRun(one) == dryRun(other);
    }

    private void lines(List<JsonNode> part, Table table) {
        boolean bracket = batch(part.get(0));
        if (bracket) {
            table.row(
                    Cell.faint(Times.clock(Values.text(part.get(0), "started_at"), look)),
                    new Cell("┌ " + named(part), Style.HEAD),
                    ended(part),
                    Cell.of(""));
        }
        for (int i = 0; i < part.size(); i++) {
            String edge = !bracket ? "" : i == part.size() - 1 ? "└ " : "│ ";
            JsonNode row = part.get(i);
            table.row(
                    Cell.faint(Times.clock(Values.text(row, "started_at"), look)),
                    Cell.of(edge + what(row)),
                    outcome(row),
                    Cell.of(Changes.of(row)));
        }
    }

    private static String named(List<JsonNode> part) {
        JsonNode first = part.get(0);
        String batch =
                (dryRun(first) ? "dry run of batch " : "batch ") + Values.shortId(Values.text(first, "batch_id"));
        if (!batch(first)) {
            return (undo(first) ? "undo " : "call ") + Values.shortId(Values.text(first, "id"));
        }
        return undo(first) ? "rollback of " + batch : batch;
    }

    /** How a bracket ended, as far as its rows tell. */
    private Cell ended(List<JsonNode> part) {
        long refused = count(part, "error");
        if (undo(part.get(0))) {
            return Cell.status(refused == 0 ? "undone" : "stuck");
        }
        long applied = count(part, "success");
        long undone = part.stream().filter(this::undone).count();
        if (dryRun(part.get(0))) {
            return Cell.status("dry_run");
        }
        String status = undone > 0 && undone == applied
                ? "undone"
                : undone > 0 || refused > 0 ? applied == 0 ? "refused" : "partial" : "applied";
        return Cell.status(status);
    }

    private static long count(List<JsonNode> part, String status) {
        return part.stream()
                .filter(row -> Values.text(row, "status").equals(status))
                .count();
    }

    private String what(JsonNode row) {
        String step = row.path("step").isNumber() ? row.path("step").asInt() + " " : "";
        if (!undo(row)) {
            return step + Values.text(row, "tool_name");
        }
        JsonNode original = byId.get(Values.text(row, "compensates"));
        return step + "↩ "
                + (original == null
                        ? "undo of " + Values.shortId(Values.text(row, "compensates"))
                        : "undo of " + Values.text(original, "tool_name") + " of "
                                + Times.clock(Values.text(original, "started_at"), look));
    }

    private Cell outcome(JsonNode row) {
        if (!undone(row)) {
            return AuditView.outcome(row);
        }
        JsonNode undo = Objects.requireNonNull(undoOf.get(Values.text(row, "id")));
        return Cell.faint("undone " + Times.clock(Values.text(undo, "started_at"), look));
    }

    private boolean undone(JsonNode row) {
        return undoOf.containsKey(Values.text(row, "id"));
    }

    private static boolean dryRun(JsonNode row) {
        return row.at("/request_context/dry_run").asBoolean(false);
    }

    private static boolean undo(JsonNode row) {
        return Values.text(row, "kind").equals("undo");
    }

    private static boolean batch(JsonNode row) {
        return !Values.text(row, "batch_id").isEmpty();
    }
}
