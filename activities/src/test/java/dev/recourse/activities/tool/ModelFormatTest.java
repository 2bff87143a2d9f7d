package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class ModelFormatTest {
    private final ToolSpec create = spec("crm.contact.create");
    private final ToolSpec list = spec("crm.contact.list");

    @Test
    void the_plain_list_has_the_contracts_keys() {
        JsonNode tool = one(ModelFormat.PLAIN, create);

        assertThat(tool.fieldNames())
                .toIterable()
                .containsExactly("name", "description", "input_schema", "output_schema", "metadata");
        assertThat(Json.write(tool.path("metadata")))
                .isEqualTo("{\"module\":\"crm\",\"entity\":\"contact\",\"action\":\"create\","
                        + "\"reversible\":true,\"requires_approval\":false,\"side_effects\":[\"creates_record\"],"
                        + "\"permissions\":[\"contacts.create\"],\"timeout_ms\":5000}");
    }

    @Test
    void functions_have_names_without_dots_and_the_full_schema() {
        JsonNode openai = one(ModelFormat.OPENAI, create);
        JsonNode anthropic = one(ModelFormat.ANTHROPIC, create);

        assertThat(openai.path("type").textValue()).isEqualTo("function");
        assertThat(openai.at("/function/name").textValue()).isEqualTo("crm__contact__create");
        assertThat(openai.at("/function/parameters")).isEqualTo(create.input(Locale.ENGLISH));
        assertThat(anthropic.path("name").textValue()).isEqualTo("crm__contact__create");
        assertThat(anthropic.path("input_schema")).isEqualTo(create.input(Locale.ENGLISH));
    }

    @Test
    void mcp_tools_carry_hints() {
        assertThat(one(ModelFormat.MCP, list).path("annotations"))
                .isEqualTo(
                        Json.read(
                                "{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true,\"openWorldHint\":false}"));
        assertThat(one(ModelFormat.MCP, create).path("annotations"))
                .isEqualTo(
                        Json.read(
                                "{\"readOnlyHint\":false,\"destructiveHint\":false,\"idempotentHint\":false,\"openWorldHint\":false}"));
        assertThat(one(ModelFormat.MCP, spec("crm.contact.delete")).path("annotations"))
                .isEqualTo(
                        Json.read(
                                "{\"readOnlyHint\":false,\"destructiveHint\":true,\"idempotentHint\":true,\"openWorldHint\":false}"));
        assertThat(one(ModelFormat.MCP, create).path("name").textValue()).isEqualTo("crm.contact.create");
        assertThat(one(ModelFormat.MCP, create).has("outputSchema")).isTrue();
    }

    @Test
    void formats_go_by_their_word() {
        assertThat(ModelFormat.of("mcp")).contains(ModelFormat.MCP);
        assertThat(ModelFormat.of("MCP")).isEmpty();
        assertThat(ModelFormat.of("xml")).isEmpty();
    }

    private static JsonNode one(ModelFormat format, ToolSpec spec) {
        return format.of(List.of(spec), Locale.ENGLISH).get(0);
    }

    private static ToolSpec spec(String name) {
        return ToolSpec.load(ToolName.of(name), ToolSpec.class);
    }
}
