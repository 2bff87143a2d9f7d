package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The whole thing for tests: a database of its own, a Temporal, a worker with the plugin, clients. */
final class TestStack implements AutoCloseable {

    static final UUID SESSION = UUID.fromString("55555555-0000-4000-8000-000000000005");
    static final String SECRET = "a key for tests, at least 32 bytes long";
    static final Identity.Key KEY = new Identity.Key(SECRET.getBytes(StandardCharsets.UTF_8));

    final TestDatabase db = TestDatabase.fresh();
    private final TestTemporal temporal;
    private final WorkerFactory factory;

    private final Catalogue catalogue;

    private final Duration approvalsWithin;

    private TestStack(TestTemporal temporal, Consumer<Catalogue.Builder> tools, Consumer<Worker> more) {
        this(temporal, Tooling.builder(), tools, more, Duration.ofDays(1));
    }

    private TestStack(
            TestTemporal temporal,
            Catalogue.Builder all,
            Consumer<Catalogue.Builder> tools,
            Consumer<Worker> more,
            Duration approvalsWithin) {
        this.approvalsWithin = approvalsWithin;
        this.temporal = temporal;
        tools.accept(all);
        this.catalogue = all.build();
        this.factory = WorkerFactory.newInstance(WorkflowClient.newInstance(
                temporal.service(),
                options().setPlugins(RecoursePlugin.worker(runtime())).build()));
        Worker worker = factory.newWorker(
                RecourseClient.TASK_QUEUE,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentActivityExecutionSize(12)
                        .build());
        more.accept(worker);
        factory.start();
    }

    /** Unsigned callers are user:ana in workspace A. */
    static TestStack start() {
        return start(worker -> {});
    }

    /** The same with workflows and activities of the test's own on the worker. */
    static TestStack start(Consumer<Worker> more) {
        return start(tools -> {}, more);
    }

    /** The same with tools of the test's own beside ours. */
    static TestStack start(Consumer<Catalogue.Builder> tools, Consumer<Worker> more) {
        return new TestStack(TestTemporal.open(), tools, more);
    }

    /** The same with a way out for messages. */
    static TestStack sending(Post post) {
        return new TestStack(TestTemporal.open(), Tooling.builder(post), tools -> {}, worker -> {}, Duration.ofDays(1));
    }

    /** The same with tools of the test's own, and little time to approve their calls. */
    static TestStack start(Consumer<Catalogue.Builder> tools, Duration approvalsWithin) {
        return new TestStack(TestTemporal.open(), Tooling.builder(), tools, worker -> {}, approvalsWithin);
    }

    /** The same on another Temporal, which stays open. */
    static TestStack on(WorkflowServiceStubs temporal, Consumer<Catalogue.Builder> tools) {
        return new TestStack(TestTemporal.of(temporal), tools, worker -> {});
    }

    private ToolRuntime runtime() {
        return ToolRuntime.of(
                db.database(),
                catalogue,
                new ToolRuntime.Options(KEY, TestDatabase.A, TestDatabase.OWNER, null, approvalsWithin));
    }

    private static WorkflowClientOptions.Builder options() {
        return EmbeddedTemporal.clientOptions().setIdentity("test");
    }

    /** A client whose workflows carry this signed identity. */
    WorkflowClient client(String workspace, String principal) {
        return client(workspace, principal, SESSION);
    }

    WorkflowClient client(String workspace, String principal, UUID session) {
        return client(new Identity(workspace, principal, "api", session, null));
    }

    WorkflowClient client(Identity identity) {
        return WorkflowClient.newInstance(
                temporal.service(),
                options().setPlugins(RecoursePlugin.client(identity, KEY)).build());
    }

    /** A client without anything of ours, as one in another language is. */
    WorkflowClient foreignClient() {
        return WorkflowClient.newInstance(temporal.service(), options().build());
    }

    /** Our client as ana, owner of workspace A. */
    RecourseClient ana() {
        return new RecourseClient(client("a", TestDatabase.OWNER), "a", SESSION, true);
    }

    /** Calls a tool as ana; answers the envelope. */
    JsonNode call(String tool, String inputs) {
        return ana().call(tool, json(inputs), false, UUID.randomUUID()).answer();
    }

    JsonNode dryRun(String tool, String inputs) {
        return ana().call(tool, json(inputs), true, UUID.randomUUID()).answer();
    }

    /** Runs a batch file as ana. */
    JsonNode batch(String file) {
        var batch = (com.fasterxml.jackson.databind.node.ObjectNode) json(file);
        if (!batch.has("batch_id")) {
            batch.put("batch_id", UUID.randomUUID().toString());
        }
        return ana().batch(batch).answer();
    }

    /** Rolls back as ana. */
    JsonNode rollback(UUID id) {
        return ana().rollback(id, false).answer();
    }

    /** Starts a workflow by name with plain JSON, as a client in any language does, and waits for its result. */
    JsonNode foreign(String workflow, JsonNode request) {
        WorkflowStub stub = foreignClient()
                .newUntypedWorkflowStub(
                        workflow,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("foreign/" + UUID.randomUUID())
                                .build());
        stub.start(request);
        return stub.getResult(JsonNode.class);
    }

    /** The types of a workflow's events so far. */
    List<String> events(String workflowId) {
        return foreignClient().fetchHistory(workflowId).getEvents().stream()
                .map(event -> event.getEventType().name())
                .toList();
    }

    /** How many rows the ledger has. */
    int rows() {
        return Integer.parseInt(db.cell("select count(*) from tool_executions"));
    }

    /** The ledger as {@code tool|kind|status|outcome|error_code}, oldest first. */
    List<String> ledger() {
        return db.rows("select tool_name, kind, status, outcome, coalesce(error_code, '') from tool_executions"
                + " order by created_at, id");
    }

    static JsonNode json(String text) {
        return Json.read(text);
    }

    /** Stops the worker hard, as a crash of its threads would not: what runs is interrupted. */
    void stopWorker() {
        factory.shutdownNow();
        factory.awaitTermination(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        factory.shutdownNow();
        factory.awaitTermination(10, TimeUnit.SECONDS);
        temporal.close();
        db.close();
    }
}
