package dev.recourse.worker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EmbeddedTemporalTest {
    private static final SearchAttributeKey<String> SESSION = SearchAttributeKey.forKeyword("AgentSessionId");

    @WorkflowInterface
    public interface Greeting {
        @WorkflowMethod
        String greet();
    }

    public static final class GreetingAfterANap implements Greeting {
        @Override
        public String greet() {
            Workflow.sleep(Duration.ofMillis(300));
            return "hola, " + Workflow.getTypedSearchAttributes().get(SESSION);
        }
    }

    @Test
    void a_workflow_runs_with_our_search_attributes_in_real_time() {
        try (EmbeddedTemporal temporal = EmbeddedTemporal.open()) {
            WorkflowClient client = client(temporal);
            WorkerFactory factory = WorkerFactory.newInstance(client);
            factory.newWorker("q").registerWorkflowImplementationTypes(GreetingAfterANap.class);
            factory.start();
            long before = System.nanoTime();

            String greeting = client.newWorkflowStub(Greeting.class, options()).greet();

            assertThat(greeting).isEqualTo("hola, s-1");
            // A floor only: a server that skipped time would be done at once.
            assertThat(System.nanoTime() - before)
                    .isGreaterThan(Duration.ofMillis(300).toNanos());
            factory.shutdownNow();
        }
    }

    @Test
    void the_remedy_against_slow_unlocking_still_fits_this_version_of_the_server() {
        try (var server = io.temporal.testserver.TestServer.createServer(true)) {
            assertThat(LockEvents.keepUnlockingFast(server)).isTrue();
        }
    }

    @Test
    void closing_twice_does_nothing() {
        EmbeddedTemporal temporal = EmbeddedTemporal.open();

        temporal.close();
        temporal.close();

        assertThat(temporal.service().isShutdown()).isTrue();
    }

    private static WorkflowOptions options() {
        return WorkflowOptions.newBuilder()
                .setTaskQueue("q")
                .setTypedSearchAttributes(
                        SearchAttributes.newBuilder().set(SESSION, "s-1").build())
                .build();
    }

    private static WorkflowClient client(EmbeddedTemporal temporal) {
        return WorkflowClient.newInstance(
                temporal.service(), EmbeddedTemporal.clientOptions().build());
    }
}
