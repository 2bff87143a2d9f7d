package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a call costs: {@code ToolCall} with everything on, beside a workflow with one activity that does the same INSERT
 * and nothing else, in turn on one in-process server. Prints ratios; the absolute figures are this machine's.
 */
final class CallBenchmark {

    private static final String BARE_QUEUE = "bare";
    private static final int WARM_UP = 1_500;
    private static final int ROUNDS = 5;
    private static final int SEQUENTIAL = 200;
    private static final int MANY = 1_000;
    private static final int AT_ONCE = 50;
    private static final AtomicInteger PHONES = new AtomicInteger();

    private CallBenchmark() {}

    /** The whole of a bare workflow's work. */
    @ActivityInterface
    public interface BareInsert {
        @ActivityMethod(name = "bare_insert")
        String insert(String name, String phone);
    }

    /** One activity and its answer. */
    @WorkflowInterface
    public interface BareCall {
        @WorkflowMethod(name = "BareCall")
        String run(String name, String phone);
    }

    /** As small as a workflow gets. */
    public static final class BareRun implements BareCall {
        private final BareInsert activity = Workflow.newActivityStub(
                BareInsert.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(5))
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());

        @Override
        public String run(String name, String phone) {
            return activity.insert(name, phone);
        }
    }

    public static void main(String[] args) throws Exception {
        try (TestDatabase db = TestDatabase.fresh();
                EmbeddedTemporal temporal = EmbeddedTemporal.open();
                Connections pool = new Connections(db)) {
            db.as_superuser("create table bare_contacts (like contacts including defaults including indexes)");
            ToolRuntime runtime = ToolRuntime.of(
                    db.database(),
                    Tooling.catalogue(),
                    new ToolRuntime.Options(TestStack.KEY, TestDatabase.A, TestDatabase.OWNER, null));
            Identity identity = new Identity("a", TestDatabase.OWNER, "api", TestStack.SESSION, null);
            WorkflowClient ours = WorkflowClient.newInstance(
                    temporal.service(),
                    EmbeddedTemporal.clientOptions()
                            .setPlugins(RecoursePlugin.worker(runtime).as(identity))
                            .build());
            WorkflowClient theirs = WorkflowClient.newInstance(
                    temporal.service(), EmbeddedTemporal.clientOptions().build());
            WorkerFactory oursFactory = Engine.started(ours);
            WorkerFactory theirsFactory = bareWorker(theirs, pool);
            RecourseClient client = new RecourseClient(ours, "a", TestStack.SESSION, true);

            compare(() -> toolCall(client), () -> bareCall(theirs));

            oursFactory.shutdownNow();
            theirsFactory.shutdownNow();
        }
        System.exit(0); // the server's threads are no daemons
    }

    private static void compare(Runnable ours, Runnable bare) throws Exception {
        sequential(ours, WARM_UP);
        sequential(bare, WARM_UP);
        List<long[]> one = new ArrayList<>();
        List<long[]> other = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> manyRatios = new ArrayList<>();
        List<Double> manyOurs = new ArrayList<>();
        List<Double> manyBare = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            one.add(sequential(ours, SEQUENTIAL));
            other.add(sequential(bare, SEQUENTIAL));
            ratios.add((double) sum(other.get(round)) / sum(one.get(round)));
            manyOurs.add(many(ours));
            manyBare.add(many(bare));
            manyRatios.add(manyOurs.get(round) / manyBare.get(round));
        }
        System.out.printf("%nsequential, %d calls in %d rounds%n", SEQUENTIAL * ROUNDS, ROUNDS);
        print("ToolCall", all(one));
        print("bare    ", all(other));
        System.out.printf("  ratio (bare time / our time) median %.2f, of rounds %s%n", median(ratios), shown(ratios));
        System.out.printf("%d calls, %d at once, %d rounds%n", MANY, AT_ONCE, ROUNDS);
        System.out.printf("  ToolCall median %.0f per s, bare median %.0f per s%n", median(manyOurs), median(manyBare));
        System.out.printf(
                "  ratio (our rate / bare rate) median %.2f, of rounds %s%n", median(manyRatios), shown(manyRatios));
    }

    private static void toolCall(RecourseClient client) {
        JsonNode inputs =
                JsonNodeFactory.instance.objectNode().put("name", "Ana").put("phone", phone());
        JsonNode answer = client.call("crm.contact.create", inputs, false, UUID.randomUUID())
                .answer();
        if (!answer.path("status").asText().equals("success")) {
            throw new IllegalStateException(answer.toString());
        }
    }

    private static void bareCall(WorkflowClient client) {
        WorkflowStub stub = client.newUntypedWorkflowStub(
                "BareCall",
                WorkflowOptions.newBuilder()
                        .setTaskQueue(BARE_QUEUE)
                        .setWorkflowId("bare/" + UUID.randomUUID())
                        .setDisableEagerExecution(false)
                        .build());
        stub.start("Ana", phone());
        stub.getResult(String.class);
    }

    private static String phone() {
        return "+57300" + String.format("%07d", PHONES.incrementAndGet());
    }

    private static long[] sequential(Runnable call, int times) {
        long[] took = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            call.run();
            took[i] = System.nanoTime() - start;
        }
        return took;
    }

    /** Calls per second. */
    private static double many(Runnable call) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            long start = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                running.add(callers.submit(call));
            }
            for (Future<?> each : running) {
                each.get();
            }
            return MANY / ((System.nanoTime() - start) / 1e9);
        } finally {
            callers.shutdown();
        }
    }

    private static WorkerFactory bareWorker(WorkflowClient client, Connections pool) {
        WorkerFactory factory = WorkerFactory.newInstance(client);
        Worker worker = factory.newWorker(
                BARE_QUEUE,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentActivityExecutionSize(Engine.SLOTS)
                        .setMaxConcurrentActivityTaskPollers(2)
                        .setMaxConcurrentWorkflowTaskPollers(2)
                        .build());
        worker.registerWorkflowImplementationTypes(BareRun.class);
        worker.registerActivitiesImplementations((BareInsert) (name, phone) -> insert(pool, name, phone));
        factory.start();
        return factory;
    }

    private static String insert(Connections pool, String name, String phone) {
        String id = UUID.randomUUID().toString();
        Connection connection = pool.borrow();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into recourse.bare_contacts (workspace_id, id, name, phone) values (?::uuid, ?::uuid, ?, ?)")) {
            insert.setString(1, TestDatabase.A.toString());
            insert.setString(2, id);
            insert.setString(3, name);
            insert.setString(4, phone);
            insert.executeUpdate();
            return id;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        } finally {
            pool.giveBack(connection);
        }
    }

    /** The smallest pool there is: the bare side pays for nothing it does not need. */
    private static final class Connections implements AutoCloseable {

        private final BlockingQueue<Connection> idle = new LinkedBlockingQueue<>();

        Connections(TestDatabase db) {
            for (int i = 0; i < Engine.SLOTS; i++) {
                idle.add(db.superuser());
            }
        }

        Connection borrow() {
            try {
                return idle.take();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        void giveBack(Connection connection) {
            idle.add(connection);
        }

        @Override
        public void close() throws SQLException {
            for (Connection connection : idle) {
                connection.close();
            }
        }
    }

    private static void print(String who, long[] nanos) {
        System.out.printf(
                "  %s %5.0f per s, p50 %.2f ms, p99 %.2f ms%n",
                who,
                nanos.length / (sum(nanos) / 1e9),
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6);
    }

    private static long[] all(List<long[]> rounds) {
        return rounds.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private static long sum(long[] nanos) {
        return Arrays.stream(nanos).sum();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static String shown(List<Double> values) {
        return values.stream()
                .map(value -> String.format("%.2f", value))
                .toList()
                .toString();
    }
}
