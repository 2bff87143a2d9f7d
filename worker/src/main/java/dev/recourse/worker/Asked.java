package dev.recourse.worker;

import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes which activities workflow code asks for while it is replayed: what Temporal says of a difference names their kind only. */
final class Asked extends WorkerInterceptorBase {

    private final List<String> activities = new CopyOnWriteArrayList<>();

    /** Their types, in the order in which they were asked for. */
    List<String> activities() {
        return List.copyOf(activities);
    }

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new WorkflowInboundCallsInterceptorBase(next) {
            @Override
            public void init(WorkflowOutboundCallsInterceptor outbound) {
                super.init(new Outbound(outbound));
            }
        };
    }

    private final class Outbound extends WorkflowOutboundCallsInterceptorBase {

        Outbound(WorkflowOutboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
            activities.add(input.getActivityName());
            return super.executeActivity(input);
        }
    }
}
