package dev.recourse.worker.embedded;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Temporal's dev server as a process beside this one: the {@code temporal} binary, with its data in a file of the home, on the
 * loopback interface only.
 *
 * <p>A home has one at a time; {@link Beacon} sees to that. If this process is killed the server goes on alone, and the next start
 * ends it: it is known by the file it was told to use.
 */
public final class DevServer implements AutoCloseable {
    private static final String VERB = "start-dev";
    private static final String DATA = "--db-filename=";
    private static final String HOST = "127.0.0.1";
    private static final List<String> SEARCH_ATTRIBUTES = EmbeddedTemporal.SEARCH_ATTRIBUTES;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int STOP_SECONDS = 10;
    private static final int LOG_TAIL_LINES = 12;
    private static final long LOG_BYTES = 4 << 20;

    /** One shard and few pollers, as it is, wait for slots and partitions that only a cluster needs. */
    private static final List<String> FASTER = List.of(
            "history.transferProcessorMaxPollRPS=2000",
            "history.timerProcessorMaxPollRPS=2000",
            "history.visibilityProcessorMaxPollRPS=2000",
            "matching.numTaskqueueReadPartitions=1",
            "matching.numTaskqueueWritePartitions=1",
            "system.enableActivityEagerExecution=true");

    private final Process process;
    private final At ports;
    private final Path data;
    private final Path log;

    /**
     * Ports of the loopback interface.
     *
     * @param ui of the web UI; 0 for none
     */
    public record At(int temporal, int ui) {}

    private DevServer(Process process, At ports, Path data, Path log) {
        this.process = process;
        this.ports = ports;
        this.data = data;
        this.log = log;
    }

    /** The first {@code temporal} on that search path. */
    public static Optional<Path> binary(String path) {
        return Programs.on(path, "temporal");
    }

    /** Ends the server that a killed process left on that home, so that its file and its ports are free. */
    public static void endLeft(Home home) {
        endOthersOn(data(home));
    }

    /**
     * Starts the server and waits until it listens.
     *
     * @param path where other programs are looked for
     * @throws EmbeddedFailure if it doesn't start, with what it said
     */
    public static DevServer start(Path binary, Home home, At ports, String path) {
        Path data = data(home);
        Path log = home.temporal().resolve("server.log");
        try {
            turn(log);
            ProcessBuilder builder = new ProcessBuilder(command(binary, data, ports, path))
                    .directory(home.temporal().toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // A profile of the user's means another server.
            builder.environment().keySet().removeIf(name -> name.startsWith("TEMPORAL_"));
            DevServer server = new DevServer(builder.start(), ports, data, log);
            server.listen();
            return server;
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("temporal.failed", log, e), e);
        }
    }

    /** {@code host:port}. */
    public String address() {
        return HOST + ":" + ports.temporal;
    }

    /** Where its web UI is, empty without one. */
    public Optional<String> ui() {
        return ports.ui == 0 ? Optional.empty() : Optional.of("http://" + HOST + ":" + ports.ui);
    }

    /** What it says. */
    public Path log() {
        return log;
    }

    /** Runs that when the server has ended, for whatever reason. */
    public void whenEnded(Runnable then) {
        var unused = process.onExit().thenRunAsync(then, task -> new Thread(task, "server-ended").start());
    }

    /** Stops it, and waits until it is gone. A second time does nothing. */
    @Override
    public void close() {
        end(process.toHandle());
        endOthersOn(data); // the binary may be a script that started it
    }

    private static List<String> command(Path binary, Path data, At ports, String path) {
        List<String> command = new ArrayList<>(Programs.inItsOwnGroup(path));
        command.addAll(List.of(binary.toString(), "server", VERB, DATA + data, "--ip", HOST));
        command.addAll(List.of("--port", String.valueOf(ports.temporal)));
        command.addAll(
                ports.ui == 0
                        ? List.of("--headless")
                        : List.of("--ui-ip", HOST, "--ui-port", String.valueOf(ports.ui)));
        command.addAll(List.of("--log-level", "warn", "--log-format", "json"));
        command.addAll(List.of("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"));
        SEARCH_ATTRIBUTES.forEach(name -> command.addAll(List.of("--search-attribute", name + "=Keyword")));
        FASTER.forEach(value -> command.addAll(List.of("--dynamic-config-value", value)));
        return command;
    }

    private void listen() throws IOException {
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (process.isAlive() && Instant.now().isBefore(giveUp)) {
            if (answers()) {
                return;
            }
            pause();
        }
        close();
        throw new EmbeddedFailure(Texts.say("temporal.failed", log, tail()));
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(PostmasterFile.host(), ports.temporal), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Path data(Home home) {
        return home.temporal().resolve("dev.db");
    }

    /** Two servers on one file would destroy it. */
    private static void endOthersOn(Path data) {
        ProcessHandle.allProcesses().filter(process -> serves(process, data)).forEach(DevServer::end);
    }

    private static boolean serves(ProcessHandle process, Path data) {
        return process.info()
                .arguments()
                .filter(words -> Arrays.asList(words).containsAll(List.of(VERB, DATA + data)))
                .isPresent();
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void turn(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
            Files.move(log, log.resolveSibling("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        OwnerOnly.channel(log, StandardOpenOption.WRITE).close();
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private static File nothing() {
        return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for Temporal", e);
        }
    }
}
