package dev.recourse.worker.cli;

import dev.recourse.worker.Service;
import picocli.CommandLine.Option;

/** The option of commands that call tools for somebody: on whose behalf they ask. */
final class AskingOptions {
    @Option(
            names = "--source",
            paramLabel = "WHO",
            description =
                    "Who asks: cli, a person (default), or agent; some tools wait for approval where an agent asks.")
    private Asks source = Asks.cli;

    /** To be said before the service starts anything. */
    void tell(Service service) {
        service.actFrom(source.name());
    }
}
