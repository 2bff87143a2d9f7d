package dev.recourse.worker.cli;

import dev.recourse.worker.Settings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a command meets outside the service: the three streams, the environment, the terminal. */
record World(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment, Terminal terminal) {

    /** This process. Text is UTF-8 whatever the locale: JSON is. */
    static World ofProcess() {
        Map<String, String> environment = Settings.environment();
        return new World(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                environment,
                Terminal.ofProcess(environment));
    }
}
