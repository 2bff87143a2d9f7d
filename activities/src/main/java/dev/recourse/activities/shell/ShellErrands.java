package dev.recourse.activities.shell;

import dev.recourse.activities.shell.ShellTools.Command;
import dev.recourse.activities.shell.ShellTools.Ran;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.AsksApproval;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.workspace.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prepares one command of one caller: judged before anything else, run after the claim is committed. */
final class ShellErrands implements AsksApproval {
    private static final Pattern FOLDER = Pattern.compile("[^/\\\\\\p{Cntrl}]+(/[^/\\\\\\p{Cntrl}]+)*");

    private static final Duration DECIDED_WITHIN = Duration.ofMinutes(10);

    private final Sandbox sandbox;
    private final Locale locale;

    ShellErrands(Sandbox sandbox, Caller caller) {
        this.sandbox = sandbox;
        this.locale = caller.locale();
    }

    /** What the guard asks about waits for a person; what it denies is refused without asking anybody. */
    @Override
    public Optional<ApprovalReason> asksApproval(Record input, String source) {
        Verdict verdict = prepared((Command) input).verdict;
        if (verdict.denied()) {
            throw blocked(verdict);
        }
        return verdict.allowed()
                ? Optional.empty()
                : Optional.of(new ApprovalReason(
                        "APPROVAL_OF_COMMAND", Map.of("reason", verdict.reason().wire()), DECIDED_WITHIN));
    }

    Errand<Ran> exec(Command command) {
        return prepared(command);
    }

    private Prepared prepared(Command command) {
        String line = command.command();
        List<String> argv = command.argv();
        if ((line == null) == (argv == null)) {
            throw ToolFailure.field(new Violation("/command", "COMMAND_OR_ARGV"));
        }
        String folder = folder(command.cwd());
        return line == null
                ? new Prepared(Guard.judge(Objects.requireNonNull(argv), folder), argv, folder)
                : new Prepared(
                        Guard.judge(line, folder), List.of("/bin/bash", "--norc", "--noprofile", "-c", line), folder);
    }

    /** A folder below the working folder, by its name alone; links are for {@link Sandbox} to follow. */
    private static String folder(@Nullable String cwd) {
        String folder = cwd == null || cwd.equals(".")
                ? ""
                : cwd.replaceFirst("^\\./", "").replaceFirst("/+$", "");
        boolean plain = folder.isEmpty() || FOLDER.matcher(folder).matches();
        if (!plain || folder.contains("..")) {
            throw ToolFailure.field(new Violation("/cwd", "CWD_INVALID"));
        }
        return folder;
    }

    private ToolFailure blocked(Verdict verdict) {
        String text = verdict.reason().text(locale);
        return ToolFailure.denied("COMMAND_BLOCKED")
                .with("explanation", text)
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
                throw blocked(verdict);
            }
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
