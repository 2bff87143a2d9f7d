package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.recourse.activities.shell.ShellTools.Command;
import dev.recourse.activities.shell.ShellTools.Ran;
import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.ToolName;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellToolsTest {
    private static final Duration TIME = Duration.ofSeconds(8);
    private static final ToolSpec SPEC = ToolSpec.load(ToolName.of("system.shell.exec"), ShellTools.class);

    private final Path folder;

    ShellToolsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void a_command_that_is_allowed_runs_and_says_what_came_of_it() throws Exception {
        needsBubblewrap();
        Files.writeString(folder.resolve("a.txt"), "hello");

        Ran line = run(line("cat a.txt; ls | wc -l", null));
        Ran argv = run(new Command(null, List.of("cat", "a.txt"), null));

        assertThat(line.stdout()).isEqualTo("hello1\n");
        assertThat(line.verdict()).isEqualTo("allow");
        assertThat(line.exitCode()).isZero();
        assertThat(argv.stdout()).isEqualTo("hello");
        assertThat(SPEC.checkOutput(Json.tree(line))).isEmpty();
    }

    @Test
    void a_command_that_fails_has_run_all_the_same() throws Exception {
        needsBubblewrap();

        Ran ran = run(line("ls missing", null));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.stderr()).contains("missing");
    }

    @Test
    void it_stands_in_the_folder_it_names() throws Exception {
        needsBubblewrap();
        Files.createDirectories(folder.resolve("a/b"));

        assertThat(run(line("pwd", "a/b")).stdout()).isEqualTo("/work/a/b\n");
        assertThat(code(() -> run(line("pwd", "a/c")))).isEqualTo("CWD_INVALID");
    }

    @Test
    void a_dry_run_gives_the_verdict_whatever_it_is_and_runs_nothing() {
        assertThat(dry("touch made").verdict()).isEqualTo("allow");
        assertThat(dry("rm -rf old").verdict()).isEqualTo("ask");
        assertThat(dry("rm -rf /").verdict()).isEqualTo("deny");
        assertThat(dry("rm -rf /").explanation()).contains("rm -rf");
        assertThat(dry("rm -rf /").exitCode()).isNull();
        assertThat(SPEC.checkOutput(Json.tree(dry("rm -rf /")))).isEmpty();
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void a_denied_command_is_refused_with_its_reason_and_without_its_text() {
        ToolFailure failure = failure(() -> run(line("rm -rf / # s3cr3t", null)));
        ToolError error = Messages.render(failure, Locale.ENGLISH);

        assertThat(error.type().wire()).isEqualTo("permission_denied");
        assertThat(error.code()).isEqualTo("COMMAND_BLOCKED");
        assertThat(error.message()).contains("rm -rf would delete");
        assertThat(error.toString() + failure).doesNotContain("s3cr3t");
        assertThat(String.valueOf(error.details())).contains("\"verdict\":\"deny\"", "\"reason\":\"rm_rf\"");
    }

    @Test
    void a_command_to_ask_about_waits_for_an_approval_and_no_other() {
        assertThat(asks("rm -rf old"))
                .hasValueSatisfying(reason -> assertThat(reason.code()).isEqualTo("APPROVAL_OF_COMMAND"));
        assertThat(asks("ls")).isEmpty();
        assertThat(code(() -> asks("rm -rf /"))).isEqualTo("COMMAND_BLOCKED");
    }

    @Test
    void it_takes_a_line_or_a_program_and_a_folder_inside() {
        assertThat(code(() -> run(new Command(null, null, null)))).isEqualTo("COMMAND_OR_ARGV");
        assertThat(code(() -> run(new Command("ls", List.of("ls"), null)))).isEqualTo("COMMAND_OR_ARGV");
        for (String out : List.of("..", "../x", "/etc", "a/../..", "a//b", "a\0b", "~/../x/..")) {
            assertThat(code(() -> run(line("ls", out)))).as(out).isEqualTo("CWD_INVALID");
        }
    }

    @Test
    void it_counts_as_something_nobody_undoes_and_that_not_everybody_may() {
        assertThat(SPEC.reversible()).isFalse();
        assertThat(SPEC.permissions()).containsExactly("shell.run");
    }

    private void needsBubblewrap() {
        assumeTrue(
                Sandbox.on(folder).works(),
                "bubblewrap is not here, or may not make sandboxes: the sandbox can't be tried");
    }

    private static Command line(String command, @Nullable String cwd) {
        return new Command(command, null, cwd);
    }

    private Optional<ApprovalReason> asks(String command) {
        return errands().asksApproval(line(command, null), "agent");
    }

    private Ran dry(String command) {
        return errand(line(command, null)).preview();
    }

    private Ran run(Command command) {
        return errand(command).go(TIME).record(noTransaction());
    }

    private Errand<Ran> errand(Command command) {
        return errands().exec(command);
    }

    private ShellErrands errands() {
        Caller caller = new Caller(UUID.randomUUID(), "user:ana", Set.of("shell.run"), Locale.ENGLISH, "CO", "api");
        return new ShellErrands(Sandbox.on(folder), caller);
    }

    /** Nothing of the database is needed to write down what a command did. */
    @SuppressWarnings("NullAway")
    private static Tx noTransaction() {
        return null;
    }

    private static String code(Runnable call) {
        return failure(call).code();
    }

    private static ToolFailure failure(Runnable call) {
        ToolFailure[] failure = new ToolFailure[1];
        assertThatThrownBy(call::run).isInstanceOfSatisfying(ToolFailure.class, thrown -> failure[0] = thrown);
        return failure[0];
    }
}
