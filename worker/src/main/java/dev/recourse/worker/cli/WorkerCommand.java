package dev.recourse.worker.cli;

import dev.recourse.worker.Service;
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
            "  recourse worker --workspace acme",
            "",
            "SIGTERM and Ctrl-C let what is running finish."
        })
final class WorkerCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    WorkerCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        return common.withLogsOnStandardError(common.settings(), service -> {
            workUntilStopped(service);
            return ExitCode.DONE;
        });
    }

    /** Being stopped is how a worker ends, no failure: the JVM's own code after a signal would say otherwise. */
    private static void workUntilStopped(Service service) {
        Thread onSignal = new Thread(
                () -> {
                    service.close();
                    Runtime.getRuntime().halt(ExitCode.DONE.code());
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            service.work();
        } finally {
            forget(onSignal);
        }
    }

    private static void forget(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException alreadyGoingDown) {
            // It is at work.
        }
    }
}
