package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.BiFunction;

/** A tool that can run: what it says about itself, and the method that does it. */
public final class Tool {
    private final ToolSpec spec;
    private final Method method;
    private final BiFunction<? super Tx, ? super Caller, ?> maker;

    Tool(ToolSpec spec, Method method, BiFunction<? super Tx, ? super Caller, ?> maker) {
        this.spec = spec;
        this.method = method;
        this.maker = maker;
    }

    public ToolSpec spec() {
        return spec;
    }

    /**
     * Does it, in the caller's transaction and nowhere else.
     *
     * @param accepted an input that {@link ToolSpec#accept} gave
     * @return the outputs, not yet checked against the output schema
     * @throws ToolFailure when the tool refuses; any other exception is what the tool ran into, unchanged
     */
    public JsonNode run(Tx tx, Caller caller, JsonNode accepted) {
        Object input = Json.bind(accepted, method.getParameterTypes()[0]);
        return Json.tree(call(maker.apply(tx, caller), input));
    }

    private Object call(Object tool, Object input) {
        try {
            return method.invoke(tool, input);
        } catch (InvocationTargetException e) {
            throw unwrapped(e.getTargetException());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(spec.name() + " can't be called.", e);
        }
    }

    private RuntimeException unwrapped(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException failure
                ? failure
                : new IllegalStateException(spec.name() + " threw what it doesn't declare.", thrown);
    }
}
