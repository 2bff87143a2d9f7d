package dev.recourse.examples;

import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.activities.crm.Crm;
import dev.recourse.activities.system.SystemTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.Migrations;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.RecoursePlugin;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.util.UUID;

/** The README's worker: a shop of its own, with the plugin. */
final class ShopWorker {
    static final UUID SHOP = UUID.fromString("0190a1b2-0000-7000-8000-000000000001");

    private ShopWorker() {}

    // tag::worker[]
    /** The database, brought to this version, with the shop's workspace and whoever acts in it. */
    static Database database(DatabaseAddress address) {
        Migrations.run(address);
        Database database = Database.open(address, 20);
        Workspaces.prepare(database);
        Workspaces.create(database, SHOP, "shop", "The shop");
        Workspaces.addMember(database, SHOP, "shop", "agent");
        return database;
    }

    /** Recourse's tools and one of the shop's own, beside a workflow of the shop's own. */
    static WorkerFactory start(WorkflowServiceStubs temporal, Database database, Identity.Key key) {
        Catalogue.Builder tools = Catalogue.builder();
        Crm.tools(tools);
        SystemTools.tools(tools);
        tools.local(NoteTools.class, LocalNoteTools::new);
        ToolRuntime runtime = ToolRuntime.of(database, tools.build(), new ToolRuntime.Options(key, SHOP, "user:shop"));

        Identity shop = new Identity("shop", "user:shop", "api", null, null);
        WorkflowClientOptions options = WorkflowClientOptions.newBuilder()
                .setPlugins(RecoursePlugin.worker(runtime).as(shop))
                .build();
        WorkerFactory factory = WorkerFactory.newInstance(WorkflowClient.newInstance(temporal, options));
        Worker worker = factory.newWorker(
                RecourseClient.TASK_QUEUE,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentActivityExecutionSize(16) // fewer than connections to the database
                        .build());
        worker.registerWorkflowImplementationTypes(Welcome.Run.class);
        factory.start();
        return factory;
    }
    // end::worker[]
}
