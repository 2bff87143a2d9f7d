package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What a call costs: {@code ToolCall} and {@code ToolBatch} with everything on, beside bare workflows whose activities do the
 * same INSERT and nothing else, in turn on one server: the in-process one, or with {@code -Drecourse.temporal} a real one.
 * Prints ratios; the absolute figures are this machine's.
 */
final class CallBenchmark {

    private static final String BARE_QUEUE = "bare";
    private static final int WARM_UP = 4_000;
    private static final int ROUNDS = 5;
    private static final int SEQUENTIAL = 200;
    private static final int BATCH = 20;
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

    /** One activity for each phone, one after the other. */
    @WorkflowInterface
    public interface BareCalls {
        @WorkflowMethod(name = "BareCalls")
        List<String> run(String name, List<String> phones);
    }

    /** As small as a workflow gets. */
    public static final class BareRun implements BareCalls {
        private final BareInsert activity = Workflow.newActivityStub(
                BareInsert.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(5))
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());

        @Override
        public List<String> run(String name, List<String> phones) {
            return phones.stream().map(phone -> activity.insert(name, phone)).toList();
        }
    }

    public static void main(String[] args) throws Exception {
        try (TestDatabase db = TestDatabase.fresh();
                TestTemporal temporal = TestTemporal.open();
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

            System.out.println(TestTemporal.isReal() ? "On a real server" : "On the in-process server");
            compare(
                    new Pair(() -> toolCall(client), () -> bareCalls(theirs, 1)),
                    new Pair(() -> toolBatch(client), () -> bareCalls(theirs, BATCH)));

            for (WorkerFactory each : List.of(oursFactory, theirsFactory)) {
                each.shutdownNow();
                each.awaitTermination(10, TimeUnit.SECONDS);
            }
            if (TestTemporal.isReal()) {
                ServerDefaultsBenchmark.compare(other -> bareWorker(other, pool), other -> bareCalls(other, 1));
            }
        }
        System.exit(0); // the server's threads are no daemons
    }

    /** The same work with and without Recourse. */
    private record Pair(Runnable ours, Runnable bare) {
        void warmUp(int times) {
            sequential(ours, times);
            sequential(bare, times);
        }
    }

    private static void compare(Pair call, Pair batch) throws Exception {
        call.warmUp(TestTemporal.isReal() ? WARM_UP / 10 : WARM_UP);
        batch.warmUp(1_000 / BATCH);
        compareOneByOne("calls, one after the other", call, SEQUENTIAL);
        compareOneByOne("batches of " + BATCH + ", one after the other", batch, SEQUENTIAL / BATCH);
        compareAtOnce(call);
    }

    private static void compareOneByOne(String what, Pair pair, int times) {
        List<long[]> ours = new ArrayList<>();
        List<long[]> bare = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ours.add(sequential(pair.ours(), times));
            bare.add(sequential(pair.bare(), times));
            ratios.add((double) sum(bare.get(round)) / sum(ours.get(round)));
        }
        System.out.printf("%n%d %s, in %d rounds%n", times * ROUNDS, what, ROUNDS);
        print("Recourse", all(ours));
        print("bare    ", all(bare));
        System.out.printf("  ratio (bare time / our time) median %.2f, of rounds %s%n", median(ratios), shown(ratios));
    }

    private static void compareAtOnce(Pair call) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ours.add(many(call.ours()));
            bare.add(many(call.bare()));
            ratios.add(ours.get(round) / bare.get(round));
        }
        System.out.printf("%n%d calls, %d at once, %d rounds%n", MANY, AT_ONCE, ROUNDS);
        System.out.printf("  Recourse median %.0f per s, bare median %.0f per s%n", median(ours), median(bare));
        System.out.printf("  ratio (our rate / bare rate) median %.2f, of rounds %s%n", median(ratios), shown(ratios));
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

    private static void toolBatch(RecourseClient client) {
        ObjectNode file = JsonNodeFactory.instance
                .objectNode()
                .put("batch_id", UUID.randomUUID().toString());
        for (int i = 0; i < BATCH; i++) {
            file.withArray("calls")
                    .addObject()
                    .put("tool", "crm.contact.create")
                    .putObject("inputs")
                    .put("name", "Ana")
                    .put("phone", phone());
        }
        JsonNode answer = client.batch(file).answer();
        if (!answer.path("status").asText().equals("applied")) {
            throw new IllegalStateException(answer.toString());
        }
    }

    private static void bareCalls(WorkflowClient client, int calls) {
        WorkflowStub stub = client.newUntypedWorkflowStub(
                "BareCalls",
                WorkflowOptions.newBuilder()
                        .setTaskQueue(BARE_QUEUE)
                        .setWorkflowId("bare/" + UUID.randomUUID())
                        .setDisableEagerExecution(false)
                        .build());
        stub.start("Ana", Stream.generate(CallBenchmark::phone).limit(calls).toList());
        List<?> unused = stub.getResult(List.class);
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
