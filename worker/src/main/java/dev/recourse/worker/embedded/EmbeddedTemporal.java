package dev.recourse.worker.embedded;

import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.Scope;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Temporal's own server for tests, inside this process: nothing listens anywhere unless it is told to, time is real, and nothing
 * outlives the process.
 */
public final class EmbeddedTemporal implements AutoCloseable {
    /** The only namespace it has. */
    public static final String NAMESPACE = "default";

    /** Ours, all of them keywords. */
    public static final List<String> SEARCH_ATTRIBUTES =
            List.of("AgentSessionId", "WorkspaceId", "BatchId", "ToolName");

    private static final int LARGEST_MESSAGE = 16 << 20;

    private final InProcessTestServer server;
    private final WorkflowServiceStubs service;
    private @Nullable Server listening;

    private EmbeddedTemporal(InProcessTestServer server, Scope metrics) {
        this.server = server;
        this.service = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setChannel(server.getChannel())
                .setMetricsScope(metrics)
                .validateAndBuildWithDefaults());
    }

    /** Starts one with our search attributes; each call starts another. The end of the JVM closes what was left open. */
    public static EmbeddedTemporal open() {
        return open(new NoopScope());
    }

    /** As {@link #open()}, with measurements of its client. */
    public static EmbeddedTemporal open(Scope metrics) {
        // True is "time skipping stays locked": timers take as long as they say.
        InProcessTestServer server = TestServer.createServer(true);
        LockEvents.keepUnlockingFast(server);
        EmbeddedTemporal temporal = new EmbeddedTemporal(server, metrics);
        AtExit.close(temporal);
        temporal.registerSearchAttributes();
        return temporal;
    }

    /** What a client of it has to know: its namespace, and no worker heartbeats, which it announces but doesn't have. */
    public static WorkflowClientOptions.Builder clientOptions() {
        return WorkflowClientOptions.newBuilder()
                .setNamespace(NAMESPACE)
                .setWorkerHeartbeatInterval(Duration.ofSeconds(-1));
    }

    /** Its connection; it is closed with the server. */
    public WorkflowServiceStubs service() {
        return service;
    }

    /**
     * From here on other processes reach it too, on the loopback interface only.
     *
     * @throws EmbeddedFailure if the port is taken
     */
    @SuppressWarnings("deprecation") // The server's own way to listen is on every interface.
    public synchronized void listen(int port) {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus(WorkflowServiceGrpc.SERVICE_NAME, HealthCheckResponse.ServingStatus.SERVING);
        try {
            listening = NettyServerBuilder.forAddress(new InetSocketAddress(PostmasterFile.host(), port))
                    .addService(server.getWorkflowService())
                    .addService(health.getHealthService())
                    .maxInboundMessageSize(LARGEST_MESSAGE)
                    .build()
                    .start();
        } catch (IOException taken) {
            throw new EmbeddedFailure(Texts.say("temporal.port_taken", port, taken), taken);
        }
    }

    /** A second time does nothing. */
    @Override
    public synchronized void close() {
        if (listening != null) {
            listening.shutdownNow();
        }
        service.shutdownNow();
        server.close();
        AtExit.forget(this);
    }

    private void registerSearchAttributes() {
        AddSearchAttributesRequest.Builder request =
                AddSearchAttributesRequest.newBuilder().setNamespace(NAMESPACE);
        SEARCH_ATTRIBUTES.forEach(
                name -> request.putSearchAttributes(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setChannel(server.getChannel())
                .validateAndBuildWithDefaults());
        operator.blockingStub().addSearchAttributes(request.build());
    }
}
