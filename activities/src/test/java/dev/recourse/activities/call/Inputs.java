package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ToolSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * Inputs for any tool, drawn from its schema: of few values, so that calls meet, and of the ids that are there. A tool
 * that is added needs nothing here unless it takes ids of a new kind, or texts that not any text will do for.
 */
final class Inputs {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Everybody works at the same few contacts. */
    static final int PHONES = 6;

    /** Which table's id a field takes, by the end of its name: {@code sourceOrderId} is an order's, too. */
    private static final Map<String, String> TABLES = Map.ofEntries(
            Map.entry("contactid", "contacts"),
            Map.entry("orderid", "orders"),
            Map.entry("noteid", "contact_notes"),
            Map.entry("taskid", "tasks"),
            Map.entry("pipelineid", "pipelines"),
            Map.entry("stageid", "pipeline_stages"),
            Map.entry("productid", "products"),
            Map.entry("conversationid", "conversations"),
            Map.entry("messageid", "messages"),
            Map.entry("before", "messages"),
            Map.entry("after", "messages"),
            Map.entry("agentid", "workspace_members"),
            Map.entry("assignedto", "workspace_members"),
            Map.entry("approvalid", "approvals"),
            Map.entry("executionid", "tool_executions"));

    /** Texts by the name of their field, where it matters which. */
    private static final Map<String, List<String>> TEXTS = Map.of(
            "tag", List.of("vip", "VIP", "cali", "nuevo", "otro"),
            "tags", List.of("vip", "VIP", "cali", "nuevo", "made"),
            "status", List.of("Nuevo", "confirmado", "Enviado", "Ganado"),
            "stageName", List.of("Nuevo", "Confirmado", "ganado"),
            "price", List.of("9.90", "0", "12500.5"),
            "search", List.of("an", "x1", "300"),
            "templateName", List.of("saludo"),
            "link", List.of("https://files.example.com/a.jpg"),
            "agentId", List.of("ana"),
            "assignedTo", List.of("ana"));

    private static final Set<String> LEFT_ALONE = Set.of("page", "pageSize");

    private final Random random;
    private final Function<String, String> idOf;

    /**
     * Inputs of one program.
     *
     * @param idOf gives some id of a table
     */
    Inputs(Random random, Function<String, String> idOf) {
        this.random = random;
        this.idOf = idOf;
    }

    /** An input that fits the tool's schema; the tool may refuse it all the same. */
    JsonNode of(ToolSpec spec) {
        return object(spec.input(Locale.ENGLISH));
    }

    /** The table whose id the field of that name takes. */
    static String table(String field) {
        return named(field)
                .orElseThrow(() -> new IllegalStateException(
                        "Inputs.TABLES must say which table's id a field " + field + " takes."));
    }

    /** The same of a field that takes any text; empty if it takes no ids. */
    static Optional<String> named(String field) {
        String name = field.toLowerCase(Locale.ROOT);
        return TABLES.entrySet().stream()
                .filter(each -> name.endsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    static String phone(int n) {
        return "+5730012300" + (10 + n);
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode made = JSON.objectNode();
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties").properties().forEach(property -> {
            String name = property.getKey();
            int odds = name.startsWith("expected") ? 10 : 3;
            if (required.contains(name) || (!LEFT_ALONE.contains(name) && random.nextInt(odds) == 0)) {
                made.set(name, value(name, property.getValue()));
            }
        });
        if (schema.path("additionalProperties").isObject()) {
            for (int i = random.nextInt(2); i < 2; i++) {
                made.set("k" + random.nextInt(3), value("", schema.path("additionalProperties")));
            }
        }
        return made;
    }

    private JsonNode value(String name, JsonNode schema) {
        List<String> types = types(schema);
        if (types.contains("null") && random.nextInt(types.size() + 1) == 0) {
            return JSON.nullNode();
        }
        types.remove("null");
        return schema.has("enum")
                ? one(schema.path("enum"))
                : value(name, schema, types.get(random.nextInt(types.size())));
    }

    private JsonNode value(String name, JsonNode schema, String type) {
        return switch (type) {
            case "object" -> object(schema);
            case "array" -> array(name, schema);
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "integer" -> JSON.numberNode(schema.path("minimum").asInt() + random.nextInt(3));
            case "number" -> JSON.numberNode(BigDecimal.valueOf(random.nextInt(4), 1));
            default -> JSON.textNode(text(name, schema));
        };
    }

    private ArrayNode array(String name, JsonNode schema) {
        Set<JsonNode> items = new LinkedHashSet<>();
        for (int i = random.nextInt(2); i < 2; i++) {
            items.add(value(name, schema.path("items")));
        }
        return JSON.arrayNode().addAll(items);
    }

    private String text(String name, JsonNode schema) {
        int nth = random.nextInt(3);
        if (name.equals("phone")) {
            return phone(random.nextInt(PHONES));
        }
        List<String> texts = TEXTS.get(name);
        if (texts != null) {
            return texts.get(random.nextInt(texts.size()));
        }
        return switch (schema.path("format").asText()) {
            case "uuid" -> idOf.apply(table(name));
            case "email" -> "x" + nth + "@example.com";
            case "date-time" -> "2026-01-0" + (nth + 1) + "T10:00:00Z";
            default ->
                named(name).filter(table -> random.nextBoolean()).map(idOf).orElse("x" + nth);
        };
    }

    private JsonNode one(JsonNode of) {
        return of.get(random.nextInt(of.size()));
    }

    private static List<String> types(JsonNode schema) {
        List<String> types = new ArrayList<>();
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            types.add(type.asText());
        }
        type.forEach(each -> types.add(each.asText()));
        return types;
    }
}
