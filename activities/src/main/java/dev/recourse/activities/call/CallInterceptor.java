package dev.recourse.activities.call;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.common.converter.EncodedValues;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;

/**
 * In front of every activity of the worker: a tool's call becomes a {@link Call}, anybody else's activity gets its row.
 */
final class CallInterceptor extends ActivityInboundCallsInterceptorBase {

    private final Calls calls;
    private final Witness witness;
    private ActivityExecutionContext context;

    @SuppressWarnings("NullAway.Init") // Temporal calls init before anything else
    CallInterceptor(ActivityInboundCallsInterceptor next, Calls calls, Witness witness) {
        super(next);
        this.calls = calls;
        this.witness = witness;
    }

    @Override
    public void init(ActivityExecutionContext started) {
        context = started;
        super.init(started);
    }

    @Override
    public ActivityOutput execute(ActivityInput input) {
        Object[] arguments = input.getArguments();
        if (arguments.length == 1 && arguments[0] instanceof EncodedValues values) {
            Call call = calls.of(context.getInfo(), input.getHeader(), values);
            return super.execute(new ActivityInput(input.getHeader(), new Object[] {new EncodedValues(call)}));
        }
        return witness.watch(
                () -> calls.of(context.getInfo(), input.getHeader(), new EncodedValues()), () -> super.execute(input));
    }
}
