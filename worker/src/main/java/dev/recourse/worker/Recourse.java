package dev.recourse.worker;

import dev.recourse.worker.cli.Cli;
import java.util.Optional;

/** The command line's door. */
public final class Recourse {
    private Recourse() {}

    public static void main(String[] arguments) {
        // Threads of servers and pools would keep the process alive.
        System.exit(Cli.run(arguments));
    }

    /** The version of this build, or {@code development} where it runs from classes. */
    public static String version() {
        return Optional.ofNullable(Recourse.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
