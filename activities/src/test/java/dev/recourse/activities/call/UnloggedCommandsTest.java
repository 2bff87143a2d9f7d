package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.shell.Shell;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A command may hold a secret: whatever becomes of it, it stands in no log and in no error. */
final class UnloggedCommandsTest {
    private static final String TOOL = "system.shell.exec";
    private static final String CANARY = "c4n4ry";

    private static final TestDatabase DB = TestDatabase.fresh();

    private final Gate gate;

    UnloggedCommandsTest(@TempDir Path folder) {
        Catalogue.Builder tools = Catalogue.builder();
        Shell.tools(tools, folder);
        this.gate = new Gate(DB.database(), new Attempt(tools.build()));
    }

    @AfterAll
    static void close() {
        DB.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"command": "echo c4n4ry"}                     | allow            | exit 0
            {"argv": ["echo", "c4n4ry"]}                   | allow            | exit 0
            {"command": "ls c4n4ry"}                       | allow            | exit 2
            {"command": "echo c4n4ry; sleep 60"}           | allow            | stopped
            {"command": "ls", "cwd": "c4n4ry"}             | allow            | CWD_INVALID
            {"command": "rm -rf c4n4ry"}                   | ask              | waiting
            {"argv": ["c4n4ry", "now"]}                    | ask              | waiting
            {"command": "echo \\"c4n4ry"}                  | ask              | waiting
            {"command": "rm -rf / # c4n4ry"}               | deny             | COMMAND_BLOCKED
            {"argv": ["rm", "-rf", "/", "c4n4ry"]}         | deny             | COMMAND_BLOCKED
            {"command": "echo c4n4ry \\u202e"}             | deny             | COMMAND_BLOCKED
            {"command": "echo c4n4ry", "argv": ["c4n4ry"]} | COMMAND_OR_ARGV  | COMMAND_OR_ARGV
            {"command": "ls", "cwd": "../c4n4ry"}          | CWD_INVALID      | CWD_INVALID
            {"command": "ls", "cwd": "c4n4ry ñ"}           | allow            | CWD_INVALID
            {"argv": ["ls", "c4n4ry\\ud800"]}              | VALIDATION_ERROR | VALIDATION_ERROR
            """)
    void a_command_is_in_no_log_and_in_no_error(String inputs, String dry, String real) {
        try (Logged logged = new Logged()) {
            LoggerFactory.getLogger("dev.recourse.probe").trace("every level is looked at");

            assertThat(outcome(inputs, true)).isEqualTo(dry);
            assertThat(outcome(inputs, false)).isIn(real, "SANDBOX_MISSING");

            assertThat(logged.text()).contains("every level is looked at").doesNotContain(CANARY);
        }
    }

    /** What became of a call, in a word or two. */
    private String outcome(String inputs, boolean dryRun) {
        Answered answer;
        try {
            answer = gate.run(Calling.call(TestDatabase.A, TOOL, Json.read(inputs), dryRun))
                    .answer();
        } catch (Waiting waiting) {
            return "waiting";
        }
        if (answer.error() != null) {
            assertThat(answer.error().toString()).doesNotContain(CANARY);
            return answer.error().code();
        }
        JsonNode outputs = answer.outputs();
        if (dryRun) {
            return outputs.path("verdict").asText();
        }
        return outputs.path("timedOut").asBoolean()
                ? "stopped"
                : "exit " + outputs.path("exitCode").asInt();
    }
}
