package dev.recourse.worker.cli;

import java.util.Map;

/** How a word stands out on a terminal with colours. */
enum Style {
    PLAIN(""),
    HEAD("1"),
    FAINT("2"),
    GOOD("32"),
    ATTENTION("33"),
    BAD("31");

    private static final Map<String, Style> STATUS = Map.ofEntries(
            Map.entry("success", GOOD),
            Map.entry("applied", GOOD),
            Map.entry("undone", GOOD),
            Map.entry("undo", GOOD),
            Map.entry("planned", GOOD),
            Map.entry("dry_run", GOOD),
            Map.entry("partial", ATTENTION),
            Map.entry("unknown", ATTENTION),
            Map.entry("irreversible", ATTENTION),
            Map.entry("rolled_back", BAD),
            Map.entry("refused", BAD),
            Map.entry("error", BAD),
            Map.entry("failed", BAD),
            Map.entry("conflict", BAD),
            Map.entry("stuck", BAD));

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The style of a status word of the contract. */
    static Style ofStatus(String status) {
        return STATUS.getOrDefault(status, FAINT);
    }

    String paint(String text, Look look) {
        return look.colours() && this != PLAIN && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
