package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Where everything is that {@code recourse dev} brought up, and what to try. */
final class DevView {

    private static final String OTHER = """
            Workflows end with this process. For Temporal's own server, which keeps them and has a web UI, put the
            'temporal' binary on PATH (go install github.com/temporalio/cli/cmd/temporal@v1.5.1, or
            https://docs.temporal.io/cli) and start this again.
            """;

    private DevView() {}

    /** @param program how a command on that home is started */
    static String text(JsonNode report, String program) {
        StringBuilder text = new StringBuilder("Everything is up; Ctrl-C stops it.\n\n");
        line(text, "database", report.at("/database/url").asText());
        if (report.at("/database/password_file").isTextual()) {
            line(
                    text,
                    "  password",
                    "in " + report.at("/database/password_file").asText());
        }
        boolean server = report.at("/temporal/server").asText().equals("dev server");
        line(
                text,
                "Temporal",
                report.at("/temporal/address").asText() + (server ? "" : "  (inside this process, without a web UI)"));
        if (report.at("/temporal/ui").isTextual()) {
            line(text, "web UI", report.at("/temporal/ui").asText());
        }
        line(text, "task queue", report.path("task_queue").asText());
        line(text, "home", report.path("home").asText());
        text.append(server ? "" : "\n" + OTHER);
        return text.append("\nTry in another terminal:\n\n  ")
                .append(program)
                .append(" call crm.contact.create '{\"name\":\"Ana\",\"phone\":\"3001234567\"}'\n")
                .toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("  %-12s%s%n", name, value));
    }
}
