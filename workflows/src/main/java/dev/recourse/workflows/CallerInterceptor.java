package dev.recourse.workflows;

import dev.recourse.activities.call.CallKey;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.tool.ToolName;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.RetryOptions;
import io.temporal.common.interceptors.Header;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowThreadLocal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries who calls from a workflow to all it does, and sees to it that tools are attempted once: in our workflows and in
 * anybody else's on this worker.
 */
public final class CallerInterceptor extends WorkflowInboundCallsInterceptorBase {

    /** The update by which somebody decides on what our workflows wait for. */
    private static final String DECIDE = "decide";

    private static final Set<String> OURS = Set.of("ToolCall", "ToolBatch");

    /** The module whose activities may be repeated: the books of our workflows, and the undo. */
    private static final String BOOKS = "system.";

    private final Identity.Key key;
    private final WorkflowThreadLocal<Optional<Payload>> deciding = new WorkflowThreadLocal<>();
    private @Nullable Payload identity;
    private boolean begun;

    public CallerInterceptor(WorkflowInboundCallsInterceptor next, Identity.Key key) {
        super(next);
        this.key = key;
    }

    @Override
    public void init(WorkflowOutboundCallsInterceptor outbound) {
        super.init(new Outbound(outbound));
    }

    @Override
    public WorkflowOutput execute(WorkflowInput input) {
        Header header = input.getHeader();
        identity = header == null ? null : header.getValues().get(Identity.HEADER);
        begun = true;
        return super.execute(input);
    }

    /** A decision is that of whoever sent it, and nobody's is the service principal's: never that of whoever asked. */
    @Override
    public UpdateOutput executeUpdate(UpdateInput input) {
        if (!input.getUpdateName().equals(DECIDE)
                || !OURS.contains(Workflow.getInfo().getWorkflowType())) {
            return super.executeUpdate(input);
        }
        Header header = input.getHeader();
        deciding.set(
                Optional.ofNullable(header == null ? null : header.getValues().get(Identity.HEADER)));
        return super.executeUpdate(input);
    }

    private final class Outbound extends WorkflowOutboundCallsInterceptorBase {

        private int calls;

        Outbound(WorkflowOutboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
            return super.executeActivity(new ActivityInput<>(
                    input.getActivityName(),
                    input.getResultClass(),
                    input.getResultType(),
                    placed(input.getActivityName(), input.getArgs()),
                    once(input.getActivityName(), input.getOptions()),
                    carrying(input.getHeader())));
        }

        @Override
        public <R> LocalActivityOutput<R> executeLocalActivity(LocalActivityInput<R> input) {
            return super.executeLocalActivity(new LocalActivityInput<>(
                    input.getActivityName(),
                    input.getResultClass(),
                    input.getResultType(),
                    placed(input.getActivityName(), input.getArgs()),
                    input.getOptions(),
                    carrying(input.getHeader())));
        }

        @Override
        public <R> ChildWorkflowOutput<R> executeChildWorkflow(ChildWorkflowInput<R> input) {
            return super.executeChildWorkflow(new ChildWorkflowInput<>(
                    input.getWorkflowId(),
                    input.getWorkflowType(),
                    input.getResultClass(),
                    input.getResultType(),
                    input.getArgs(),
                    input.getOptions(),
                    signedFor(input.getWorkflowId(), input.getHeader())));
        }

        @Override
        public void continueAsNew(ContinueAsNewInput input) {
            super.continueAsNew(new ContinueAsNewInput(
                    input.getWorkflowType(), input.getOptions(), input.getArgs(), carrying(input.getHeader())));
        }

        /** A call that does not say which it is gets its place in this workflow, which a reset keeps. */
        private Object[] placed(String activity, Object[] args) {
            if (!ToolName.fits(activity) || args.length != 1) {
                return args;
            }
            return new Object[] {args[0], CallKey.NONE.at(Steps.place() + "/foreign/" + ++calls)};
        }

        private static ActivityOptions once(String activity, ActivityOptions options) {
            if (!ToolName.fits(activity) || activity.startsWith(BOOKS)) {
                return options;
            }
            return ActivityOptions.newBuilder(options)
                    .setRetryOptions(
                            RetryOptions.newBuilder().setMaximumAttempts(1).build())
                    .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                    .build();
        }

        private Header carrying(Header header) {
            Payload known = identity();
            return known == null ? header : with(header, known);
        }

        /** A signal or an update that comes with the start is handled before the workflow's own method brings the header. */
        private @Nullable Payload identity() {
            Optional<Payload> decider = deciding.get();
            if (decider != null) {
                return decider.orElse(null);
            }
            if (!begun) {
                Workflow.await(() -> begun);
            }
            return identity;
        }

        /** An identity holds for one workflow: a child gets its own. */
        private Header signedFor(@Nullable String childId, Header header) {
            Payload known = identity();
            return known == null || childId == null
                    ? header
                    : with(header, key.passOn(known, Workflow.getInfo().getWorkflowId(), childId));
        }

        private static Header with(Header header, Payload identity) {
            Map<String, Payload> values = new HashMap<>(header.getValues());
            values.put(Identity.HEADER, identity);
            return new Header(values);
        }
    }
}
