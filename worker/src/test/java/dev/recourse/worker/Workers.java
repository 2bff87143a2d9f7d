package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A Temporal, and as many workers on the one task queue as a test wants, each with a pool of its own. */
final class Workers implements AutoCloseable {

    final TestTemporal temporal = TestTemporal.open();
    private final List<WorkerFactory> factories = new ArrayList<>();
    private final List<Database> pools = new ArrayList<>();

    /** One more worker with the tools of the product. */
    Workers with(DatabaseAddress address) {
        return with(address, Tooling.catalogue());
    }

    Workers with(DatabaseAddress address, Catalogue catalogue) {
        Database pool = Database.open(address, 16);
        pools.add(pool);
        ToolRuntime runtime = ToolRuntime.of(
                pool, catalogue, new ToolRuntime.Options(TestStack.KEY, TestDatabase.A, TestDatabase.OWNER, null));
        WorkerFactory factory = WorkerFactory.newInstance(WorkflowClient.newInstance(
                temporal.service(),
                EmbeddedTemporal.clientOptions()
                        .setPlugins(RecoursePlugin.worker(runtime))
                        .build()));
        factory.newWorker(RecourseClient.TASK_QUEUE);
        factory.start();
        factories.add(factory);
        return this;
    }

    /** Our client as ana, owner of workspace A. */
    RecourseClient ana() {
        Identity identity = new Identity("a", TestDatabase.OWNER, "api", TestStack.SESSION, null);
        WorkflowClient client = WorkflowClient.newInstance(
                temporal.service(),
                EmbeddedTemporal.clientOptions()
                        .setPlugins(RecoursePlugin.client(identity, TestStack.KEY))
                        .build());
        return new RecourseClient(client, "a", TestStack.SESSION, true);
    }

    /** Begins to create a contact of that name. */
    RecourseClient.Started create(String name, String phone) {
        return ana().call("crm.contact.create", contact(name, phone), false, UUID.randomUUID());
    }

    /** Begins a batch of five: four plain contacts, the marked one at that step. */
    RecourseClient.Started batch(UUID id, String name, int at, int phones) {
        return ana().batch(five(id, name, at, phones));
    }

    /** A workflow of ours started by somebody who has nothing of ours. */
    WorkflowStub foreign(String workflow, ObjectNode request) {
        WorkflowStub stub = WorkflowClient.newInstance(
                        temporal.service(), EmbeddedTemporal.clientOptions().build())
                .newUntypedWorkflowStub(
                        workflow,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("foreign/" + UUID.randomUUID())
                                .build());
        stub.start(request);
        return stub;
    }

    static ObjectNode five(UUID id, String name, int at, int phones) {
        ObjectNode batch = (ObjectNode) Json.read("{\"calls\": []}");
        batch.put("batch_id", id.toString());
        for (int step = 0; step < 5; step++) {
            ObjectNode call = batch.withArray("calls").addObject().put("tool", "crm.contact.create");
            call.set("inputs", contact(step == at ? name : "Plain " + phones + " " + step, phone(phones, step)));
        }
        return batch;
    }

    static String phone(int phones, int step) {
        return "300" + (1_000_000 + phones * 10 + step);
    }

    static JsonNode contact(String name, String phone) {
        return ((ObjectNode) Json.read("{}")).put("name", name).put("phone", phone);
    }

    @Override
    public void close() {
        factories.forEach(WorkerFactory::shutdownNow);
        factories.forEach(factory -> factory.awaitTermination(10, TimeUnit.SECONDS));
        temporal.close();
        pools.forEach(Database::close);
    }
}
