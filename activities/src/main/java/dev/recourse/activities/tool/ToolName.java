package dev.recourse.activities.tool;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A tool's name, {@code module.entity.action}, which is also its activity type. */
public record ToolName(@JsonValue String text) {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*){2}");

    @JsonCreator
    public ToolName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("Not a tool name: '" + text + "'. Write module.entity.action.");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
