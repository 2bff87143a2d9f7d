package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExitCodeTest {

    @Test
    void the_codes_are_those_of_the_contract() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).containsExactly(0, 1, 2, 3, 4, 5, 70);
    }

    @ParameterizedTest
    @CsvSource({"success, 0", "dry_run, 0", "error, 1"})
    void of_a_call(String status, int code) {
        assertThat(ExitCode.ofCall(json("{'status': '" + status + "'}")).code()).isEqualTo(code);
    }

    @Test
    void of_a_call_whose_outcome_is_not_known() {
        assertThat(ExitCode.ofCall(json("{'status': 'error', 'outcome': 'unknown'}"))
                        .code())
                .isEqualTo(4);
        assertThat(ExitCode.ofCall(json("{'status': 'error', 'error': {'code': 'OUTCOME_UNKNOWN'}}"))
                        .code())
                .isEqualTo(4);
        assertThat(ExitCode.ofCall(json("{'status': 'error', 'outcome': 'not_applied'}"))
                        .code())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"applied, 0", "rolled_back, 1", "refused, 1", "partial, 3", "stuck, 3", "unknown, 4"})
    void of_a_batch_and_of_its_dry_run(String status, int code) {
        for (boolean dryRun : new boolean[] {true, false}) {
            assertThat(ExitCode.ofBatch(json("{'status': '" + status + "', 'dry_run': " + dryRun + "}"))
                            .code())
                    .isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource({"planned, 0", "undone, 0", "refused, 1", "stuck, 3"})
    void of_a_rollback(String status, int code) {
        assertThat(ExitCode.ofRollback(json("{'status': '" + status + "', 'items': [{'action': 'undo'}],"
                                + " 'counts': {'undo': 1, 'conflict': 0, 'irreversible': 0, 'done': 2}}"))
                        .code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "planned, conflict, 3",
        "planned, irreversible, 3",
        "planned, unknown, 4",
        "planned, done, 0",
        "undone, irreversible, 3",
        "stuck, conflict, 3",
        "refused, conflict, 1"
    })
    void of_a_rollback_with_an_item_that_needs_somebody(String status, String action, int code) {
        assertThat(ExitCode.ofRollback(json("{'status': '" + status + "', 'counts': {'" + action + "': 1}}"))
                        .code())
                .isEqualTo(code);
        assertThat(ExitCode.ofRollback(json("{'status': '" + status + "', 'items': [{'action': '" + action + "'}]}"))
                        .code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'status': null}", "{'status': 'great'}", "[]"})
    void a_status_nobody_knows_is_a_defect(String answer) {
        assertThatThrownBy(() -> ExitCode.ofCall(json(answer))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ExitCode.ofBatch(json(answer))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ExitCode.ofRollback(json(answer))).isInstanceOf(IllegalStateException.class);
    }

    private static JsonNode json(String text) {
        return StrictJson.read("test", text.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .root();
    }
}
