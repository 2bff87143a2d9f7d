package dev.recourse.worker.embedded;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Workflows per second on the embedded Temporal, without and with {@link LockEvents}, as the number of workflows grows. */
final class LockEventsBenchmark {
    private static final int ROUNDS = 10;
    private static final int AT_ONCE = 50;

    private LockEventsBenchmark() {}

    @ActivityInterface
    public interface Step {
        void step();
    }

    @WorkflowInterface
    public interface OneStep {
        @WorkflowMethod
        void run();
    }

    public static final class OneStepFlow implements OneStep {
        private final Step step = Workflow.newActivityStub(
                Step.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .build());

        @Override
        public void run() {
            step.step();
        }
    }

    /** Prints a table. Arguments: how many workflows in a round, 2000 if absent; ten rounds are run without, then with the remedy */
    public static void main(String[] arguments) {
        int workflows = arguments.length == 0 ? 2_000 : Integer.parseInt(arguments[0]);
        List<Long> stock = measure(workflows, false);
        List<Long> remedied = measure(workflows, true);
        System.out.println("workflows so far | stock per second | with LockEvents | ratio");
        for (int i = 0; i < ROUNDS; i++) {
            double ratio = (double) remedied.get(i) / stock.get(i);
            System.out.printf("%16d | %16d | %15d | %.1f%n", (i + 1) * workflows, stock.get(i), remedied.get(i), ratio);
        }
        System.exit(0);
    }

    private static List<Long> measure(int workflows, boolean remedy) {
        try (var server = TestServer.createServer(true)) {
            if (remedy && !LockEvents.keepUnlockingFast(server)) {
                throw new IllegalStateException("The remedy doesn't fit this server");
            }
            WorkflowClient client = WorkflowClient.newInstance(
                    WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                            .setChannel(server.getChannel())
                            .validateAndBuildWithDefaults()),
                    EmbeddedTemporal.clientOptions().build());
            WorkerFactory factory = WorkerFactory.newInstance(client);
            Worker worker = factory.newWorker("q");
            worker.registerWorkflowImplementationTypes(OneStepFlow.class);
            worker.registerActivitiesImplementations((Step) () -> {});
            factory.start();
            List<Long> perSecond = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                perSecond.add(perSecond(client, workflows));
            }
            factory.shutdownNow();
            return perSecond;
        }
    }

    private static long perSecond(WorkflowClient client, int workflows) {
        long start = System.nanoTime();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < workflows; i++) {
            OneStep stub = client.newWorkflowStub(
                    OneStep.class,
                    WorkflowOptions.newBuilder().setTaskQueue("q").build());
            running.add(WorkflowClient.execute(stub::run));
            if (running.size() == AT_ONCE) {
                running.remove(0).join();
            }
        }
        running.forEach(CompletableFuture::join);
        return workflows * 1_000_000_000L / (System.nanoTime() - start);
    }
}
