package dev.recourse.worker.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Another process that has a home's database open: the real thing, a JVM of its own. */
final class Neighbour implements AutoCloseable {
    private static final String OPENED = "opened ";

    private final Process process;
    private final BufferedReader said;

    private Neighbour(Process process) {
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Opens the database, says where, and stays until its input ends. */
    public static void main(String[] arguments) throws IOException {
        Home home = arguments[0].equals("temporary")
                ? Home.temporary(Path.of(arguments[1]))
                : Home.at(Path.of(arguments[0]), Path.of(arguments[1]));
        EmbeddedPostgres postgres = EmbeddedPostgres.open(home, System.err::println);
        System.out.println(OPENED + postgres.jdbcUrl());
        System.out.println(home.root());
        while (System.in.read() >= 0) {
            // Whoever started us closes our input, or kills us.
        }
        postgres.close();
        home.close();
    }

    static Neighbour starting(Object home, Path cache) {
        return starting(home, cache, Map.of());
    }

    /** With these environment variables in place of the inherited ones of the same name. */
    static Neighbour starting(Object home, Path cache, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Neighbour.class.getName(),
                            home.toString(),
                            cache.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment);
            return new Neighbour(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it is inside, and gives the address it got. */
    String url() {
        String line = line();
        if (!line.startsWith(OPENED)) {
            throw new IllegalStateException("It said: " + line);
        }
        return line.substring(OPENED.length());
    }

    String line() {
        try {
            return String.valueOf(said.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the kernel does it: no hook, no close. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** As Ctrl-C does it. */
    void interrupt() {
        process.destroy();
        process.onExit().join();
    }

    /** Lets it close and end; true when its output ended with it, so that no server it started holds on to it. */
    boolean leave() {
        try {
            process.getOutputStream().close();
            while (said.readLine() != null) {
                // What it says at the end doesn't matter.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return process.onExit().join().exitValue() == 0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
