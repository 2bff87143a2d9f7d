package dev.recourse.worker;

import com.uber.m3.tally.Scope;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection to Temporal with our plugin on it, and the worker where this process runs one. */
final class Engine implements AutoCloseable {

    /** Activities at once: as many as there are connections to the database. */
    static final int SLOTS = 16;

    private static final int POLLERS = 2;
    private static final int CACHED_WORKFLOWS = 600;
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(2);
    private static final Duration DRAIN = Duration.ofSeconds(20);

    /** A cold JVM on a busy machine loads classes for longer than the second that Temporal takes for a deadlock. */
    static final Duration PATIENCE_WITH_WORKFLOWS = Duration.ofSeconds(15);

    private static final int VIRTUAL_THREADS_SINCE = 21;

    private final @Nullable EmbeddedTemporal embedded;
    private final WorkflowServiceStubs service;
    private final WorkflowClient client;
    private final @Nullable WorkerFactory factory;
    private final boolean searchable;

    private Engine(
            @Nullable EmbeddedTemporal embedded,
            WorkflowServiceStubs service,
            WorkflowClient client,
            @Nullable WorkerFactory factory,
            boolean searchable) {
        this.embedded = embedded;
        this.service = service;
        this.client = client;
        this.factory = factory;
        this.searchable = searchable;
    }

    /** A worker on the in-process server, which is closed with this. */
    static Engine embedded(EmbeddedTemporal temporal, ToolRuntime runtime, Identity identity) {
        WorkflowClientOptions options = EmbeddedTemporal.clientOptions()
                .setPlugins(RecoursePlugin.worker(runtime).as(identity))
                .build();
        WorkflowClient client = WorkflowClient.newInstance(temporal.service(), options);
        return new Engine(temporal, temporal.service(), client, started(client), true);
    }

    /** A configured cluster; with a worker if there is a runtime for one. */
    static Engine cluster(
            Cluster cluster, @Nullable ToolRuntime runtime, Identity identity, Identity.Key key, Scope metrics) {
        RecoursePlugin plugin = runtime == null
                ? RecoursePlugin.client(identity, key)
                : RecoursePlugin.worker(runtime).as(identity);
        WorkflowServiceStubs service = cluster.connect(metrics);
        WorkflowClient client = WorkflowClient.newInstance(service, cluster.clientOptions(plugin));
        if (runtime == null) {
            cluster.expectWorker(service, RecourseClient.TASK_QUEUE);
        }
        boolean searchable = cluster.searchable(service);
        return new Engine(null, service, client, runtime == null ? null : started(client), searchable);
    }

    static WorkerFactory started(WorkflowClient client) {
        boolean virtual = Runtime.version().feature() >= VIRTUAL_THREADS_SINCE;
        WorkerFactory factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(CACHED_WORKFLOWS)
                        .setUsingVirtualWorkflowThreads(virtual)
                        .build());
        factory.newWorker(
                RecourseClient.TASK_QUEUE,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentActivityExecutionSize(SLOTS)
                        .setMaxConcurrentActivityTaskPollers(POLLERS)
                        .setMaxConcurrentWorkflowTaskPollers(POLLERS)
                        .setUsingVirtualThreadsOnActivityWorker(virtual)
                        .setDefaultDeadlockDetectionTimeout(PATIENCE_WITH_WORKFLOWS.toMillis())
                        .build());
        factory.start();
        return factory;
    }

    /** Where Temporal is. */
    String address() {
        return String.valueOf(service.getOptions().getTarget());
    }

    /** Whether Temporal answers now. */
    boolean answers() {
        try {
            service.blockingStub()
                    .withDeadlineAfter(HEALTHY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException silent) {
            return false;
        }
    }

    /** Whether this process runs a worker that takes tasks. */
    boolean works() {
        return factory != null && factory.isStarted() && !factory.isShutdown();
    }

    RecourseClient client(String workspace, UUID session) {
        return new RecourseClient(client, workspace, session, searchable);
    }

    /** Lets what is running finish, then lets go. */
    @Override
    public void close() {
        close(false);
    }

    /** @param idle nothing runs any more, so that there is nothing to wait for */
    void close(boolean idle) {
        if (factory != null) {
            factory.shutdown();
            if (!idle || embedded == null) {
                factory.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        if (embedded == null) {
            service.shutdown();
        } else {
            embedded.close();
        }
    }
}
