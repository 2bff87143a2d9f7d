package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.Dev;
import dev.recourse.worker.Progress;
import dev.recourse.worker.Settings;
import dev.recourse.worker.Vitals;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recourse dev}: everything up on this machine, until it is stopped. */
@Command(
        name = "dev",
        description = {
            "Brings up database, Temporal and worker on this machine, says where they are, and stays.",
            "Every other command on the same RECOURSE_HOME uses them."
        },
        footer = {
            "",
            "Examples:",
            "  recourse dev",
            "  recourse dev --port 7500 --ui-port 8500",
            "  recourse dev -o json --headless --metrics-port 9090",
            "",
            "With a 'temporal' binary on PATH, Temporal is its dev server: it has a web UI, and workflows go",
            "on after a restart. Without one it is inside this process, and workflows end with it.",
            "SIGTERM and Ctrl-C let what is running finish."
        })
final class DevCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final StayingOptions staying = new StayingOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Temporal's port. Default: 7233, or a free one where that is taken.",
            order = 1)
    private @Nullable Integer port;

    @Option(
            names = "--ui-port",
            paramLabel = "PORT",
            description = "The port of its web UI. Default: 8233, or a free one where that is taken.",
            order = 2)
    private @Nullable Integer uiPort;

    @Option(names = "--headless", description = "No web UI.", order = 3)
    private boolean headless;

    DevCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        Settings settings = common.settings();
        Dev.Wishes wishes = wishes();
        Progress progress = common.shown(settings);
        try (Vitals vitals = staying.vitals();
                Dev dev = Dev.of(settings, progress, vitals, wishes)) {
            vitals.ask(dev::health);
            return CommonOptions.interruptible(dev::closing, () -> {
                UntilStopped.run(() -> stay(dev), dev::close);
                return ExitCode.DONE;
            });
        }
    }

    private void stay(Dev dev) {
        ObjectNode report = dev.start();
        common.output().show(report, look -> DevView.text(report, program()));
        dev.stay();
    }

    /** Another terminal has no home but the usual one. */
    private String program() {
        String home = common.world().environment().get("RECOURSE_HOME");
        return (home == null ? "" : "RECOURSE_HOME='" + home + "' ") + NextSteps.program();
    }

    private Dev.Wishes wishes() {
        return new Dev.Wishes(
                StayingOptions.port("--port", port),
                StayingOptions.port("--ui-port", uiPort),
                headless,
                common.world().environment().getOrDefault("PATH", ""),
                staying.patience());
    }
}
