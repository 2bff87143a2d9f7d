package dev.recourse.worker.cli;

/** Work that ends by being stopped, with Ctrl-C or SIGTERM: that is no failure, whatever code the JVM has for it. */
final class UntilStopped {
    private UntilStopped() {}

    /** @param stop lets what runs finish; called on a signal, from another thread */
    static void run(Runnable work, Runnable stop) {
        Thread onSignal = new Thread(
                () -> {
                    stop.run();
                    Runtime.getRuntime().halt(ExitCode.DONE.code());
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            work.run();
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
