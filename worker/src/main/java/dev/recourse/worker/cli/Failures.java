package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.ServiceUnavailable;
import dev.recourse.worker.Settings;
import dev.recourse.worker.WrongUsage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a command ends that did not come to a result: what it says, on which stream, and its exit code. */
final class Failures {
    private final World world;

    Failures(World world) {
        this.world = world;
    }

    /**
     * Says what happened. Never throws, and never prints a trace.
     *
     * @param command how the command is called, such as {@code recourse run}
     * @param json whether standard output gets a JSON document
     */
    ExitCode end(Throwable thrown, String command, boolean json) {
        if (thrown instanceof WrongUsage wrong) {
            return usage(command, String.valueOf(wrong.getMessage()));
        }
        return thrown instanceof ServiceUnavailable gone
                ? unavailable(gone, command, json)
                : defect(thrown, command, json);
    }

    /** Wrong usage: the message, and where to read what is right. */
    ExitCode usage(String command, String message) {
        say(command + ": " + message);
        say("Try '" + command + " --help'.");
        return ExitCode.USAGE;
    }

    private ExitCode unavailable(ServiceUnavailable gone, String command, boolean json) {
        say(command + ": " + gone.getMessage() + " " + gone.whatToDo());
        if (json) {
            ObjectNode details = JsonNodeFactory.instance.objectNode();
            details.put("service", gone.what()).put("address", gone.address());
            print(
                    "external_api_error",
                    "SERVICE_UNAVAILABLE",
                    String.valueOf(gone.getMessage()),
                    gone.whatToDo(),
                    true,
                    details);
        }
        return ExitCode.UNAVAILABLE;
    }

    private ExitCode defect(Throwable thrown, String command, boolean json) {
        Logs.Kept kept = Logs.keep(thrown, home());
        String message = "a defect of ours stopped this command; the reference is " + kept.reference() + ".";
        String suggestion = kept.file() == null
                ? "Its trace could not be kept: " + home().resolve("logs") + " can't be written."
                : "Its trace is in " + kept.file() + "; 'recourse audit' shows what was done before it.";
        say(command + ": " + message + " " + suggestion);
        if (json) {
            ObjectNode details = JsonNodeFactory.instance.objectNode().put("reference", kept.reference());
            print("internal_error", "DEFECT", message, suggestion, false, details);
        }
        return ExitCode.DEFECT;
    }

    private void print(
            String type,
            String code,
            String message,
            @Nullable String suggestion,
            boolean retryable,
            ObjectNode details) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("status", "error");
        answer.putObject("error")
                .put("type", type)
                .put("code", code)
                .put("message", message)
                .put("suggestion", suggestion)
                .put("retryable", retryable)
                .set("details", details);
        world.out().println(Values.json(answer));
        world.out().flush();
    }

    private void say(String text) {
        world.err().println(Texts.lines(text));
    }

    /** Where traces are kept. */
    Path home() {
        try {
            return Settings.home(world.environment());
        } catch (WrongUsage e) {
            return Path.of(System.getProperty("java.io.tmpdir", "."), "recourse");
        }
    }
}
