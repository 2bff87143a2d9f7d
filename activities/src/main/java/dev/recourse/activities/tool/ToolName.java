package dev.recourse.activities.tool;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tool's name, {@code module.entity.action}, which is also its activity type.
 *
 * <p>No part holds an underscore, so the function name that language models ask for ({@code __} for each dot) leads
 * back to exactly one tool.
 */
public record ToolName(String module, String entity, String action) implements Comparable<ToolName> {
    /** What the function interfaces of language models allow, and what a name may therefore need. */
    private static final int MAX_FUNCTION_NAME = 64;

    private static final Pattern FORM =
            Pattern.compile("([a-z][a-z0-9]*)\\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\\.([a-z][a-zA-Z0-9]*)");

    public ToolName {
        String text = text(module, entity, action);
        if (!fits(text)) {
            throw new IllegalArgumentException("Not a tool name: '" + shortened(text)
                    + "'. Write module.entity.action: lower case, hyphens only inside the entity,"
                    + " the action in camelCase, at most 62 characters.");
        }
    }

    /** Reads {@code module.entity.action}; throws {@link IllegalArgumentException} saying the form it should have. */
    @JsonCreator
    public static ToolName of(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("Not a tool name: '" + shortened(text)
                    + "'. Write exactly three parts, module.entity.action, as in crm.contact.create.");
        }
        return new ToolName(parts[0], parts[1], parts[2]);
    }

    /** Whether any text has the form of a tool's name. */
    public static boolean fits(String text) {
        return FORM.matcher(text).matches() && text.length() + 2 <= MAX_FUNCTION_NAME;
    }

    /** Reads what {@link #functionName} wrote; empty if nothing of ours is called that. */
    public static Optional<ToolName> ofFunction(String functionName) {
        Matcher form = FORM.matcher(functionName.replace("__", "."));
        if (functionName.indexOf('.') >= 0 || functionName.length() > MAX_FUNCTION_NAME || !form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new ToolName(form.group(1), form.group(2), form.group(3)));
    }

    /** The name where dots are forbidden: {@code crm__contact__create}. */
    public String functionName() {
        return module + "__" + entity + "__" + action;
    }

    @Override
    public int compareTo(ToolName other) {
        return toString().compareTo(other.toString());
    }

    @JsonValue
    @Override
    public String toString() {
        return text(module, entity, action);
    }

    private static String text(String module, String entity, String action) {
        return module + "." + entity + "." + action;
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
