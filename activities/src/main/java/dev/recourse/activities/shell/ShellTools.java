package dev.recourse.activities.shell;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent can do on the machine itself: run a command in a sandbox, if the guard lets it. */
@ActivityInterface
public interface ShellTools {
    /** Runs one command in the working folder. */
    @ActivityMethod(name = "system.shell.exec")
    Ran exec(Command command);

    /**
     * What is to run: either a line for bash, or a program with its arguments.
     *
     * @param cwd a folder below the working folder; null for that itself
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Command(
            @Nullable String command,
            @Nullable List<String> argv,
            @Nullable String cwd) {}

    /**
     * What the guard said, and what came of it.
     *
     * @param verdict {@code allow}, {@code ask} or {@code deny}
     * @param reason the guard's reason, for programs
     * @param explanation the same, as a sentence
     * @param exitCode null where it did not run, or was stopped
     * @param stdout null where it did not run
     * @param stderr null where it did not run
     * @param truncated whether more was written than is shown
     * @param timedOut whether it was stopped because its time was over
     */
    record Ran(
            String verdict,
            String reason,
            String explanation,
            @Nullable Integer exitCode,
            @Nullable String stdout,
            @Nullable String stderr,
            boolean truncated,
            boolean timedOut) {}
}
