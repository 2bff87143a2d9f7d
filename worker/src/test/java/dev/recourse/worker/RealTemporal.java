package dev.recourse.worker;

import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Temporal's dev server, a process with nothing on disk, for tests on a machine that has the {@code temporal} binary. */
final class RealTemporal implements AutoCloseable {

    private static final List<String> FASTER = List.of(
            "history.transferProcessorMaxPollRPS=2000",
            "history.timerProcessorMaxPollRPS=2000",
            "history.visibilityProcessorMaxPollRPS=2000",
            "matching.numTaskqueueReadPartitions=1",
            "matching.numTaskqueueWritePartitions=1",
            "system.enableActivityEagerExecution=true");

    private static final List<String> ATTRIBUTES = List.of("AgentSessionId", "WorkspaceId", "BatchId", "ToolName");

    final String address;
    private final Process process;
    private final WorkflowServiceStubs service;

    private RealTemporal(String address, Process process, WorkflowServiceStubs service) {
        this.address = address;
        this.process = process;
        this.service = service;
    }

    /** The binary that {@code -Drecourse.temporal} names, by its path or as a name on the search path, where it is "temporal" else. */
    static Optional<Path> binary() {
        String named = System.getProperty("recourse.temporal", "");
        if (named.contains(File.separator)) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        String name = named.isEmpty() ? "temporal" : named;
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static RealTemporal start(Path binary, Path log) throws IOException {
        String address = "127.0.0.1:" + freePort();
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "server",
                "start-dev",
                "--headless",
                "--ip",
                "127.0.0.1",
                "--port",
                address.substring(address.indexOf(':') + 1),
                "--log-level",
                "error"));
        FASTER.forEach(value -> command.addAll(List.of("--dynamic-config-value", value)));
        ATTRIBUTES.forEach(name -> command.addAll(List.of("--search-attribute", name + "=Keyword")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return new RealTemporal(address, process, connected(address));
        } catch (RuntimeException silent) {
            process.destroy();
            throw new AssertionError("It does not answer:\n" + Files.readString(log), silent);
        }
    }

    WorkflowServiceStubs service() {
        return service;
    }

    private static WorkflowServiceStubs connected(String address) {
        return WorkflowServiceStubs.newConnectedServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build(), Duration.ofSeconds(60));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        service.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
