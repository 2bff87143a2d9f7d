package dev.recourse.workflows;

import dev.recourse.activities.tool.TimeLimits;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityMethod;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;

/** Typed stubs of tools for workflows in Java, with the options a tool is called with. */
public final class Tools {

    private Tools() {}

    /**
     * A stub of a tool contract, such as {@code ContactTools}; for use inside a workflow.
     *
     * @return a stub whose methods throw {@code ActivityFailure} with an {@code ApplicationFailure} of the error's type,
     *     its first detail the error
     */
    public static <T> T stub(Class<T> contract) {
        return Workflow.newActivityStub(contract, options(contract));
    }

    /** One attempt, the time of the contract's module, and no moving on while a cancelled tool still runs. */
    public static ActivityOptions options(Class<?> contract) {
        Duration timeout = Arrays.stream(contract.getMethods())
                .map(Tools::tool)
                .map(TimeLimits::of)
                .max(Duration::compareTo)
                .orElseThrow(() -> new IllegalArgumentException(contract.getName() + " has no tools"));
        return ActivityOptions.newBuilder()
                .setStartToCloseTimeout(timeout)
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .build();
    }

    private static String tool(Method method) {
        ActivityMethod annotation = method.getAnnotation(ActivityMethod.class);
        return annotation == null ? method.getName() : annotation.name();
    }
}
