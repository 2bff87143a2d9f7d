package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Rows of the ledger, for people. */
final class AuditView {
    private AuditView() {}

    static String text(List<JsonNode> rows, Look look) {
        if (rows.isEmpty()) {
            return "No executions.\n";
        }
        Table table = Table.of("time", "tool", "outcome", "who", "session", "what changed");
        for (JsonNode row : rows) {
            table.row(
                    Cell.faint(Times.dated(Values.text(row, "started_at"), look)),
                    Cell.of(Values.text(row, "tool_name")),
                    outcome(row),
                    Cell.of(Values.text(row, "principal")),
                    Cell.faint(Values.shortId(Values.text(row, "agent_session_id"))),
                    Cell.of(Changes.of(row)));
        }
        return table.text(look) + "\n" + Values.count(rows.size(), "execution") + ", times in " + look.zone() + "\n";
    }

    /** How a row ended, in the word that says most. */
    static Cell outcome(JsonNode row) {
        String status = Values.text(row, "status");
        String outcome = Values.text(row, "outcome");
        String since = row.at("/resolution/outcome").asText("");
        if (!since.isEmpty()) {
            return new Cell("unknown, since " + Cell.words(since), Style.ofStatus(since));
        }
        boolean says = outcome.equals("applied") || outcome.equals("unknown") || outcome.equals("not_applied");
        return new Cell(
                Cell.words(status.equals("error") || !says ? status : outcome)
                        + (outcome.equals("unknown") ? ", unknown" : ""),
                outcome.equals("unknown") ? Style.ATTENTION : Style.ofStatus(status));
    }
}
