package dev.recourse.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.temporal.workflow.Workflow;

/** How far a workflow is: for the query {@code progress}, and as the details an operator sees in the UI. */
final class Progress {

    private int done;
    private int total;
    private String phase = "running";
    private final StringBuilder table = new StringBuilder("| # | tool | |\n| --- | --- | --- |\n");

    private static final int SHOWN_CHARS = 15_000;

    void begin(int steps) {
        total = steps;
    }

    void step(String tool, boolean well) {
        if (table.length() < SHOWN_CHARS) {
            table.append("| ").append(done).append(" | ").append(tool).append(well ? " | done |\n" : " | refused |\n");
        }
        done++;
        show();
    }

    void rollingBack() {
        phase = "rolling_back";
        show();
    }

    JsonNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("done", done)
                .put("total", total)
                .put("phase", phase);
    }

    private void show() {
        Workflow.setCurrentDetails(phase + ": " + done + " of " + total + "\n\n" + table);
    }
}
