package dev.recourse.activities.shell;

import dev.recourse.activities.shell.ShellTools.Command;
import dev.recourse.activities.shell.ShellTools.Ran;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.workspace.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prepares one command of one caller: judged before anything else, run after the claim is committed. */
final class ShellErrands {
    private static final Pattern FOLDER = Pattern.compile("[^/\\\\\\p{Cntrl}]+(/[^/\\\\\\p{Cntrl}]+)*");

    private final Sandbox sandbox;
    private final Locale locale;
    private final UUID execution;

    ShellErrands(Sandbox sandbox, Caller caller, UUID execution) {
        this.sandbox = sandbox;
        this.locale = caller.locale();
        this.execution = execution;
    }

    Errand<Ran> exec(Command command) {
        if ((command.command() == null) == (command.argv() == null)) {
            throw ToolFailure.field(new Violation("/command", "COMMAND_OR_ARGV"));
        }
        String folder = folder(command.cwd());
        List<String> argv = command.argv();
        String line = command.command();
        if (line != null) {
            return new Prepared(
                    Guard.judge(line, folder), List.of("/bin/bash", "--norc", "--noprofile", "-c", line), folder);
        }
        return new Prepared(
                Guard.judge(argv == null ? List.of() : argv, folder), argv == null ? List.of() : argv, folder);
    }

    /** A folder below the working folder, by its name alone; links are for {@link Sandbox} to follow. */
    private static String folder(@Nullable String cwd) {
        String folder = cwd == null || cwd.equals(".")
                ? ""
                : cwd.replaceFirst("^\\./", "").replaceFirst("/+$", "");
        boolean plain = folder.isEmpty() || FOLDER.matcher(folder).matches();
        if (!plain || Path.of(folder).normalize().startsWith("..") || folder.contains("..")) {
            throw ToolFailure.field(new Violation("/cwd", "CWD_INVALID"));
        }
        return folder;
    }

    /** Waits for nobody: a command that needs approval is refused until somebody can give it. */
    private static void approved(Verdict verdict, Locale locale) {
        if (verdict.decision() == Decision.ASK) {
            throw explained(ToolFailure.precondition("APPROVAL_REQUIRED"), verdict, locale);
        }
    }

    private static ToolFailure explained(ToolFailure failure, Verdict verdict, Locale locale) {
        String text = verdict.reason().text(locale);
        return failure.with("explanation", text)
                .detail("verdict", verdict.decision().wire())
                .detail("reason", verdict.reason().wire())
                .detail("explanation", text);
    }

    /** A judged command. */
    private final class Prepared implements Errand<Ran> {
        private final Verdict verdict;
        private final List<String> argv;
        private final String folder;

        Prepared(Verdict verdict, List<String> argv, String folder) {
            this.verdict = verdict;
            this.argv = argv;
            this.folder = folder;
        }

        @Override
        public Ran preview() {
            return ran(null);
        }

        @Override
        public Arrived<Ran> go(Duration left) {
            if (verdict.denied()) {
                throw explained(ToolFailure.denied("COMMAND_BLOCKED"), verdict, locale);
            }
            approved(verdict, locale);
            Ran ran = ran(run(left));
            return tx -> ran;
        }

        private Sandbox.Result run(Duration left) {
            try {
                return sandbox.run(argv, folder, left);
            } catch (IOException | InterruptedException e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                throw new OutcomeUnknown(e);
            }
        }

        private Ran ran(Sandbox.@Nullable Result result) {
            return new Ran(
                    execution,
                    verdict.decision().wire(),
                    verdict.reason().wire(),
                    verdict.reason().text(locale),
                    result == null ? null : result.exitCode(),
                    result == null ? null : result.stdout(),
                    result == null ? null : result.stderr(),
                    result != null && result.truncated(),
                    result != null && result.timedOut());
        }
    }
}
