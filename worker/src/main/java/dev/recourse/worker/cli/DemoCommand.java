package dev.recourse.worker.cli;

import dev.recourse.worker.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code recourse demo}: the whole story on this machine, leaving nothing behind. */
@Command(
        name = "demo",
        description = "The whole story in a minute: preview, run, fail half-way, undo, prove. Leaves nothing behind.",
        footer = {
            "",
            "Examples:",
            "  recourse demo",
            "  recourse demo -o json --quiet",
            "",
            "It starts a PostgreSQL and a Temporal of its own in a throw-away folder; nothing that is",
            "configured (DATABASE_URL, TEMPORAL_ADDRESS, RECOURSE_HOME) is touched."
        })
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    DemoCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        return common.with(Settings.forThrowAway(), service -> {
            new Story(service, common.output()).tell();
            return ExitCode.DONE;
        });
    }
}
