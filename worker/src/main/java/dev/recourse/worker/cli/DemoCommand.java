package dev.recourse.worker.cli;

import dev.recourse.worker.Settings;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
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
            "It starts a PostgreSQL and a Temporal of its own in a throw-away folder, and a stand-in for",
            "WhatsApp's provider on this machine; nothing that is configured (DATABASE_URL,",
            "TEMPORAL_ADDRESS, RECOURSE_HOME, RECOURSE_WHATSAPP_URL) is touched."
        })
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    DemoCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() throws IOException {
        common.checkFormat();
        common.logToHome();
        try (StandIn vendor = StandIn.start(StandIn.Options.USUAL)) {
            return common.with(Settings.forThrowAway(vendor.url()), service -> {
                new Story(service, common.output(), vendor).tell();
                return ExitCode.DONE;
            });
        }
    }
}
