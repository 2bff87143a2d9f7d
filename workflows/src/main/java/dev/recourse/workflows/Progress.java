package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.temporal.workflow.Workflow;
import java.util.Map;

/**
 * How far a workflow is: for the query {@code progress}, and as the details an operator sees in the UI, which hold names of
 * tools and codes of errors and nobody's data.
 */
final class Progress {

    private static final int SHOWN_CHARS = 15_000;
    private static final int NAME_CHARS = 80;
    private static final String HEAD = "| # | tool | |\n| --- | --- | --- |\n";
    private static final Map<String, String> ENDS = Map.of(
            "applied", "Applied",
            "rolled_back", "Rolled back, nothing stays",
            "partial", "Partly done",
            "unknown", "The outcome of a step is not known yet",
            "refused", "Refused, nothing ran",
            "planned", "Planned, nothing was changed",
            "undone", "Undone",
            "stuck", "Stuck: a person is needed");

    private final StringBuilder rows = new StringBuilder();
    private int done;
    private int total;
    private String phase = "running";

    void begin(int steps) {
        total = steps;
    }

    /** @param ended the envelope of the step, or an item of a rollback */
    void step(String tool, JsonNode ended) {
        row(done, tool, ended.at("/error/code").asText("done"));
        done++;
        show(phase.replace('_', ' ') + ", " + done + " of " + total);
    }

    void rollingBack() {
        phase = "rolling_back";
        show("rolling back what was done, " + done + " of " + total + " steps");
    }

    /** The last word: every step of the result as it is now. */
    JsonNode ended(JsonNode result) {
        rows.setLength(0);
        for (JsonNode step : result.path("steps")) {
            row(step.path("index").asInt(), step.path("tool").asText(), how(step, "status"));
        }
        int undos = 0;
        for (JsonNode item : result.path("items")) {
            row(undos++, item.path("tool").asText(), how(item, "action"));
        }
        String status = result.path("status").asText();
        show("**" + ENDS.getOrDefault(status, status) + "**" + because(result.path("steps")));
        return result;
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("done", done)
                .put("total", total)
                .put("phase", phase);
    }

    /** The UI cuts long details: what went wrong first stands first. */
    private static String because(JsonNode steps) {
        for (JsonNode step : steps) {
            if (step.path("status").asText().equals("failed")) {
                return ": step " + step.path("index").asInt() + " " + how(step, "status");
            }
        }
        return "";
    }

    private static String how(JsonNode row, String key) {
        String code = row.at("/error/code").asText("");
        return row.path(key).asText().replace('_', ' ') + (code.isEmpty() ? "" : ", " + code);
    }

    /** A tool may be called anything; here it is a word in a table. */
    private void row(int index, String tool, String how) {
        if (rows.length() < SHOWN_CHARS) {
            String name = tool.replaceAll("[^A-Za-z0-9._-]", "?");
            String shown = name.length() > NAME_CHARS ? name.substring(0, NAME_CHARS) + "…" : name;
            rows.append("| " + index + " | " + shown + " | " + how + " |\n");
        }
    }

    private void show(String headline) {
        Workflow.setCurrentDetails(headline + (rows.isEmpty() ? "" : "\n\n" + HEAD + rows));
    }
}
