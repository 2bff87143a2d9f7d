package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Questions to a JSON Schema whose every part stands in its place, without {@code $ref} or alternatives. */
final class Schemas {
    private static final Set<String> ALL_TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");

    private Schemas() {}

    /** The schema of what is called {@code step} inside {@code schema}; missing if there is nothing of that name. */
    static JsonNode child(JsonNode schema, String step) {
        if (types(schema).contains("array") && step.matches("[0-9]{1,9}")) {
            return schema.path("items");
        }
        JsonNode listed = schema.path("properties").path(step);
        JsonNode others = schema.path("additionalProperties");
        return listed.isMissingNode() && others.isObject() ? others : listed;
    }

    /** Whether {@code schema} lets names stand in it that it doesn't list, so that nothing can be said about them. */
    static boolean open(JsonNode schema) {
        return types(schema).contains("object")
                && schema.path("additionalProperties").asBoolean(true);
    }

    /** The schema of the place {@code steps} leads to; missing if there is none. */
    static JsonNode at(JsonNode schema, List<String> steps) {
        JsonNode found = schema;
        for (String step : steps) {
            found = found.isMissingNode() ? MissingNode.getInstance() : child(found, step);
        }
        return found;
    }

    /** What kinds of value {@code schema} allows; all of them if it doesn't say. */
    static Set<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return Set.of(type.textValue());
        }
        Set<String> types = new TreeSet<>();
        type.forEach(each -> types.add(each.asText()));
        return types.isEmpty() ? ALL_TYPES : types;
    }

    /** The names {@code schema} knows, in their order. */
    static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** A copy of {@code value} in which every absent field that has a default stands with it. */
    static JsonNode withDefaults(JsonNode schema, JsonNode value) {
        JsonNode copy = value.deepCopy();
        fill(schema, copy);
        return copy;
    }

    private static void fill(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                JsonNode standard = property.getValue().path("default");
                if (!object.has(property.getKey()) && !standard.isMissingNode()) {
                    object.set(property.getKey(), standard.deepCopy());
                }
                fill(property.getValue(), object.path(property.getKey()));
            });
        } else if (value.isArray()) {
            value.forEach(item -> fill(schema.path("items"), item));
        }
    }
}
