package dev.recourse.worker;

import dev.recourse.worker.embedded.EmbeddedTemporal;
import dev.recourse.worker.embedded.Ports;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the settings are worth with which {@code recourse dev} starts Temporal's dev server: the same bare calls without them. */
final class ServerDefaultsBenchmark {

    private static final int CALLS = 100;
    private static final int ROUNDS = 3;

    private ServerDefaultsBenchmark() {}

    /** Both servers run all the time, with a file each; calls go to them in turn. */
    static void compare(Function<WorkflowClient, WorkerFactory> worker, Consumer<WorkflowClient> call)
            throws Exception {
        Path data = Files.createTempDirectory("defaults");
        String address = "127.0.0.1:" + Ports.firstFree(0);
        Process process = defaults(RealTemporal.binary().orElseThrow(), address, data);
        WorkflowServiceStubs plain = WorkflowServiceStubs.newConnectedServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build(), Duration.ofSeconds(60));
        try (TestTemporal tuned = TestTemporal.open()) {
            Side dev = new Side(tuned.service(), worker, call);
            Side defaults = new Side(plain, worker, call);
            double best = 0;
            double other = 0;
            for (int round = 0; round < ROUNDS; round++) {
                best += dev.perSecond() / ROUNDS;
                other += defaults.perSecond() / ROUNDS;
            }
            System.out.printf("%n%d bare calls, one after the other, on two dev servers%n", CALLS * ROUNDS);
            System.out.printf("  as recourse dev starts it %.1f per s, its defaults %.1f per s%n", best, other);
            System.out.printf("  ratio %.1f%n", best / other);
            dev.stop();
            defaults.stop();
        } finally {
            plain.shutdownNow();
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static Process defaults(Path binary, String address, Path data) throws IOException {
        return new ProcessBuilder(List.of(
                        binary.toString(),
                        "server",
                        "start-dev",
                        "--headless",
                        "--ip",
                        "127.0.0.1",
                        "--port",
                        address.substring(address.indexOf(':') + 1),
                        "--db-filename",
                        data.resolve("dev.db").toString(),
                        "--log-level",
                        "error"))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log").toFile())
                .start();
    }

    /** A server with a worker of its own. */
    private static final class Side {
        private final WorkerFactory factory;
        private final Runnable call;

        Side(
                WorkflowServiceStubs service,
                Function<WorkflowClient, WorkerFactory> worker,
                Consumer<WorkflowClient> call) {
            WorkflowClient client = WorkflowClient.newInstance(
                    service, EmbeddedTemporal.clientOptions().build());
            this.factory = worker.apply(client);
            this.call = () -> call.accept(client);
            for (int i = 0; i < CALLS; i++) {
                this.call.run();
            }
        }

        double perSecond() {
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            return CALLS / ((System.nanoTime() - start) / 1e9);
        }

        void stop() {
            factory.shutdownNow();
            factory.awaitTermination(10, TimeUnit.SECONDS);
        }
    }
}
