package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads one schema file and refuses what is missing, unknown or careless in it, naming the file and the place.
 *
 * <p>Two things in a file are ours: a {@code description} inside a schema has a text per language, and
 * {@code {"$ref": "shapes/contact.json"}} stands for the content of that file. Both are gone in what is handed out,
 * which is plain JSON Schema 2020-12 in one piece.
 */
final class SchemaFile {
    private static final String FOLDER = "/schemas/";
    private static final List<String> REQUIRED =
            List.of("description", "permissions", "side_effects", "said", "input", "output", "examples");
    private static final List<String> OPTIONAL = List.of("requires_approval", "idempotent", "resource_url");
    private static final Set<String> FORMATS = Set.of("uuid", "email", "date-time");
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");
    private static final List<String> KEYWORDS = List.of(
            "type",
            "description",
            "default",
            "enum",
            "const",
            "format",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "items",
            "minItems",
            "maxItems",
            "uniqueItems",
            "properties",
            "required",
            "additionalProperties",
            "propertyNames",
            "maxProperties");

    private final Class<?> beside;
    private final String file;
    private final JsonNode content;

    private SchemaFile(Class<?> beside, String file, JsonNode content) {
        this.beside = beside;
        this.file = file;
        this.content = content;
    }

    /** Reads the file of {@code name} from the resources of the module that {@code beside} belongs to. */
    static SchemaFile read(ToolName name, Class<?> beside) {
        String file = FOLDER + name + ".json";
        return of(file, resource(beside, file), beside);
    }

    static SchemaFile of(String file, JsonNode content, Class<?> beside) {
        SchemaFile read = new SchemaFile(beside, file, content);
        read.checkKeys("", content, REQUIRED, OPTIONAL);
        read.checkKeys("/examples", content.path("examples"), List.of("passes", "fails"), List.of());
        return read;
    }

    /** A text in one language at the top of the file. */
    String text(String key, Language language) {
        return text("/" + key, content.path(key), language);
    }

