package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The catalogue of tools, for people: a line each, or everything about one. */
final class ToolsView {
    private ToolsView() {}

    static String list(JsonNode tools, Look look) {
        if (tools.isEmpty()) {
            return "No tools.\n";
        }
        Table table = Table.of("tool", "undo", "approval", "what it does");
        for (JsonNode tool : tools) {
            JsonNode metadata = tool.path("metadata");
            table.row(
                    Cell.of(Values.text(tool, "name")),
                    reversible(metadata),
                    Cell.of(approval(metadata.path("requires_approval"))),
                    Cell.of(firstSentence(Values.text(tool, "description"))));
        }
        return table.text(look) + "\n" + Values.count(tools.size(), "tool") + "\n";
    }

    static String one(JsonNode tool, Look look) {
        JsonNode metadata = tool.path("metadata");
        Table facts = Table.plain(2);
        facts.row(Cell.faint("undo"), reversible(metadata))
                .row(Cell.faint("approval"), Cell.of(orNo(approval(metadata.path("requires_approval")))))
                .row(Cell.faint("side effects"), Cell.of(words(metadata.path("side_effects"))))
                .row(Cell.faint("permissions"), Cell.of(words(metadata.path("permissions"))))
                .row(Cell.faint("time limit"), Cell.of(Values.duration(metadata.path("timeout_ms"))));
        return Style.HEAD.paint(Texts.oneLine(Values.text(tool, "name")), look) + "\n\n"
                + Texts.lines(Values.text(tool, "description")) + "\n\n" + facts.text(look) + "\n"
                + fields("input", tool.path("input_schema"), look) + "\n"
                + fields("output", tool.path("output_schema"), look);
    }

    /** {@code "always"}, {@code "sometimes"}, {@code "from agent"}; nothing where nobody asks. */
    private static String approval(JsonNode requires) {
        if (requires.isObject()) {
            return "from " + words(requires.path("source"));
        }
        return requires.isTextual() ? requires.asText() : requires.asBoolean() ? "always" : "";
    }

    private static String orNo(String text) {
        return text.isEmpty() ? "no" : text;
    }

    private static String fields(String what, JsonNode schema, Look look) {
        Table table = Table.of(what, "type", "required", "what it is");
        schema.path("properties").properties().forEach(property -> {
            JsonNode field = property.getValue();
            table.row(
                    Cell.of(property.getKey()),
                    Cell.of(type(field)),
                    Cell.of(isRequired(schema, property.getKey()) ? "yes" : ""),
                    Cell.faint(Values.text(field, "description")));
        });
        return table.text(look);
    }

    /** {@code "text, 1 to 200"}, {@code "whole number"}, {@code "list of text"}. */
    private static String type(JsonNode field) {
        List<String> said = new ArrayList<>();
        said.add(
                field.path("enum").isArray()
                        ? "one of " + words(field.path("enum"))
                        : typeName(field.path("type")) + ofItems(field));
        String format = Values.text(field, "format");
        if (!format.isEmpty()) {
            said.add(format);
        }
        range(said, field, "minimum", "maximum");
        range(said, field, "minLength", "maxLength");
        range(said, field, "minItems", "maxItems");
        return String.join(", ", said);
    }

    private static String ofItems(JsonNode field) {
        return field.path("items").has("type")
                ? " of " + typeName(field.path("items").path("type"))
                : "";
    }

    private static void range(List<String> said, JsonNode field, String least, String most) {
        if (field.has(least) && field.has(most)) {
            said.add(field.get(least).asText() + " to " + field.get(most).asText());
        } else if (field.has(most)) {
            said.add("at most " + field.get(most).asText());
        } else if (field.has(least)) {
            said.add("at least " + field.get(least).asText());
        }
    }

    private static String typeName(JsonNode type) {
        if (type.isArray()) {
            List<String> names = new ArrayList<>();
            type.forEach(each -> names.add(typeName(each)));
            return String.join(" or ", names);
        }
        return switch (type.asText()) {
            case "string" -> "text";
            case "integer" -> "whole number";
            case "boolean" -> "true or false";
            case "array" -> "list";
            case "null" -> "nothing";
            default -> type.asText("anything");
        };
    }

    private static boolean isRequired(JsonNode schema, String name) {
        for (JsonNode required : schema.path("required")) {
            if (required.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static Cell reversible(JsonNode metadata) {
        return metadata.path("reversible").asBoolean()
                ? new Cell("yes", Style.GOOD)
                : new Cell("never", Style.ATTENTION);
    }

    private static String words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(Values.inline(word)));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    private static String firstSentence(String text) {
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }
}
