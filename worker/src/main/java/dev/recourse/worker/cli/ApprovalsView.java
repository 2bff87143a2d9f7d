package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Requests for approval, for people: a line each, or everything about one. */
final class ApprovalsView {
    private ApprovalsView() {}

    static String list(List<JsonNode> requests, Look look) {
        if (requests.isEmpty()) {
            return "Nothing waits for approval.\n";
        }
        Table table = Table.of("approval", "what", "who", "since", "until", "status", "why");
        for (JsonNode request : requests) {
            table.row(
                    Cell.of(Values.text(request, "approval_id")),
                    Cell.of(what(request)),
                    Cell.of(who(request)),
                    Cell.faint(Times.dated(Values.text(request, "requested_at"), look)),
                    Cell.faint(Times.dated(Values.text(request, "expires_at"), look)),
                    Cell.of(Values.text(request, "status")),
                    Cell.of(Values.text(request.path("reason"), "message")));
        }
        return table.text(look) + "\n" + Values.count(requests.size(), "request") + ", times in " + look.zone() + "\n";
    }

    static String one(JsonNode request, Look look) {
        Table facts = Table.plain(2);
        row(facts, "status", Values.text(request, "status"));
        row(facts, "asked by", who(request));
        row(facts, "why", Values.text(request.path("reason"), "message"));
        row(facts, "since", Times.dated(Values.text(request, "requested_at"), look));
        row(facts, "until", Times.dated(Values.text(request, "expires_at"), look));
        row(facts, "decided by", Values.text(request, "decided_by"));
        row(facts, "note", Values.text(request, "note"));
        row(facts, "batch", Values.text(request, "batch_id"));
        row(facts, "session", Values.text(request, "agent_session_id"));
        row(facts, "workflow", Values.text(request, "workflow_id"));
        return Style.HEAD.paint(what(request), look) + "\n\n" + facts.text(look)
                + json("What is asked for", request.path("inputs"), look)
                + json("What it would do", request.path("preview"), look);
    }

    private static String what(JsonNode request) {
        boolean batch = Values.text(request, "kind").equals("batch");
        int calls = request.path("inputs").path("calls").size();
        return batch
                ? "batch" + (calls == 0 ? "" : " of " + Values.count(calls, "call"))
                : Texts.oneLine(Values.text(request, "tool"));
    }

    private static String who(JsonNode request) {
        return Values.text(request, "requested_by") + " (" + Values.text(request, "source") + ")";
    }

    private static String json(String heading, JsonNode json, Look look) {
        return "\n" + Style.HEAD.paint(heading, look) + "\n" + Texts.lines(Values.indentedJson(json)) + "\n";
    }

    private static void row(Table table, String name, String text) {
        if (!text.isEmpty()) {
            table.row(Cell.faint(name), Cell.of(text));
        }
    }
}
