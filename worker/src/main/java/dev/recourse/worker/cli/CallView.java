package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** "A call", for people. */
final class CallView {
    private CallView() {}

    /** Shows a call's answer; answers the exit code it has. */
    static ExitCode show(String tool, JsonNode call, Output output) {
        output.show(call, look -> text(tool, call, look));
        return ExitCode.ofCall(call);
    }

    static String text(String tool, JsonNode call, Look look) {
        String status = call.path("outcome").asText(Values.text(call, "status"));
        StringBuilder text = new StringBuilder();
        text.append(Style.HEAD.paint(Texts.oneLine(tool), look))
                .append("  ")
                .append(Style.ofStatus(status).paint(status.equals("error") ? "not done" : Cell.words(status), look));
        append(text, "  ", Values.duration(call.path("duration_ms")));
        text.append("\n\n");
        text.append(call.has("error") ? error(call.path("error"), look) : outputs(call, look));
        if (status.equals("unknown")) {
            append(
                    text,
                    "When you know: recourse resolve ",
                    Values.text(call, "execution_id") + " applied|not-applied\n");
        }
        text.append(ids(call, look));
        return text.toString();
    }

    /** What went wrong, what to do, and the fields it is about. */
    static String error(JsonNode error, Look look) {
        StringBuilder text = new StringBuilder();
        text.append(Texts.lines(Values.text(error, "message"))).append('\n');
        String suggestion = Values.text(error, "suggestion");
        if (!suggestion.isEmpty()) {
            text.append("→ ").append(Texts.lines(suggestion)).append('\n');
        }
        text.append(details(error.path("details"), look));
        text.append(Style.FAINT.paint(
                        Texts.oneLine(Values.text(error, "type") + " " + Values.text(error, "code"))
                                + (error.path("retryable").asBoolean() ? ", the same call may succeed later" : ""),
                        look))
                .append('\n');
        return text.toString();
    }

    private static String details(JsonNode details, Look look) {
        if (!details.isArray() || details.isEmpty()) {
            return "";
        }
        Table table = Table.plain(2);
        details.forEach(detail -> table.row(
                new Cell(Values.inline(detail.path("field")), Style.ATTENTION),
                Cell.of(Values.inline(detail.path("message")))));
        return table.text(look, "  ");
    }

    private static String outputs(JsonNode call, Look look) {
        StringBuilder text = new StringBuilder();
        append(text, "", Texts.lines(Values.text(call, "for_user")));
        text.append(text.isEmpty() ? "" : "\n\n");
        Table table = Table.plain(2);
        call.path("outputs")
                .properties()
                .forEach(output -> table.row(Cell.faint(output.getKey()), Cell.of(Values.inline(output.getValue()))));
        return text.append(table.text(look, "  ")).toString();
    }

    private static String ids(JsonNode call, Look look) {
        Table table = Table.plain(2);
        idRow(table, "execution", Values.text(call, "execution_id"));
        idRow(table, "session", Values.text(call, "agent_session_id"));
        idRow(table, "page", Values.text(call, "resource_url"));
        String ids = table.text(look);
        return ids.isEmpty() ? "" : "\n" + ids;
    }

    private static void idRow(Table table, String name, String id) {
        if (!id.isEmpty()) {
            table.row(Cell.faint(name), Cell.of(id));
        }
    }

    private static void append(StringBuilder text, String before, String what) {
        text.append(what.isEmpty() ? "" : before + what);
    }
}