    List<String> strings(String key) {
        JsonNode list = content.path(key);
        if (!list.isArray()) {
            throw wrong("/" + key, "must be a list of strings");
        }
        List<String> strings = new ArrayList<>();
        list.forEach(each -> strings.add(string("/" + key, each)));
        if (Set.copyOf(strings).size() != strings.size()) {
            throw wrong("/" + key, "says something twice");
        }
        return List.copyOf(strings);
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode flag = content.path(key);
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            throw wrong("/" + key, "must be true or false");
        }
        return flag.asBoolean(otherwise);
    }

    /** What is written at the top of the file under a key; missing if nothing is. */
    JsonNode at(String key) {
        return content.path(key);
    }

    String stringOr(String key, String otherwise) {
        return content.has(key) ? string("/" + key, content.path(key)) : otherwise;
    }

    JsonNode example(String key) {
        return content.path("examples").path(key);
    }

    /** What a tool takes: everything in it bounded, described, and closed to names it doesn't list. */
    ObjectNode input(Language language) {
        ObjectNode schema = schema("/input", content.path("input"), language);
        checkBounded("/input", schema);
        Schemas.names(schema).forEach(name -> {
            if (!schema.path("properties").path(name).has("description")) {
                throw wrong(
                        "/input/properties/" + name, "has no description, by which a model would know what to give");
            }
        });
        return schema;
    }

    /** What a tool answers. */
    ObjectNode output(Language language) {
        return schema("/output", content.path("output"), language);
    }

    IllegalStateException wrong(String place, String what) {
        return new IllegalStateException(
                "Schema file " + file + ", at " + (place.isEmpty() ? "the top" : place) + ": " + what + ".");
    }

    private ObjectNode schema(String at, JsonNode written, Language language) {
        ObjectNode plain = plain(at, written, language);
        if (!plain.path("type").asText().equals("object")) {
            throw wrong(at, "must describe an object");
        }
        return plain;
    }

    /** The schema with its shapes in their places and its texts in one language. */
    private ObjectNode plain(String at, JsonNode written, Language language) {
        if (!(written instanceof ObjectNode object)) {
            throw wrong(at, "must be a schema, which is an object");
        }
        if (object.has("$ref")) {
            return shape(at, object, language);
        }
        ObjectNode schema = object.deepCopy();
        checkKeywords(at, schema);
        if (schema.has("description")) {
            schema.put("description", text(at + "/description", schema.path("description"), language));
        }
        for (String inner : List.of("items", "additionalProperties", "propertyNames")) {
            if (schema.path(inner).isObject()) {
                schema.set(inner, plain(at + "/" + inner, schema.path(inner), language));
            }
        }
        if (schema.path("properties") instanceof ObjectNode properties) {
            Schemas.names(schema)
                    .forEach(name ->
                            properties.set(name, plain(at + "/properties/" + name, properties.path(name), language)));
        }
        return schema;
    }

    private ObjectNode shape(String at, ObjectNode reference, Language language) {
        checkKeys(at, reference, List.of("$ref"), List.of("description"));
        String shape = string(at + "/$ref", reference.path("$ref"));
        if (!shape.matches("shapes/[a-zA-Z-]+\\.json")) {
            throw wrong(at + "/$ref", "may only name a file of the folder shapes, as in shapes/contact.json");
        }
        JsonNode written = resource(beside, FOLDER + shape);
        ObjectNode schema = new SchemaFile(beside, FOLDER + shape, written).plain("", written, language);
        if (reference.has("description")) {
            schema.put("description", text(at + "/description", reference.path("description"), language));
        }
        return schema;
    }

    private void checkKeywords(String at, ObjectNode schema) {
        checkKeys(at, schema, List.of("type"), KEYWORDS);
        Schemas.types(schema).forEach(type -> {
            if (!TYPES.contains(type)) {
                throw wrong(at + "/type", "knows no type '" + type + "'");
            }
        });
        for (String keyword : List.of("minLength", "maxLength", "minItems", "maxItems", "maxProperties")) {
            if (schema.has(keyword) && !schema.path(keyword).canConvertToInt()) {
                throw wrong(at + "/" + keyword, "must be a whole number");
            }
        }
        for (String keyword : List.of("minimum", "maximum")) {
            if (schema.has(keyword) && !schema.path(keyword).isNumber()) {
                throw wrong(at + "/" + keyword, "must be a number");
            }
        }
        checkObject(at, schema);
        checkText(at, schema);
        if (schema.has("enum")
                && (!schema.path("enum").isArray() || schema.path("enum").isEmpty())) {
            throw wrong(at + "/enum", "must list what is allowed");
        }
    }

    private void checkObject(String at, ObjectNode schema) {
        if (schema.has("properties") && !schema.path("properties").isObject()) {
            throw wrong(at + "/properties", "must be an object of schemas");
        }
        if (schema.has("required") && !schema.path("required").isArray()) {
            throw wrong(at + "/required", "must be a list of names");
        }
        schema.path("required").forEach(name -> {
            if (!schema.path("properties").has(name.asText())) {
                throw wrong(at + "/required", "names '" + name.asText() + "', which is not among the properties");
            }
        });
        JsonNode others = schema.path("additionalProperties");
        if (schema.has("additionalProperties") && !others.isBoolean() && !others.isObject()) {
            throw wrong(at + "/additionalProperties", "must be true, false or a schema");
        }
    }

    private void checkText(String at, ObjectNode schema) {
        if (schema.has("format") && !FORMATS.contains(schema.path("format").asText())) {
            throw wrong(
                    at + "/format",
                    "must be one of " + FORMATS.stream().sorted().toList());
        }
        if (schema.has("pattern")
                && Patterns.of(schema.path("pattern").asText()).isEmpty()) {
            throw wrong(at + "/pattern", "is not one of Patterns, where patterns are tried against hostile strings");
        }
    }

    private void checkBounded(String at, JsonNode schema) {
        Set<String> types = Schemas.types(schema);
        boolean listed = schema.has("enum") || schema.has("const");
        if (types.contains("string")
                && !listed
                && !schema.has("maxLength")
                && !schema.path("format").asText().equals("uuid")) {
            throw wrong(at, "takes text of any length; say maxLength");
        }
        if ((types.contains("integer") || types.contains("number"))
                && !listed
                && !(schema.has("minimum") && schema.has("maximum"))) {
            throw wrong(at, "takes any number; say minimum and maximum");
        }
        if (types.contains("array") && !(schema.has("items") && schema.has("maxItems"))) {
            throw wrong(at, "takes a list of any length; say items and maxItems");
        }
        if (types.contains("object") && Schemas.open(schema)) {
            checkMap(at, schema);
        }
        if (schema.has("items")) {
            checkBounded(at + "/items", schema.path("items"));
        }
        Schemas.names(schema)
                .forEach(name -> checkBounded(
                        at + "/properties/" + name, schema.path("properties").path(name)));
    }

    /** Names that nobody lists are taken where there are few, of a bounded kind, each for a bounded value. */
    private void checkMap(String at, JsonNode schema) {
        JsonNode values = schema.path("additionalProperties");
        JsonNode names = schema.path("propertyNames");
        if (!values.isObject() || !schema.has("maxProperties") || !names.has("pattern") || !names.has("maxLength")) {
            throw wrong(
                    at,
                    "takes names it doesn't list; say additionalProperties false,"
                            + " or a schema of the values with propertyNames (pattern, maxLength) and maxProperties");
        }
        checkBounded(at + "/additionalProperties", values);
    }

    private void checkKeys(String at, JsonNode object, List<String> required, List<String> optional) {
        if (!object.isObject()) {
            throw wrong(at, "must be an object");
        }
        for (String key : required) {
            if (!object.has(key)) {
                throw wrong(at, "'" + key + "' is missing");
            }
        }
        object.fieldNames().forEachRemaining(key -> {
            if (!required.contains(key) && !optional.contains(key)) {
                List<String> known =
                        Stream.concat(required.stream(), optional.stream()).toList();
                throw wrong(at, "'" + key + "' is unknown" + meant(Nearest.to(key, known, 1)));
            }
        });
    }

    private static String meant(List<String> nearest) {
        return nearest.isEmpty() ? "" : "; did you mean '" + nearest.get(0) + "'?";
    }

    private String text(String at, JsonNode texts, Language language) {
        checkKeys(at, texts, List.of(Language.ES.tag(), Language.EN.tag()), List.of());
        String text = string(at + "/" + language.tag(), texts.path(language.tag()));
        if (text.isBlank()) {
            throw wrong(at + "/" + language.tag(), "says nothing");
        }
        return text;
    }

    private String string(String at, JsonNode node) {
        if (!node.isTextual()) {
            throw wrong(at, "must be a string");
        }
        return node.textValue();
    }

    private static JsonNode resource(Class<?> beside, String file) {
        try (InputStream in = beside.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("Schema file " + file + " is missing from the resources.");
            }
            return Json.read(in.readAllBytes());
        } catch (ToolFailure e) {
            throw new IllegalStateException(
                    "Schema file " + file + ": "
                            + Messages.render(e, Locale.ENGLISH).message(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("Schema file " + file + " can't be read.", e);
        }
    }
}
