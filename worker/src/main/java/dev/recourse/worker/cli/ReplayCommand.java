package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.Service;
import dev.recourse.worker.WrongUsage;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse replay}: whether this version would go on with a workflow that another began. */
@Command(
        name = "replay",
        description = "Replays a workflow's history against the workflow code of this version; nothing is called.",
        footer = {
            "",
            "Examples:",
            "  recourse replay default/batch/3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f",
            "  recourse replay events.json -o json",
            "  temporal workflow show -w default/batch/3f2b… --output json | recourse replay -",
            "",
            "A file is what the Temporal UI downloads (not decoded), or what 'temporal workflow show' prints.",
            "Without one the configured Temporal is asked. Exit code 1 says that the code has come to ask",
            "for something else than the history has: such a workflow would stand still on this version."
        })
final class ReplayCommand implements Callable<Integer> {
    /** Temporal ends a workflow whose history has 50 MiB; as JSON that is a third more. */
    private static final int MAX_BYTES = 100 << 20;

    @Mixin
    private final CommonOptions common;

    @Parameters(
            index = "0",
            paramLabel = "WORKFLOW_ID|FILE",
            description = "A workflow of the configured Temporal; or a history in a file, or - for standard input.")
    private String what = "";

    @Option(names = "--run-id", paramLabel = "ID", description = "This run of the workflow. Default: its latest.")
    private @Nullable String run;

    ReplayCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        Source file = isFile(what) ? file() : null;
        return common.with(common.settings(), service -> {
            ObjectNode answer = answer(service, file);
            common.output().show(answer, look -> ReplayView.text(answer, look));
            return ExitCode.ofReplay(answer);
        });
    }

    private ObjectNode answer(Service service, @Nullable Source file) {
        return file == null ? service.replayWorkflow(what, run) : service.replayFile(file.name(), file.bytes());
    }

    private Source file() {
        if (run != null) {
            throw new WrongUsage("--run-id is for a workflow of Temporal; a file holds one run.");
        }
        Source file = Source.of(what, common.world(), MAX_BYTES);
        if (file.bytes().length > MAX_BYTES) {
            throw new WrongUsage(file.name() + " is larger than " + (MAX_BYTES >> 20) + " MiB, which no history is.");
        }
        return file;
    }

    /** Ids of workflows look like paths: what is there is a file, and what is called like one. */
    private static boolean isFile(String what) {
        try {
            return what.equals("-") || what.endsWith(".json") || Files.isRegularFile(Path.of(what));
        } catch (InvalidPathException none) {
            return false;
        }
    }
}
