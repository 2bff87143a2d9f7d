package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.worker.ServiceUnavailable;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.WrongUsage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Help, wrong usage and endings, as far as they go without a service. */
final class CliTest {
    private static final String ID = "3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f";

    private Path home = Path.of("");
    private String input = "";
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void homeIsHere(@TempDir Path folder) {
        home = folder.resolve("home");
        environment.put("RECOURSE_HOME", home.toString());
    }

    static List<String> commands() {
        return List.of(
                "demo",
                "dev",
                "call",
                "run",
                "rollback",
                "resolve",
                "approvals",
                "whatsapp",
                "audit",
                "tools",
                "stand-in",
                "replay",
                "worker",
                "migrate");
    }

    @Test
    void the_main_help_names_every_command_and_every_exit_code() {
        assertThat(run("--help")).isZero();

        assertThat(out()).contains("Usage: recourse").contains(commands());
        assertThat(out())
                .contains(
                        "Exit codes:",
                        "0   done; for a dry run: it would be done",
                        "1   refused or failed, and nothing changed",
                        "2   wrong usage",
                        "3   partly done, or stuck: a person is needed",
                        "4   the outcome is not known yet",
                        "5   a service that is needed is not there",
                        "70   a defect of ours");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_command_has_help_with_examples_and_the_common_options(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out())
                .startsWith("Usage: recourse " + command)
                .contains("--workspace", "--session", "--output", "--quiet", "--help", "--version", "Examples:")
                .doesNotContain("\u001b");
        assertThat(out().substring(out().indexOf("Examples:"))
                        .lines()
                        .filter(line -> line.contains("recourse " + command)))
                .hasSizeBetween(2, 3);
        assertThat(out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(110));
        assertThat(home).doesNotExist();
    }

    @Test
    void the_version_is_one_line() {
        assertThat(run("--version")).isZero();
        assertThat(out()).matches("recourse \\S+\\R");
        out.reset();
        assertThat(run("call", "--version")).isZero();
        assertThat(out()).matches("recourse \\S+\\R");
    }

    @Test
    void no_command_shows_the_help_as_an_error() {
        assertThat(run()).isEqualTo(2);
        assertThat(err()).startsWith("Usage: recourse");
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '~',
            value = {
                "rn file.json               ^ recourse: there is no command 'rn'; did you mean 'run'?",
                "rolback x                  ^ there is no command 'rolback'; did you mean 'rollback'?",
                "xyzzy                      ^ there is no command 'xyzzy'.",
                "run f.json --dry-rnu       ^ recourse run: there is no option '--dry-rnu'; did you mean '--dry-run'?",
                "run f.json --dryrun        ^ did you mean '--dry-run'?",
                "audit --sesion=x           ^ recourse audit: there is no option '--sesion=x'; did you mean '--session'?",
                "audit --zzzzzzzzzzz        ^ there is no option '--zzzzzzzzzzz'.",
                "--quiet audit              ^ --quiet goes after the command",
                "run                        ^ Missing required parameter: 'FILE|-'",
                "call                       ^ Missing required parameter: 'TOOL'",
                "run a b                    ^ 'b' is one argument too many (is a quote missing?).",
                "tools --format xml         ^ expected one of [mcp, openai, anthropic]",
                "tools -o yaml              ^ expected one of [table, json, jsonl]",
                "tools -o jsonl             ^ -o jsonl is for audit only",
                "call t {} -o jsonl         ^ -o jsonl is for audit only",
                "audit --limit many         ^ 'many' is not an int",
                "audit --limit 0            ^ from 1 to 10000, not 0",
                "audit --limit 10001        ^ from 1 to 10000, not 10001",
                "audit --status eror        ^ --status is success, error or dry_run, not 'eror'; did you mean 'error'?",
                "audit --since soon         ^ 'soon' is no time. It is a date (2026-01-31)",
                "audit --batch 12           ^ --batch is no id: '12'",
                "audit --session 12         ^ --session is no id: '12'",
                "rollback 12                ^ ID is no id: '12'. An id is a UUID such as",
                "rollback --plan            ^ Missing required parameter: 'ID'",
                "call t {} --call-id 12     ^ --call-id is no id: '12'",
                "call t {} --workspace A!   ^ --workspace names no workspace: 'A!'",
                "tools --session 12         ^ --session is no UUID: '12'",
                "tools --workspace a --workspace b ^ should be specified only once",
                "call t {                   ^ The JSON argument can't be read at line 1",
                "call t []                  ^ The JSON argument is a list; a tool's inputs are an object",
                "call t @/nowhere/at/all    ^ /nowhere/at/all does not exist",
                "run /nowhere/at/all        ^ /nowhere/at/all does not exist",
                "replay                     ^ Missing required parameter: 'WORKFLOW_ID|FILE'",
                "replay /nowhere.json       ^ /nowhere.json does not exist",
                "replay x.json --run-id 1   ^ --run-id is for a workflow of Temporal; a file holds one run.",
                "replay a/batch/1           ^ There is no file 'a/batch/1', and no Temporal to ask",
                "run /                      ^ / is a directory; a file is expected.",
            })
    void wrong_usage_is_explained_on_standard_error(String line, String message) {
        for (String form : List.of("", " -o json")) {
            boolean formAlready = line.contains("-o") || !line.contains(" ");
            err.reset();

            int code = run((line + (formAlready ? "" : form)).split(" "));

            assertThat(code).as(err()).isEqualTo(2);
            assertThat(err()).contains(message).contains("Try 'recourse");
            assertThat(out()).isEmpty();
        }
        assertThat(home).doesNotExist();
    }

