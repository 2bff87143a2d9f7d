package dev.recourse.worker;

import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.worker.client.IdentityInterceptor;
import dev.recourse.workflows.BatchRun;
import dev.recourse.workflows.CallRun;
import dev.recourse.workflows.CallerInterceptor;
import dev.recourse.workflows.RollbackRun;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.SimplePlugin;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tools, the workflows and the ledger to anybody's worker, and a signed identity to anybody's client.
 *
 * <p>Give it to the client's options; the worker factory takes it over from there. Give it once: the same plugin at two
 * levels runs twice.
 */
public final class RecoursePlugin extends SimplePlugin {

    /** How it shows in worker heartbeats. */
    public static final String NAME = "dev.recourse";

    private final @Nullable ToolRuntime runtime;
    private final @Nullable IdentityInterceptor identity;
    private final Identity.Key key;
    private final boolean workflows;

    private RecoursePlugin(
            @Nullable ToolRuntime runtime,
            @Nullable IdentityInterceptor identity,
            Identity.Key key,
            boolean workflows) {
        super(NAME);
        this.runtime = runtime;
        this.identity = identity;
        this.key = key;
        this.workflows = workflows;
    }

    /** For a worker: tools and workflows are registered, every activity gets its row. */
    public static RecoursePlugin worker(ToolRuntime runtime) {
        return new RecoursePlugin(runtime, null, runtime.key(), true);
    }

    /** For a client: everything it starts carries this identity. */
    public static RecoursePlugin client(Identity identity, Identity.Key key) {
        return new RecoursePlugin(null, new IdentityInterceptor(identity, key), key, false);
    }

    /** For replaying histories of our workflows: the code of a worker, and no tool that could be called. */
    static RecoursePlugin replay(Identity.Key key) {
        return new RecoursePlugin(null, null, key, true);
    }

    /** For a process that is both. */
    public RecoursePlugin as(Identity who) {
        return new RecoursePlugin(runtime, new IdentityInterceptor(who, key), key, workflows);
    }

    @Override
    public void configureWorkflowClient(WorkflowClientOptions.Builder options) {
        if (identity != null) {
            WorkflowClientInterceptor[] theirs = options.build().getInterceptors();
            options.setInterceptors(with(theirs == null ? new WorkflowClientInterceptor[0] : theirs, identity));
        }
    }

    @Override
    public void configureWorkerFactory(WorkerFactoryOptions.Builder options) {
        WorkerInterceptor[] theirs = options.build().getWorkerInterceptors();
        options.setWorkerInterceptors(with(theirs == null ? new WorkerInterceptor[0] : theirs, new Intercepting()));
    }

    @Override
    public void configureWorker(String taskQueue, WorkerOptions.Builder options) {
        options.setAllowActivityHeartbeatDuringShutdown(true);
    }

    @Override
    public void initializeWorker(String taskQueue, Worker worker) {
        if (workflows) {
            worker.registerWorkflowImplementationTypes(CallRun.class, BatchRun.class, RollbackRun.class);
        }
        if (runtime != null) {
            worker.registerActivitiesImplementations(runtime.activity());
        }
    }

    private static <T> T[] with(T[] theirs, T ours) {
        T[] all = Arrays.copyOf(theirs, theirs.length + 1);
        all[theirs.length] = ours;
        return all;
    }

    /** Both sides of every workflow and activity of the worker. */
    private final class Intercepting extends WorkerInterceptorBase {

        @Override
        public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
            return new CallerInterceptor(next, key);
        }

        @Override
        public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
            return runtime == null ? next : runtime.intercept(next);
        }
    }
}
