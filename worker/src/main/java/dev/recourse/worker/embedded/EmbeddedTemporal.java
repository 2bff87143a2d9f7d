package dev.recourse.worker.embedded;

import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.time.Duration;
import java.util.List;

/** Temporal's own server for tests, inside this process: nothing listens anywhere, time is real, and nothing outlives the process. */
public final class EmbeddedTemporal implements AutoCloseable {
    /** The only namespace it has. */
    public static final String NAMESPACE = "default";

    private static final List<String> SEARCH_ATTRIBUTES =
            List.of("AgentSessionId", "WorkspaceId", "BatchId", "ToolName");

    private final InProcessTestServer server;
    private final WorkflowServiceStubs service;

    private EmbeddedTemporal(InProcessTestServer server) {
        this.server = server;
        this.service = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setChannel(server.getChannel())
                .validateAndBuildWithDefaults());
    }

    /** Starts one with our search attributes; each call starts another. The end of the JVM closes what was left open. */
    public static EmbeddedTemporal open() {
        // True is "time skipping stays locked": timers take as long as they say.
        InProcessTestServer server = TestServer.createServer(true);
        LockEvents.keepUnlockingFast(server);
        EmbeddedTemporal temporal = new EmbeddedTemporal(server);
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

    /** A second time does nothing. */
    @Override
    public void close() {
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
