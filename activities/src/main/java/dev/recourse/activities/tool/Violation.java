package dev.recourse.activities.tool;

import java.util.Map;

/**
 * One thing that is wrong with one field of an input.
 *
 * @param field JSON Pointer into the inputs, {@code ""} for the whole
 * @param code key of the message that says what would be right
 * @param args what the message needs, by name; never the caller's value where it could be long or secret
 */
public record Violation(String field, String code, Map<String, Object> args) {
    public Violation {
        field = Json.storable(field);
        args = Map.copyOf(args);
    }

    public Violation(String field, String code) {
        this(field, code, Map.of());
    }

    /** The pointer to {@code name} below {@code parent}, escaped as RFC 6901 has it. */
    static String pointer(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
