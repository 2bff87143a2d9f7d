package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command's exit tells a script: one table from the status words of the contract to codes. */
enum ExitCode {
    DONE(0, "done; for a dry run: it would be done"),
    REFUSED(1, "refused or failed, and nothing changed"),
    USAGE(2, "wrong usage: flags, files, JSON"),
    PARTLY(3, "partly done, or stuck: a person is needed"),
    UNKNOWN(4, "the outcome is not known yet"),
    UNAVAILABLE(5, "a service that is needed is not there (database, Temporal)"),
    DEFECT(70, "a defect of ours");

    private static final Map<String, ExitCode> CALL = Map.of("success", DONE, "dry_run", DONE, "error", REFUSED);

    private static final Map<String, ExitCode> BATCH = Map.of(
            "applied", DONE,
            "rolled_back", REFUSED,
            "refused", REFUSED,
            "partial", PARTLY,
            "stuck", PARTLY,
            "unknown", UNKNOWN);

    private static final Map<String, ExitCode> ROLLBACK =
            Map.of("planned", DONE, "undone", DONE, "refused", REFUSED, "stuck", PARTLY);

    private static final Map<String, ExitCode> REPLAY = Map.of("replayed", DONE, "diverged", REFUSED);

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    /** Of "A call". */
    static ExitCode ofCall(JsonNode answer) {
        boolean unknown = answer.path("outcome").asText().equals("unknown")
                || answer.at("/error/code").asText().equals("OUTCOME_UNKNOWN");
        if (unknown) {
            return UNKNOWN;
        }
        boolean settledSince = answer.path("outcome").asText().equals("applied");
        return settledSince ? DONE : of(CALL, answer);
    }

    /** Of a batch's answer; a dry run's words say what would be. */
    static ExitCode ofBatch(JsonNode answer) {
        return of(BATCH, answer);
    }

    /** Of a rollback's answer, or a plan's: what can't be undone, or not before it is settled, needs somebody. */
    static ExitCode ofRollback(JsonNode answer) {
        ExitCode byStatus = of(ROLLBACK, answer);
        if (byStatus != DONE) {
            return byStatus;
        }
        if (has(answer, "conflict") || has(answer, "irreversible")) {
            return PARTLY;
        }
        return has(answer, "unknown") ? UNKNOWN : DONE;
    }

    /** Of "A replay". */
    static ExitCode ofReplay(JsonNode answer) {
        return of(REPLAY, answer);
    }

    private static boolean has(JsonNode rollback, String action) {
        if (rollback.path("counts").path(action).asInt() > 0) {
            return true;
        }
        for (JsonNode item : rollback.path("items")) {
            if (item.path("action").asText().equals(action)) {
                return true;
            }
        }
        return false;
    }

    private static ExitCode of(Map<String, ExitCode> table, JsonNode answer) {
        String status = answer.path("status").asText();
        @Nullable ExitCode code = table.get(status);
        if (code == null) {
            throw new IllegalStateException("An answer with the status '" + Texts.cut(status, 40) + "'.");
        }
        return code;
    }
}
