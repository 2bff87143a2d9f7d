package dev.recourse.worker;

import dev.recourse.worker.embedded.AtExit;
import dev.recourse.worker.embedded.DevServer;
import dev.recourse.worker.embedded.Home;
import dev.recourse.worker.embedded.Ports;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Temporal's dev server as {@code recourse dev} starts it, for tests on a machine that has the {@code temporal} binary. */
final class RealTemporal implements AutoCloseable {

    private static final String PATH = System.getenv().getOrDefault("PATH", "");

    final String address;
    private final Home home;
    private final DevServer server;
    private final WorkflowServiceStubs service;

    private RealTemporal(Home home, DevServer server) {
        this.home = home;
        this.server = server;
        this.address = server.address();
        this.service = WorkflowServiceStubs.newConnectedServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build(), Duration.ofSeconds(60));
    }

    /** The binary at the path that {@code -Drecourse.temporal} says, else the one on the search path. */
    static Optional<Path> binary() {
        String named = System.getProperty("recourse.temporal", "");
        return named.contains(File.separator)
                ? Optional.of(Path.of(named)).filter(Files::isExecutable)
                : DevServer.binary(PATH);
    }

    static RealTemporal start(Path binary) {
        Home home = Home.temporary();
        DevServer server = DevServer.start(binary, home, new DevServer.At(Ports.firstFree(0), 0), PATH);
        AtExit.close(server); // also where a test that has it open is not among those of this process
        return new RealTemporal(home, server);
    }

    WorkflowServiceStubs service() {
        return service;
    }

    @Override
    public void close() {
        service.shutdownNow();
        server.close();
        AtExit.forget(server);
        home.close();
    }
}
