package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A rollback's answer or its plan, for people. */
final class RollbackView {
    private static final Map<String, String> SAID = Map.of(
            "planned", "Plan, nothing was changed",
            "undone", "Undone",
            "stuck", "Stuck: a person is needed",
            "refused", "Refused, nothing was changed");

    private RollbackView() {}

    static String text(JsonNode rollback, Look look) {
        return head(rollback, look) + items(rollback.path("items"), look) + conflicts(rollback.path("items"), look);
    }

    private static String head(JsonNode rollback, Look look) {
        String status = Values.text(rollback, "status");
        JsonNode target = rollback.path("target");
        StringBuilder text = new StringBuilder();
        text.append(Style.ofStatus(status).paint(SAID.getOrDefault(status, Cell.words(status)), look))
                .append("  ")
                .append(Texts.oneLine(Values.text(target, "kind") + " " + Values.text(target, "id")))
                .append('\n')
                .append(counts(rollback.path("counts"), status))
                .append('\n');
        if (rollback.path("error").isObject()) {
            text.append('\n').append(CallView.error(rollback.path("error"), look));
        }
        return text.toString();
    }

    private static String counts(JsonNode counts, String status) {
        List<String> said = new ArrayList<>();
        counts.properties().forEach(count -> {
            if (count.getValue().asInt() > 0) {
                said.add(count.getValue().asInt() + " " + wordOf(count.getKey(), status));
            }
        });
        return said.isEmpty() ? "nothing to undo" : String.join(", ", said);
    }

    private static String wordOf(String action, String status) {
        return switch (action) {
            case "undo" -> status.equals("undone") ? "undone" : "to undo";
            case "conflict" -> "in conflict";
            case "irreversible" -> "that can't be undone";
            case "unknown" -> "to be settled first";
            case "done" -> "already undone";
            default -> Cell.words(action);
        };
    }

    private static String items(JsonNode items, Look look) {
        if (items.isEmpty()) {
            return "";
        }
        Table table = Table.of("action", "tool", "execution", "note");
        for (JsonNode item : items) {
            table.row(
                    Cell.status(Values.text(item, "action")),
                    Cell.of(Values.text(item, "tool")),
                    Cell.faint(Values.text(item, "execution_id")),
                    Cell.of(Values.text(item, "note")));
        }
        return "\n" + table.text(look);
    }

    private static String conflicts(JsonNode items, Look look) {
        Table table = Table.of("changed since", "before", "after", "now", "execution");
        boolean any = false;
        for (JsonNode item : items) {
            for (JsonNode conflict : item.path("conflicts")) {
                any = true;
                table.row(
                        new Cell(place(conflict), Style.ATTENTION),
                        Cell.of(Values.inline(conflict.path("before"))),
                        Cell.of(Values.inline(conflict.path("after"))),
                        Cell.of(Values.inline(conflict.path("now"))),
                        Cell.faint(Values.shortId(Values.text(item, "execution_id"))));
            }
        }
        return any ? "\n" + table.text(look) : "";
    }

    /** {@code contacts.city 6f1c…}: where it is, and of which row. */
    private static String place(JsonNode conflict) {
        List<String> key = new ArrayList<>();
        conflict.path("key").forEach(part -> key.add(Values.shortId(Values.inline(part))));
        String field = Values.text(conflict, "field");
        return Values.text(conflict, "table") + (field.isEmpty() ? "" : "." + field) + " " + String.join(" ", key);
    }
}
