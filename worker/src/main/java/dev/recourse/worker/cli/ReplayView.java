package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** A replay's answer, for people. */
final class ReplayView {
    private ReplayView() {}

    static String text(JsonNode replay, Look look) {
        JsonNode divergence = replay.path("divergence");
        String head = divergence.isObject()
                ? Style.BAD.paint("Diverges" + at(divergence), look)
                : Style.GOOD.paint("Replays cleanly", look);
        return head + "  " + Texts.oneLine(Values.text(replay, "workflow_type")) + "\n"
                + (divergence.isObject() ? "\n" + difference(divergence, look) : "") + "\n" + ids(replay, look);
    }

    private static String at(JsonNode divergence) {
        return divergence.path("event_id").isNull() ? "" : " at event " + divergence.path("event_id");
    }

    private static String difference(JsonNode divergence, Look look) {
        Table table = Table.plain(2);
        table.row(Cell.faint("the history has"), Cell.of(thing(divergence.path("history"))));
        table.row(Cell.faint("today's code"), new Cell(code(divergence.path("code")), Style.ATTENTION));
        return table.text(look);
    }

    private static String code(JsonNode code) {
        if (!code.isObject()) {
            return "asks for nothing there";
        }
        return code.path("event").asText().equals("failure") ? "fails: " + failure(code) : "asks for " + thing(code);
    }

    private static String failure(JsonNode code) {
        String type = Values.text(code, "type");
        return type.isEmpty() ? "nobody knows why" : type;
    }

    private static String thing(JsonNode thing) {
        String type = Values.text(thing, "type");
        return thing.isObject() ? Values.text(thing, "event") + (type.isEmpty() ? "" : " " + type) : "–";
    }

    private static String ids(JsonNode replay, Look look) {
        Table table = Table.plain(2);
        String workflow = Values.text(replay, "workflow_id");
        if (!workflow.isEmpty()) {
            table.row(Cell.faint("workflow"), Cell.of(workflow));
        }
        table.row(Cell.faint("run"), Cell.of(Values.text(replay, "run_id")));
        table.row(
                Cell.faint("events"),
                Cell.of(replay.path("events") + (replay.path("closed").asBoolean() ? "" : ", still open")));
        return table.text(look);
    }
}
