package dev.recourse.worker.client;

import dev.recourse.activities.call.Identity;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptor;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientInterceptorBase;

/** Puts a signed identity into the header of every workflow that a client starts, and of every update it sends. */
public final class IdentityInterceptor extends WorkflowClientInterceptorBase {

    private final Identity identity;
    private final Identity.Key key;

    public IdentityInterceptor(Identity identity, Identity.Key key) {
        this.identity = identity;
        this.key = key;
    }

    @Override
    public WorkflowClientCallsInterceptor workflowClientCallsInterceptor(WorkflowClientCallsInterceptor next) {
        return new Signing(next);
    }

    /** Starting with a signal or an update does not go through start, so each signs. */
    private final class Signing extends WorkflowClientCallsInterceptorBase {

        Signing(WorkflowClientCallsInterceptor next) {
            super(next);
        }

        @Override
        public WorkflowStartOutput start(WorkflowStartInput input) {
            sign(input);
            return super.start(input);
        }

        @Override
        public WorkflowSignalWithStartOutput signalWithStart(WorkflowSignalWithStartInput input) {
            sign(input.getWorkflowStartInput());
            return super.signalWithStart(input);
        }

        @Override
        public <R> WorkflowUpdateWithStartOutput<R> updateWithStart(WorkflowUpdateWithStartInput<R> input) {
            sign(input.getWorkflowStartInput());
            return super.updateWithStart(input);
        }

        @Override
        public <R> WorkflowUpdateHandle<R> startUpdate(StartUpdateInput<R> input) {
            String workflow = input.getWorkflowExecution().getWorkflowId();
            input.getHeader().getValues().put(Identity.HEADER, key.sign(identity, workflow));
            return super.startUpdate(input);
        }

        private void sign(WorkflowStartInput input) {
            input.getHeader().getValues().put(Identity.HEADER, key.sign(identity, input.getWorkflowId()));
        }
    }
}
