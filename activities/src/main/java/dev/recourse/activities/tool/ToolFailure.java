package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool says no: thrown by tools and by whatever stands in front of them, rendered by {@link Messages}.
 *
 * <p>Refusals are ordinary answers, so they carry no stack trace; a cause, where there is one, keeps its own. Immutable:
 * {@link #with}, {@link #detail} and {@link #mayRetry} give a new failure.
 */
public final class ToolFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorType type;
    private final String code;
    private final boolean retryable;
    private final transient Map<String, Object> args;
    private final transient List<Violation> violations;
    private final transient Map<String, Object> details;

    private ToolFailure(
            ErrorType type,
            String code,
            boolean retryable,
            Map<String, Object> args,
            List<Violation> violations,
            Map<String, Object> details,
            @Nullable Throwable cause) {
        super(type.wire() + " / " + code, cause, false, false);
        this.type = type;
        this.code = code;
        this.retryable = retryable;
        this.args = args;
        this.violations = violations;
        this.details = details;
    }

    /** The input is wrong as a whole, or in a way no single field shows. */
    public static ToolFailure validation(String code) {
        return of(ErrorType.VALIDATION_ERROR, code);
    }

    /** Some fields are wrong; there must be at least one violation. */
    public static ToolFailure invalid(List<Violation> violations) {
        return invalid("VALIDATION_ERROR", violations);
    }

    /** The same under a code of its own. */
    public static ToolFailure invalid(String code, List<Violation> violations) {
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("An input without violations is not invalid.");
        }
        return new ToolFailure(
                ErrorType.VALIDATION_ERROR, code, false, Map.of(), List.copyOf(violations), Map.of(), null);
    }

    /** One field is wrong; the failure takes the violation's code, so {@code PHONE_INVALID} is both. */
    public static ToolFailure field(Violation violation) {
        return new ToolFailure(
                ErrorType.VALIDATION_ERROR,
                violation.code(),
                false,
                violation.args(),
                List.of(violation),
                Map.of(),
                null);
    }

    /** Absent, or somebody else's: the two are never told apart. */
    public static ToolFailure notFound(String code) {
        return of(ErrorType.NOT_FOUND, code);
    }

    /** No tool is called that; {@code nearest} are names the caller may use, maybe none. */
    public static ToolFailure unknownTool(String name, List<String> nearest) {
        return notFound("UNKNOWN_TOOL").with("tool", name).with("nearest", List.copyOf(nearest));
    }

    /** Something with that key is there already. */
    public static ToolFailure duplicate(String code) {
        return of(ErrorType.DUPLICATE, code);
    }

    /** Somebody else was faster, or the same id means something else already. */
    public static ToolFailure conflict(String code) {
        return of(ErrorType.CONFLICT, code);
    }

    /** The input is right, the moment is not. */
    public static ToolFailure precondition(String code) {
        return of(ErrorType.PRECONDITION_FAILED, code);
    }

    /** The caller may not do that. */
    public static ToolFailure denied(String code) {
        return of(ErrorType.PERMISSION_DENIED, code);
    }

    /** Too many calls; the same call may be made again after {@code seconds}. */
    public static ToolFailure rateLimited(long seconds) {
        return of(ErrorType.RATE_LIMITED, "RATE_LIMITED")
                .with("seconds", seconds)
                .detail("retry_after_seconds", seconds)
                .mayRetry();
    }

    /** The call ran out of time; whether it may be repeated depends on what it does, see {@link #mayRetry}. */
    public static ToolFailure timeout(String code) {
        return of(ErrorType.TIMEOUT, code);
    }

    /** A service outside ours refused or failed. */
    public static ToolFailure external(String code, @Nullable Throwable cause) {
        return new ToolFailure(ErrorType.EXTERNAL_API_ERROR, code, false, Map.of(), List.of(), Map.of(), cause);
    }

    /** A defect of ours; the cause is for logs and never for callers. */
    public static ToolFailure internal(String code, @Nullable Throwable cause) {
        return new ToolFailure(ErrorType.INTERNAL_ERROR, code, false, Map.of(), List.of(), Map.of(), cause);
    }

    /** Any type and code, for tables that map other failures to ours. */
    public static ToolFailure of(ErrorType type, String code) {
        return new ToolFailure(type, code, false, Map.of(), List.of(), Map.of(), null);
    }

    /** The same, with a value for {@code {name}} in its message. */
    public ToolFailure with(String name, Object value) {
        return new ToolFailure(type, code, retryable, and(args, name, value), violations, details, getCause());
    }

    /** The same, with a fact for programs, such as the id of the contact that has the phone already. */
    public ToolFailure detail(String name, Object value) {
        return new ToolFailure(type, code, retryable, args, violations, and(details, name, value), getCause());
    }

    /** The same; the caller may make the same call again, unchanged. */
    public ToolFailure mayRetry() {
        return new ToolFailure(type, code, true, args, violations, details, getCause());
    }

    public ErrorType type() {
        return type;
    }

    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    /** What the message needs, by name. */
    public Map<String, Object> args() {
        return args;
    }

    /** What is wrong, field by field; empty unless this is a validation error. */
    public List<Violation> violations() {
        return violations;
    }

    /** Facts for programs, in the order they were given; null when there are none. */
    @Nullable
    JsonNode details() {
        return details.isEmpty() ? null : Json.storable(Json.tree(details, ObjectNode.class));
    }

    private static Map<String, Object> and(Map<String, Object> map, String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return Collections.unmodifiableMap(more);
    }
}
