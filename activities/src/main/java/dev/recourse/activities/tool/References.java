package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a step of a batch takes from earlier ones: {@code "$0.contactId"} is a field of the first step's outputs.
 *
 * <p>A reference is a whole string, {@code $}, the step's index, and a path of which the first part starts with a letter;
 * anything else, such as {@code "$5.00"}, is text. A text that starts with {@code $$} stands for itself with one dollar
 * less. {@link #check} is for before the batch starts, {@link #resolve} for when the step's turn has come; what it gives
 * still has to be accepted by the step's own schema.
 */
public final class References {
    private static final Pattern FORM = Pattern.compile("\\$([0-9]+)\\.([A-Za-z][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*)");

    /** Shapes nest; suggestions don't follow them further down than anybody writes. */
    private static final int SUGGESTED_DEPTH = 4;

    private References() {}

    /**
     * What is wrong with the inputs of step {@code index}, as far as it can be told before anything ran.
     *
     * @param earlier what is known of the steps before, by index; a step that is not in it is not judged
     */
    public static List<Violation> check(int index, ToolSpec own, JsonNode inputs, Map<Integer, ToolSpec> earlier) {
        Map<String, Reference> references = new LinkedHashMap<>();
        JsonNode literal = replaced("", inputs, (at, reference) -> {
            references.put(at, reference);
            return JsonNodeFactory.instance.textNode(reference.text());
        });
        List<Violation> found = new ArrayList<>();
        references.forEach(
                (at, reference) -> problem(at, reference, index, own, earlier).ifPresent(found::add));
        found.addAll(own.check(literal, field -> references.keySet().stream().noneMatch(at -> within(at, field))));
        return List.copyOf(found);
    }

    /** The refusal for what {@link #check} found; there must be something. */
    public static ToolFailure refusal(List<Violation> found) {
        boolean reference = found.stream().anyMatch(each -> each.code().startsWith("REFERENCE_"));
        return reference ? ToolFailure.invalid("REFERENCE_UNRESOLVED", found) : ToolFailure.invalid(found);
    }

    /**
     * The inputs with every reference replaced by the value it means, and every escape undone.
     *
     * @param outputs what earlier steps gave, by index; a step that failed or did not run is not in it
     * @throws ToolFailure {@code REFERENCE_UNRESOLVED} if a step or a field is not there
     */
    public static JsonNode resolve(JsonNode inputs, Map<Integer, JsonNode> outputs) {
        List<Violation> missing = new ArrayList<>();
        JsonNode resolved = replaced("", inputs, (at, reference) -> {
            JsonNode value = reference.in(outputs);
            if (value.isMissingNode()) {
                missing.add(new Violation(at, "REFERENCE_EMPTY", Map.of("reference", reference.text())));
            }
            return value;
        });
        if (!missing.isEmpty()) {
            throw ToolFailure.invalid("REFERENCE_UNRESOLVED", missing);
        }
        return resolved;
    }

    /** The steps these inputs take something from. */
    public static Set<Integer> steps(JsonNode inputs) {
        Set<Integer> steps = new TreeSet<>();
        replaced("", inputs, (at, reference) -> {
            steps.add(reference.step);
            return JsonNodeFactory.instance.nullNode();
        });
        return steps;
    }

    private static Optional<Violation> problem(
            String at, Reference reference, int index, ToolSpec own, Map<Integer, ToolSpec> earlier) {
        if (reference.step >= index) {
            return Optional.of(
                    new Violation(at, "REFERENCE_NOT_EARLIER", Map.of("reference", reference.text(), "index", index)));
        }
        ToolSpec source = earlier.get(reference.step);
        return source == null ? Optional.empty() : problem(at, reference, own, source);
    }

    private static Optional<Violation> problem(String at, Reference reference, ToolSpec own, ToolSpec source) {
        JsonNode given = reference.in(source.outputSchema());
        if (given.isMissingNode()) {
            return Optional.of(new Violation(
                    at,
                    "REFERENCE_NO_SUCH_OUTPUT",
                    Map.of(
                            "reference",
                            reference.text(),
                            "tool",
                            source.name(),
                            "nearest",
                            nearest(reference, source))));
        }
        JsonNode taken = Schemas.at(own.inputSchema(), pointerSteps(at));
        return taken.isMissingNode() || fits(given, taken)
                ? Optional.empty()
                : Optional.of(new Violation(
                        at,
                        "REFERENCE_WRONG_TYPE",
                        Map.of(
                                "reference", reference.text(),
                                "given", kinds(given),
                                "expected", kinds(taken))));
    }

    /** Whether a value of one schema can ever be a value of the other. */
    private static boolean fits(JsonNode given, JsonNode taken) {
        Set<String> types = new TreeSet<>(Schemas.types(given));
        if (types.contains("number") || types.contains("integer")) {
            types.addAll(Set.of("number", "integer"));
        }
        types.retainAll(Schemas.types(taken));
        boolean formats = given.has("format") && taken.has("format");
        return !types.isEmpty() && (!formats || given.path("format").equals(taken.path("format")));
    }

    private static Set<String> kinds(JsonNode schema) {
        return schema.has("format") ? Set.of(schema.path("format").asText()) : Schemas.types(schema);
    }

    private static List<String> nearest(Reference reference, ToolSpec source) {
        List<String> known = new ArrayList<>();
        collect("", source.outputSchema(), SUGGESTED_DEPTH, known);
        List<String> nearest = Nearest.to(reference.path, known, 2);
        List<String> shown = nearest.isEmpty() ? Schemas.names(source.outputSchema()) : nearest;
        return shown.stream().map(path -> "$" + reference.step + "." + path).toList();
    }

    private static void collect(String at, JsonNode schema, int depth, List<String> paths) {
        if (depth == 0) {
            return;
        }
        if (schema.has("items")) {
            collect(at + "0.", schema.path("items"), depth - 1, paths);
        }
        for (String name : Schemas.names(schema)) {
            paths.add(at + name);
            collect(at + name + ".", schema.path("properties").path(name), depth - 1, paths);
        }
    }

    /** A copy in which every reference became what {@code put} says, and every escaped text lost its first dollar. */
    private static JsonNode replaced(String at, JsonNode json, BiFunction<String, Reference, JsonNode> put) {
        if (json.isTextual()) {
            String text = json.textValue();
            Optional<Reference> reference = Reference.of(text);
            if (reference.isPresent()) {
                return put.apply(at, reference.get());
            }
            return text.startsWith("$$") ? JsonNodeFactory.instance.textNode(text.substring(1)) : json;
        }
        if (json.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < json.size(); i++) {
                copy.add(replaced(at + "/" + i, json.get(i), put));
            }
            return copy;
        }
        if (json.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            json.properties()
                    .forEach(field -> copy.set(
                            field.getKey(), replaced(Violation.pointer(at, field.getKey()), field.getValue(), put)));
            return copy;
        }
        return json;
    }

    private static boolean within(String at, String field) {
        return field.equals(at) || field.startsWith(at + "/");
    }

    private static List<String> pointerSteps(String pointer) {
        return pointer.isEmpty()
                ? List.of()
                : Pattern.compile("/")
                        .splitAsStream(pointer.substring(1))
                        .map(step -> step.replace("~1", "/").replace("~0", "~"))
                        .toList();
    }

    /** One reference, taken apart. */
    private record Reference(int step, String path) {
        static Optional<Reference> of(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                return Optional.empty();
            }
            String digits = form.group(1);
            // More digits than an int takes: no batch has such a step.
            return Optional.of(
                    new Reference(digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits), form.group(2)));
        }

        String text() {
            return "$" + step + "." + path;
        }

        List<String> steps() {
            return List.of(path.split("\\.", -1));
        }

        /** The schema of what is meant; missing if there can be no such thing. */
        JsonNode in(JsonNode schema) {
            JsonNode found = schema;
            for (String step : steps()) {
                JsonNode child = Schemas.child(found, step);
                if (child.isMissingNode()) {
                    return Schemas.open(found) ? JsonNodeFactory.instance.objectNode() : child;
                }
                found = child;
            }
            return found;
        }

        JsonNode in(Map<Integer, JsonNode> outputs) {
            JsonNode found = outputs.getOrDefault(step, JsonNodeFactory.instance.missingNode());
            for (String name : steps()) {
                found = found.isArray() && name.matches("[0-9]{1,9}")
                        ? found.path(Integer.parseInt(name))
                        : found.path(name);
            }
            return found;
        }
    }
}