    @Test
    void an_argument_that_the_locale_has_spoilt_is_refused() {
        assertThat(run("call", "t", "{\"name\": \"Jos\uFFFD\"}")).isEqualTo(2);
        assertThat(err()).contains("letters that this locale can't pass on", "LC_ALL=C.UTF-8");
    }

    @Test
    void a_batch_is_read_from_standard_input() {
        input = "[{\"toool\": 1}]";

        assertThat(run("run", "-")).isEqualTo(2);
        assertThat(err())
                .startsWith("recourse run: standard input can't be used, and nothing was run:\n")
                .contains("did you mean 'tool'?");
    }

    @Test
    void inputs_are_read_from_standard_input_and_from_a_file(@TempDir Path folder) throws IOException {
        input = "nonsense";
        assertThat(run("call", "t", "-")).isEqualTo(2);
        assertThat(err()).contains("standard input can't be read at line 1");

        Path file = Files.writeString(folder.resolve("in.json"), "7");
        assertThat(run("call", "t", "@" + file)).isEqualTo(2);
        assertThat(err()).contains(file + " is a number");
    }

    @Test
    void a_file_name_with_a_nul_is_refused() {
        assertThat(run("run", "a\u0000b")).isEqualTo(2);
        assertThat(err()).contains("is no file name");
    }

    @Test
    void wrong_settings_are_wrong_usage() {
        environment.put("DATABASE_URL", "mysql://u:s3cret@h/db");

        assertThat(run("audit", "-o", "json")).isEqualTo(2);
        assertThat(err())
                .startsWith("recourse audit: DATABASE_URL can't be used")
                .doesNotContain("s3cret");
        assertThat(out()).isEmpty();
    }

    @Test
    void a_service_that_is_not_there_is_named_with_its_address() {
        ServiceUnavailable gone = new ServiceUnavailable(
                Part.DATABASE, "PostgreSQL", "postgresql://db:5432/crm", "Start it, or unset DATABASE_URL.", null);

        assertThat(new Failures(world()).end(gone, "recourse audit", true).code())
                .isEqualTo(5);

        assertThat(err())
                .isEqualTo("recourse audit: PostgreSQL does not answer at postgresql://db:5432/crm. Start it, or unset"
                        + " DATABASE_URL.\n");
        assertThat(out())
                .isEqualTo(
                        "{\"status\":\"error\",\"error\":{\"type\":\"external_api_error\",\"code\":\"SERVICE_UNAVAILABLE\","
                                + "\"message\":\"PostgreSQL does not answer at postgresql://db:5432/crm.\",\"suggestion\":\"Start it, or unset"
                                + " DATABASE_URL.\",\"retryable\":true,\"details\":{\"service\":\"PostgreSQL\",\"address\":\"postgresql://db:5432/crm\"}}}\n");
    }

    @Test
    void a_defect_leaves_its_trace_in_the_home_only() throws IOException {
        Throwable defect = new AssertionError("inner matters", new StackOverflowError());

        assertThat(new Failures(world()).end(defect, "recourse run", true).code())
                .isEqualTo(70);

        Path log = home.resolve("logs/defects.log");
        String reference = out().replaceAll("(?s).*\"reference\":\"([a-z0-9]{8})\".*", "$1");
        assertThat(err()).hasLineCount(1).contains(reference, log.toString()).doesNotContain("inner matters", "\tat ");
        assertThat(out()).hasLineCount(1).doesNotContain("inner matters");
        assertThat(Files.readString(log)).contains(reference, "inner matters", "StackOverflowError", "\tat ");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .isEqualTo("rwx------");
    }

    @Test
    void a_defect_whose_trace_cannot_be_kept_still_ends_well() throws IOException {
        Files.writeString(home, "in the way");
        environment.put("RECOURSE_HOME", home.resolve("below").toString());

        assertThat(new Failures(world())
                        .end(new IllegalStateException(), "recourse run", false)
                        .code())
                .isEqualTo(70);
        assertThat(err()).contains("Its trace could not be kept");
        assertThat(out()).isEmpty();
    }

    @Test
    void wrong_usage_that_only_the_service_sees_is_the_same() {
        assertThat(new Failures(world())
                        .end(new WrongUsage("Nothing here has the id " + ID + "."), "recourse rollback", true)
                        .code())
                .isEqualTo(2);
        assertThat(err()).startsWith("recourse rollback: Nothing here has the id " + ID + ".\nTry");
        assertThat(out()).isEmpty();
    }

    private int run(String... arguments) {
        out.reset();
        return Cli.run(world(), arguments);
    }

    private World world() {
        return new World(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                new Terminal(false, false, environment));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
