package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.UUID;

/** A tool that can run: what it says about itself, and the method that does it. */
public final class Tool {
    private final ToolSpec spec;
    private final Method method;
    private final Maker<?> maker;
    private final boolean external;

    Tool(ToolSpec spec, Method method, Maker<?> maker, boolean external) {
        this.spec = spec;
        this.method = method;
        this.maker = maker;
        this.external = external;
    }

    public ToolSpec spec() {
        return spec;
    }

    /** Whether its effect is outside the database: then {@link #run} only says what would be. */
    public boolean external() {
        return external;
    }

    /**
     * Does it, in the caller's transaction and nowhere else; of an external tool, as far as it can be done there.
     *
     * @param execution the call's id
     * @param accepted an input that {@link ToolSpec#accept} gave
     * @return the outputs, not yet checked against the output schema
     * @throws ToolFailure when the tool refuses; any other exception is what the tool ran into, unchanged
     */
    public JsonNode run(Tx tx, Caller caller, UUID execution, JsonNode accepted) {
        return Json.tree(
                external ? errand(tx, caller, execution, accepted).preview() : made(tx, caller, execution, accepted));
    }

    /** What an external tool is about to do; parameters and exceptions are those of {@link #run}. */
    public Errand<?> errand(Tx tx, Caller caller, UUID execution, JsonNode accepted) {
        return (Errand<?>) made(tx, caller, execution, accepted);
    }

    private Object made(Tx tx, Caller caller, UUID execution, JsonNode accepted) {
        Object input = Json.bind(accepted, method.getParameterTypes()[0]);
        return call(maker.make(tx, caller, execution), input);
    }

    /**
     * Why this call needs somebody's approval; empty if it may go on.
     *
     * @param accepted an input that {@link ToolSpec#accept} gave
     * @param source how the call came in
     * @throws ToolFailure when the tool refuses already
     */
    public Optional<ApprovalReason> asksApproval(
            Tx tx, Caller caller, UUID execution, JsonNode accepted, String source) {
        if (!spec.requiresApproval().sometimes()) {
            return spec.requiresApproval().because(source);
        }
        if (!(maker.make(tx, caller, execution) instanceof AsksApproval asks)) {
            throw new IllegalStateException(spec.name() + " asks sometimes, and does not say when: its object must"
                    + " implement " + AsksApproval.class.getSimpleName());
        }
        return asks.asksApproval((Record) Json.bind(accepted, method.getParameterTypes()[0]), source);
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
