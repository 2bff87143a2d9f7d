package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Checks JSON against one schema and says what is wrong in violations, whose messages are ours. */
final class SchemaCheck {
    /** So many are told at once; who mends these is told the next. */
    static final int MAX_VIOLATIONS = 20;

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .formatAssertionsEnabled(true)
                    .regularExpressionFactory(
                            regex -> Patterns.of(regex).orElseThrow(() -> new IllegalArgumentException(regex))::matches)
                    .build()));

    private final JsonNode tree;
    private final Schema schema;

    SchemaCheck(JsonNode schema) {
        this.tree = schema;
        this.schema = REGISTRY.getSchema(schema);
        this.schema.initializeValidators();
    }

    /** What is wrong, by field, at most {@link #MAX_VIOLATIONS}; empty when nothing is. */
    List<Violation> check(JsonNode value) {
        return check(value, field -> true);
    }

    /** The same, for those fields only whose JSON Pointer {@code matters}. */
    List<Violation> check(JsonNode value, Predicate<String> matters) {
        List<Violation> unstorable = Json.unstorable(value);
        // What can't be stored is not looked at further: huge numbers are costly to compare.
        List<Violation> found = unstorable.isEmpty() ? errors(value, matters) : unstorable;
        return found.stream()
                .sorted(Comparator.comparing(Violation::field))
                .limit(MAX_VIOLATIONS)
                .toList();
    }

    private List<Violation> errors(JsonNode value, Predicate<String> matters) {
        Set<Violation> found = new LinkedHashSet<>();
        fractions("", tree, value, found);
        for (Error error : schema.validate(value)) {
            Violation violation = violation(error);
            if (matters.test(violation.field())) {
                found.add(violation);
            }
            if (found.size() > MAX_VIOLATIONS) {
                break;
            }
        }
        return List.copyOf(found);
    }

    /** JSON Schema takes 1.0 for an integer; we don't, as not every language that reads it would read 1. */
    private static void fractions(String at, JsonNode schema, JsonNode value, Set<Violation> found) {
        if (value.isNumber() && !value.isIntegralNumber()) {
            Set<String> types = Schemas.types(schema);
            if (types.contains("integer") && !types.contains("number")) {
                found.add(wrongType(at, schema));
            }
        } else if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                fractions(at + "/" + i, schema.path("items"), value.get(i), found);
            }
        } else if (value.isObject()) {
            schema.path("properties")
                    .properties()
                    .forEach(field -> fractions(
                            Violation.pointer(at, field.getKey()),
                            field.getValue(),
                            value.path(field.getKey()),
                            found));
        }
    }

    private Violation violation(Error error) {
        List<String> steps = steps(error.getInstanceLocation());
        String field = steps.stream().reduce("", Violation::pointer);
        JsonNode place = Schemas.at(tree, steps);
        return switch (error.getKeyword()) {
            case "required" -> new Violation(Violation.pointer(field, error.getProperty()), "FIELD_REQUIRED");
            case "additionalProperties" -> unknown(field, error.getProperty(), place);
            case "type" -> wrongType(field, place);
            case "enum", "const" -> new Violation(field, "NOT_ALLOWED", Map.of("allowed", allowed(place)));
            case "format" -> new Violation(field, formatCode(place));
            case "pattern" -> new Violation(field, patternCode(place));
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" -> range(field, place);
            case "minLength", "maxLength" -> length(field, place);
            case "minItems", "maxItems" -> size(field, place, "minItems", "maxItems");
            case "maxProperties" -> size(field, place, "minProperties", "maxProperties");
            case "propertyNames" -> name(Violation.pointer(field, error.getProperty()), error, place);
            case "uniqueItems" -> new Violation(field, "NOT_UNIQUE");
            default -> new Violation(field, "INVALID_VALUE");
        };
    }

    private static Violation wrongType(String field, JsonNode place) {
        return new Violation(field, "WRONG_TYPE", Map.of("expected", Schemas.types(place)));
    }

    private static Violation unknown(String field, String name, JsonNode place) {
        List<String> known = Schemas.names(place);
        List<String> nearest = Nearest.to(name, known, 1);
        return nearest.isEmpty()
                ? new Violation(Violation.pointer(field, name), "UNKNOWN_FIELD", Map.of("known", known))
                : new Violation(Violation.pointer(field, name), "UNKNOWN_FIELD_NEAREST", Map.of("nearest", nearest));
    }

    private static List<String> allowed(JsonNode place) {
        List<String> allowed = new ArrayList<>();
        place.path("enum").forEach(value -> allowed.add(value.asText()));
        return place.has("const") ? List.of(place.path("const").asText()) : allowed;
    }

    private static Violation range(String field, JsonNode place) {
        return bounds(field, place, "NUMBER", "minimum", "maximum");
    }

    private static Violation length(String field, JsonNode place) {
        boolean onlyNotEmpty = place.path("minLength").asInt() == 1 && !place.has("maxLength");
        return onlyNotEmpty ? new Violation(field, "EMPTY") : bounds(field, place, "LENGTH", "minLength", "maxLength");
    }

    private static Violation size(String field, JsonNode place, String low, String high) {
        return bounds(field, place, "ITEMS", low, high);
    }

    /** A name that an object may not have; whether it has the wrong length or the wrong letters is looked up anew. */
    private static Violation name(String field, Error error, JsonNode place) {
        JsonNode names = place.path("propertyNames");
        String name = error.getProperty();
        boolean letters = Patterns.of(names.path("pattern").asText())
                .map(pattern -> pattern.matches(name))
                .orElse(true);
        return letters ? length(field, names) : new Violation(field, patternCode(names));
    }

    /** Says both bounds where there are both: the reader wants to know what fits, not which end was missed. */
    private static Violation bounds(String field, JsonNode place, String what, String low, String high) {
        Map<String, Object> args = new LinkedHashMap<>();
        if (place.has(low)) {
            args.put("min", place.path(low).asText());
        }
        if (place.has(high)) {
            args.put("max", place.path(high).asText());
        }
        String code = args.size() == 2 ? "_BETWEEN" : args.containsKey("min") ? "_AT_LEAST" : "_AT_MOST";
        return new Violation(field, what + code, args);
    }

    private static String formatCode(JsonNode place) {
        return switch (place.path("format").asText()) {
            case "uuid" -> "FORMAT_UUID";
            case "email" -> "FORMAT_EMAIL";
            case "date-time" -> "FORMAT_DATE_TIME";
            default -> "INVALID_VALUE";
        };
    }

    private static String patternCode(JsonNode place) {
        return Patterns.of(place.path("pattern").asText()).map(Patterns::code).orElse("INVALID_VALUE");
    }

    private static List<String> steps(NodePath path) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < path.getNameCount(); i++) {
            steps.add(path.getName(i));
        }
        return steps;
    }
}
