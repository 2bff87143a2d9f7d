package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The catalogue as each kind of reader wants it, always with the full JSON Schema. */
public enum ModelFormat {
    /** What {@code recourse tools -o json} prints. */
    PLAIN {
        @Override
        ObjectNode one(ToolSpec spec, Locale locale) {
            ObjectNode tool = described(spec.name().toString(), spec, locale);
            tool.set("input_schema", spec.input(locale));
            tool.set("output_schema", spec.output(locale));
            tool.set("metadata", metadata(spec));
            return tool;
        }
    },
    /** Functions of OpenAI's interface, and of the many that took it over. */
    OPENAI {
        @Override
        ObjectNode one(ToolSpec spec, Locale locale) {
            ObjectNode function = described(spec.name().functionName(), spec, locale);
            function.set("parameters", spec.input(locale));
            ObjectNode tool = object().put("type", "function");
            tool.set("function", function);
            return tool;
        }
    },
    /** Tools of Anthropic's interface. */
    ANTHROPIC {
        @Override
        ObjectNode one(ToolSpec spec, Locale locale) {
            ObjectNode tool = described(spec.name().functionName(), spec, locale);
            tool.set("input_schema", spec.input(locale));
            return tool;
        }
    },
    /** Tools of the Model Context Protocol, which allows dots in names and takes hints about what a tool does. */
    MCP {
        @Override
        ObjectNode one(ToolSpec spec, Locale locale) {
            ObjectNode tool = described(spec.name().toString(), spec, locale);
            tool.set("inputSchema", spec.input(locale));
            tool.set("outputSchema", spec.output(locale));
            tool.set(
                    "annotations",
                    object().put("readOnlyHint", spec.readOnly())
                            .put("destructiveHint", spec.destructive())
                            .put("idempotentHint", spec.idempotent())
                            .put("openWorldHint", spec.openWorld()));
            return tool;
        }
    };

    /** Reads the word of {@code --format}; empty if it is none of ours. */
    public static Optional<ModelFormat> of(String word) {
        return List.of(values()).stream()
                .filter(each -> each.word().equals(word))
                .findFirst();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The list of these tools, described in the caller's language. */
    public ArrayNode of(Collection<ToolSpec> specs, Locale locale) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        specs.forEach(spec -> list.add(one(spec, locale)));
        return list;
    }

    abstract ObjectNode one(ToolSpec spec, Locale locale);

    private static ObjectNode metadata(ToolSpec spec) {
        ObjectNode metadata = object().put("module", spec.name().module())
                .put("entity", spec.name().entity())
                .put("action", spec.name().action())
                .put("reversible", spec.reversible());
        metadata.set("requires_approval", spec.requiresApproval().json());
        metadata.set("side_effects", Json.tree(spec.sideEffects()));
        metadata.set("permissions", Json.tree(spec.permissions()));
        return metadata.put("timeout_ms", spec.timeout().toMillis());
    }

    private static ObjectNode described(String name, ToolSpec spec, Locale locale) {
        return object().put("name", name).put("description", spec.description(locale));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
