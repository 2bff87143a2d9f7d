package dev.recourse.worker.cli;

import dev.recourse.worker.Progress;
import dev.recourse.worker.Service;
import dev.recourse.worker.Settings;
import dev.recourse.worker.Vitals;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code recourse worker}: runs the tools for a Temporal cluster, until it is stopped. */
@Command(
        name = "worker",
        description = "Runs the worker on task queue 'recourse' until it is stopped; logs are JSON lines on stderr.",
        footer = {
            "",
            "Examples:",
            "  DATABASE_URL=postgresql://user:password@db:5432/crm TEMPORAL_ADDRESS=temporal:7233 recourse worker",
            "  recourse worker --workspace acme --metrics-port 9090",
            "",
            "It waits for services that are not up yet, and says for which (--wait 0: it does not).",
            "SIGTERM and Ctrl-C let what is running finish."
        })
final class WorkerCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final StayingOptions staying = new StayingOptions();

    WorkerCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        Settings settings = common.settings();
        Progress progress = common.logged();
        Duration patience = staying.patience();
        try (Vitals vitals = staying.vitals();
                Service service = Service.open(settings, progress, vitals)) {
            vitals.ask(service::health);
            return CommonOptions.interruptible(service::closing, () -> {
                UntilStopped.run(() -> service.work(patience), service::close);
                return ExitCode.DONE;
            });
        }
    }
}
