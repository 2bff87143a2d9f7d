package dev.recourse.worker;

import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.Scope;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Temporal cluster that somebody configured, by the variables and files that temporal-envconfig reads. */
final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** By a server that has no such question, or to a client that may not ask it. */
    private static final Set<Status.Code> UNANSWERABLE =
            Set.of(Status.Code.UNIMPLEMENTED, Status.Code.PERMISSION_DENIED);

    private final WorkflowServiceStubsOptions stubs;
    private final WorkflowClientOptions client;
    private final boolean dev;

    private Cluster(WorkflowServiceStubsOptions stubs, WorkflowClientOptions client, boolean dev) {
        this.stubs = stubs;
        this.client = client;
        this.dev = dev;
    }

    /** The Temporal of {@code recourse dev}, whatever profile the user has: ready, with our attributes and a worker. */
    static Cluster ofDev(String address) {
        WorkflowServiceStubsOptions aimed =
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build();
        return new Cluster(aimed, EmbeddedTemporal.clientOptions().build(), true);
    }

    /**
     * Reads the profile.
     *
     * @param address that wins over the profile's, or null
     */
    static Cluster configured(@Nullable String address) {
        try {
            ClientConfigProfile profile = ClientConfigProfile.load();
            WorkflowServiceStubsOptions options = profile.toWorkflowServiceStubsOptions();
            WorkflowServiceStubsOptions aimed = address == null
                    ? options
                    : WorkflowServiceStubsOptions.newBuilder(options)
                            .setTarget(address)
                            .build();
            // a profile may leave the namespace out: then it is "default", which only the defaults say
            WorkflowClientOptions client = WorkflowClientOptions.newBuilder(profile.toWorkflowClientOptions())
                    .validateAndBuildWithDefaults();
            return new Cluster(aimed, client, false);
        } catch (IOException unreadable) {
            throw new WrongUsage("Temporal's configuration file can't be read: " + unreadable.getMessage());
        }
    }

    String address() {
        return stubs.getTarget();
    }

    /** Where Temporal's web UI has a run of a workflow, below its own address. */
    String page(String workflowId, String runId) {
        return Stream.of(client.getNamespace(), "workflows", workflowId, runId)
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/", "/namespaces/", "/history"));
    }

    /** @throws ServiceUnavailable if nobody answers there, or knows the namespace */
    WorkflowServiceStubs connect(Scope metrics) {
        WorkflowServiceStubs service =
                WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder(stubs)
                        .setMetricsScope(metrics)
                        .build());
        try {
            service.connect(PATIENCE);
            expectNamespace(service);
            return service;
        } catch (RuntimeException silent) {
            service.shutdownNow();
            throw unavailable(silent);
        }
    }

    private void expectNamespace(WorkflowServiceStubs service) {
        try {
            service.blockingStub()
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(client.getNamespace())
                            .build());
        } catch (StatusRuntimeException refused) {
            if (!is(refused, Status.Code.PERMISSION_DENIED)) { // which says nothing about working in it
                throw refused;
            }
        }
    }

    private ServiceUnavailable unavailable(RuntimeException why) {
        if (is(why, Status.Code.NOT_FOUND)) {
            return new ServiceUnavailable(
                    Part.TEMPORAL,
                    "Temporal's namespace '" + client.getNamespace() + "'",
                    address(),
                    "Check TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace "
                            + client.getNamespace(),
                    why,
                    true);
        }
        String whatToDo = dev
                ? "recourse dev, which runs on this home, should answer there: stop it and start it again."
                : "Check TEMPORAL_ADDRESS, or leave it unset to use the embedded server.";
        boolean passing = !is(why, Status.Code.UNAUTHENTICATED) && !is(why, Status.Code.PERMISSION_DENIED);
        return new ServiceUnavailable(
                Part.TEMPORAL, "Temporal", address(), whatToDo + ServiceUnavailable.because(why), why, passing);
    }

    private static boolean is(RuntimeException refused, Status.Code code) {
        return refused instanceof StatusRuntimeException told
                && told.getStatus().getCode() == code;
    }

    /**
     * A workflow's history so far.
     *
     * @param runId of one of its runs, or null for the latest
     * @throws WrongUsage if there is no such workflow
     * @throws ServiceUnavailable if nobody answers
     */
    WorkflowExecutionHistory history(String workflowId, @Nullable String runId) {
        WorkflowServiceStubs service = connect(new NoopScope());
        try {
            return WorkflowClient.newInstance(service, client).fetchHistory(workflowId, runId);
        } catch (StatusRuntimeException refused) {
            Status.Code code = refused.getStatus().getCode();
            if (code == Status.Code.NOT_FOUND || code == Status.Code.INVALID_ARGUMENT) {
                throw new WrongUsage("Temporal at " + address() + " has no workflow '" + workflowId + "'"
                        + (runId == null ? "" : " with run '" + runId + "'") + " in namespace '"
                        + client.getNamespace() + "', nor is it a file here.");
            }
            throw new ServiceUnavailable(Part.TEMPORAL, "Temporal", address(), "It answers " + code + ".", refused);
        } finally {
            service.shutdownNow();
        }
    }

    WorkflowClientOptions clientOptions(RecoursePlugin plugin) {
        return WorkflowClientOptions.newBuilder(client).setPlugins(plugin).build();
    }

    /** @throws ServiceUnavailable if no worker takes tasks from our queue; where that can't be asked, it is taken for granted */
    void expectWorker(WorkflowServiceStubs service, String taskQueue) {
        if (dev) {
            return;
        }
        int pollers;
        try {
            pollers = pollers(service, taskQueue);
        } catch (StatusRuntimeException refused) {
            if (!UNANSWERABLE.contains(refused.getStatus().getCode())) {
                throw refused;
            }
            LOG.debug("Whether a worker is there can't be asked ({}).", refused.getStatus());
            return;
        }
        if (pollers == 0) {
            throw new ServiceUnavailable(
                    Part.WORKER,
                    "A worker on task queue '" + taskQueue + "'",
                    address(),
                    "Start one with the same configuration: recourse worker",
                    null);
        }
    }

    private int pollers(WorkflowServiceStubs service, String taskQueue) {
        return service.blockingStub()
                .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                        .setNamespace(client.getNamespace())
                        .setTaskQueue(TaskQueue.newBuilder().setName(taskQueue))
                        .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
                        .build())
                .getPollersCount();
    }

    /**
     * Sees to our search attributes: registers what is missing, if we may.
     *
     * @return whether all are there; if not, the log says the command that adds them
     */
    boolean searchable(WorkflowServiceStubs service) {
        if (dev) {
            return true;
        }
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setChannel(service.getRawChannel())
                .validateAndBuildWithDefaults());
        List<String> missing = EmbeddedTemporal.SEARCH_ATTRIBUTES;
        try {
            Map<String, IndexedValueType> known = operator.blockingStub()
                    .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                            .setNamespace(client.getNamespace())
                            .build())
                    .getCustomAttributesMap();
            missing = EmbeddedTemporal.SEARCH_ATTRIBUTES.stream()
                    .filter(name -> !known.containsKey(name))
                    .toList();
            register(operator, missing);
            return true;
        } catch (StatusRuntimeException refused) {
            LOG.warn(
                    "Search attributes {} are missing ({}). Whoever may adds them with: {}",
                    missing,
                    refused.getStatus().getCode(),
                    command(missing));
            return false;
        }
    }

    private void register(OperatorServiceStubs operator, List<String> missing) {
        if (missing.isEmpty()) {
            return;
        }
        AddSearchAttributesRequest.Builder request =
                AddSearchAttributesRequest.newBuilder().setNamespace(client.getNamespace());
        missing.forEach(name -> request.putSearchAttributes(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        operator.blockingStub().addSearchAttributes(request.build());
    }

    private String command(List<String> missing) {
        StringBuilder command = new StringBuilder("temporal operator search-attribute create --namespace ")
                .append(client.getNamespace());
        missing.forEach(name -> command.append(" --name ").append(name).append(" --type Keyword"));
        return command.toString();
    }
}
