package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A batch's answer, for people. */
final class BatchView {
    private static final Map<String, String> SAID = Map.of(
            "applied", "applied",
            "rolled_back", "rolled back, nothing stays",
            "partial", "partly applied",
            "stuck", "stuck: a person is needed",
            "unknown", "the outcome is not known yet",
            "refused", "refused, nothing ran");

    private BatchView() {}

    static String text(JsonNode batch, Look look) {
        return head(batch, look) + "\n" + steps(batch.path("steps"), look) + errors(batch.path("steps"), look)
                + ids(batch, look);
    }

    private static String head(JsonNode batch, Look look) {
        String status = Values.text(batch, "status");
        boolean dryRun = batch.path("dry_run").asBoolean();
        String said = SAID.getOrDefault(status, Cell.words(status));
        List<String> line = new ArrayList<>();
        line.add(Style.ofStatus(status).paint(dryRun ? "Dry run, it would be: " + said : "Batch " + said, look));
        line.add(batch.path("success_count").asInt() + " done, "
                + batch.path("error_count").asInt() + " failed");
        line.add(Values.duration(batch.path("duration_ms")));
        line.removeIf(String::isEmpty);
        return String.join("  ", line) + "\n";
    }

    private static String steps(JsonNode steps, Look look) {
        Table table = Table.of(Set.of(0, 4), "#", "tool", "status", "what", "ms");
        for (JsonNode step : steps) {
            String status = Values.text(step, "status");
            table.row(
                    Cell.of(Values.text(step, "index")),
                    Cell.of(Values.text(step, "tool")),
                    Cell.status(status),
                    Cell.of(what(step)),
                    Cell.faint(Values.text(step, "duration_ms")));
        }
        return table.text(look);
    }

    /** What a step did or why it did not, in one line. */
    private static String what(JsonNode step) {
        if (step.path("error").isObject()) {
            return Values.text(step.path("error"), "message");
        }
        String said = Values.text(step, "for_user");
        if (!said.isEmpty()) {
            return said;
        }
        List<String> ids = new ArrayList<>();
        step.path("outputs").properties().forEach(output -> {
            if (output.getValue().isValueNode()) {
                String value = Values.inline(output.getValue());
                ids.add(output.getKey() + " " + (Values.isId(value) ? Values.shortId(value) : value));
            }
        });
        return String.join(", ", ids);
    }

    /** In full below the table, where nothing is cut. */
    private static String errors(JsonNode steps, Look look) {
        StringBuilder text = new StringBuilder();
        for (JsonNode step : steps) {
            if (step.path("error").isObject()) {
                text.append("\nStep ").append(Values.text(step, "index")).append(": ");
                text.append(CallView.error(step.path("error"), look));
            }
        }
        return text.toString();
    }

    private static String ids(JsonNode batch, Look look) {
        Table table = Table.plain(2);
        for (String key : List.of("batch_id", "agent_session_id")) {
            String id = Values.text(batch, key);
            if (!id.isEmpty()) {
                table.row(Cell.faint(key.equals("batch_id") ? "batch" : "session"), Cell.of(id));
            }
        }
        return "\n" + table.text(look);
    }
}
