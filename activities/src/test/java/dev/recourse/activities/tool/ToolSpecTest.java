package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolSpecTest {
    private static final Locale ES = Locale.forLanguageTag("es");
    private static final Locale EN = Locale.ENGLISH;
    private static final String ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

    private final ToolSpec create = spec("crm.contact.create");
    private final ToolSpec update = spec("crm.contact.update");
    private final ToolSpec list = spec("crm.contact.list");
    private final ToolSpec tagAdd = spec("crm.tag.add");

    @Test
    void a_spec_says_what_its_file_says_and_what_follows_from_its_name() {
        assertThat(create.name()).isEqualTo(ToolName.of("crm.contact.create"));
        assertThat(create.permissions()).containsExactly("contacts.create");
        assertThat(create.permittedTo(Set.of("contacts.create", "contacts.view")))
                .isTrue();
        assertThat(create.permittedTo(Set.of())).isFalse();
        assertThat(create.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(create.reversible()).isTrue();
        assertThat(create.readOnly()).isFalse();
        assertThat(list.readOnly()).isTrue();
        assertThat(spec("system.execution.undo").timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(spec("system.execution.undo").reversible()).isFalse();
        assertThat(create.description(ES)).startsWith("Agrega").isNotEqualTo(create.description(EN));
    }

    @Test
    void schemas_are_plain_json_schema_in_one_language_and_handed_out_as_copies() {
        assertThat(create.input(EN).at("/properties/name/description").textValue())
                .startsWith("Name");
        assertThat(create.input(ES).at("/properties/name/description").textValue())
                .startsWith("Nombre");
        assertThat(create.output(EN).toString()).doesNotContain("$ref").contains("customFields");

        create.input(EN).removeAll();

        assertThat(create.input(EN).has("properties")).isTrue();
    }

    @Test
    void an_input_is_accepted_with_its_defaults_and_left_as_it_was() {
        JsonNode input = Json.read("{\"search\":\"ana\"}");

        JsonNode accepted = list.accept(input);

        assertThat(accepted)
                .isEqualTo(Json.read("{\"search\":\"ana\",\"page\":1,\"pageSize\":20,\"tags\":[],"
                        + "\"sortBy\":\"created_at\",\"sortOrder\":\"desc\"}"));
        assertThat(input).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"Ana\"}|/phone|This field is missing and required.",
                "{\"name\":\"Ana\",\"phone\":\"3001234567\",\"ciudad\":\"x\"}|/ciudad|There is no such field. You can use: name, phone, email, address, city, department or tags.",
                "{\"name\":\"Ana\",\"phone\":\"3001234567\",\"emial\":\"x\"}|/emial|There is no such field. Did you mean “email”?",
                "{\"name\":5,\"phone\":\"3001234567\"}|/name|It must be of type text.",
                "{\"name\":null,\"phone\":\"3001234567\"}|/name|It must be of type text.",
                "{\"name\":\"\",\"phone\":\"3001234567\"}|/name|It must have between 1 and 200 characters.",
                "{\"name\":\"Ana\",\"phone\":\"30\"}|/phone|It must have between 3 and 32 characters.",
                "{\"name\":\"Ana\",\"phone\":\"3001234567\",\"email\":\"ana\"}|/email|It must be an email address, like ana@example.com.",
                "{\"name\":\"A\\u202Ena\",\"phone\":\"3001234567\"}|/name|It must be one line of text, without control or invisible characters.",
                "{\"name\":\"Ana\\n\",\"phone\":\"3001234567\"}|/name|It must be one line of text, without control or invisible characters.",
                "{\"name\":\"Ana\",\"phone\":\"3001234567\",\"tags\":[\"a\",\"a\"]}|/tags|It must not list anything twice.",
                "{\"name\":\"Ana\",\"phone\":\"3001234567\",\"tags\":[\"a/b\"]}|/tags/0|It may have only letters, digits, spaces, hyphens and underscores.",
                "{\"name\":\"Ana\",\"phone\":\"3001234567\",\"__proto__\":{}}|/__proto__|There is no such field. You can use: name, phone, email, address, city, department or tags.",
                "{\"name\":\"A\\u0000\",\"phone\":\"3001234567\"}|/name|It holds a null character or half a Unicode character; take it out.",
                "{\"name\":\"\\ud800\",\"phone\":\"3001234567\"}|/name|It holds a null character or half a Unicode character; take it out.",
                "[]|``|It must be of type object.",
                "null|``|It must be of type object.",
                "\"x\"|``|It must be of type object."
            })
    void a_wrong_input_is_told_where_it_is_wrong_and_what_would_be_right(String input, String field, String message) {
        List<Violation> found = create.check(Json.read(input));

        assertThat(found)
                .extracting(Violation::field, violation -> Messages.render(violation, EN))
                .contains(tuple(field, message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "99999999999",
                "2147483648",
                "1e400",
                "1e999999999",
                "1.5",
                "1.0",
                "1e0",
                "-1",
                "0",
                "\"1\"",
                "true",
                "null",
                "[]",
                "99999999999999999999",
                "18446744073709551617"
            })
    void a_page_that_is_no_page_is_refused_and_never_another_page(String page) {
        assertThat(list.check(Json.read("{\"page\":" + page + "}")))
                .extracting(Violation::field)
                .containsExactly("/page");
    }

    @Test
    void a_range_and_a_list_of_values_say_both_ends_and_all_values() {
        assertThat(list.check(Json.read("{\"pageSize\":101,\"sortBy\":\"phone\"}")))
                .extracting(Violation::field, violation -> Messages.render(violation, EN))
                .containsExactly(
                        tuple("/pageSize", "It must be between 1 and 100."),
                        tuple("/sortBy", "It must be name, created_at or updated_at."));
        assertThat(tagAdd.check(Json.read("{\"contactId\":\"ana\",\"tag\":\"vip\"}")))
                .extracting(Violation::code)
                .containsExactly("FORMAT_UUID");
    }

    @Test
    void a_patch_may_clear_what_can_be_cleared() {
        assertThat(update.check(Json.read("{\"contactId\":\"" + ID + "\",\"email\":null,\"city\":\"Cali\"}")))
                .isEmpty();
        assertThat(update.check(Json.read("{\"contactId\":\"" + ID + "\",\"phone\":null,\"name\":null}")))
                .extracting(Violation::field)
                .containsExactly("/name", "/phone");
        assertThat(update.check(Json.read("{\"contactId\":\"" + ID + "\",\"email\":7}")))
                .extracting(violation -> Messages.render(violation, EN))
                .containsExactly("It must be of type null or text.");
    }

    @Test
    void tags_take_any_script_and_the_length_counts_characters() {
        assertThat(tagAdd.check(tag("Año Nuevo 2026_é-ñ"))).isEmpty();
        assertThat(tagAdd.check(tag("клиент"))).isEmpty();
        assertThat(tagAdd.check(tag("हिन्दी"))).isEmpty();
        assertThat(tagAdd.check(tag("𠀀".repeat(50)))).isEmpty();
        assertThat(tagAdd.check(tag("𠀀".repeat(51)))).hasSize(1);
        assertThat(tagAdd.check(tag("vip\n"))).hasSize(1);
    }

    @Test
    void a_map_says_which_name_or_value_is_wrong() {
        ToolSpec fields = spec("crm.custom-field.update");

        assertThat(fields.check(
                        Json.read("{\"contactId\":\"" + ID + "\",\"fields\":{\"a/b\":1,\"c\":[],\"\":1,\"d\":1}}")))
                .extracting(Violation::field, violation -> Messages.render(violation, EN))
                .containsExactly(
                        tuple("/fields/", "It may have only letters, digits, spaces, hyphens and underscores."),
                        tuple("/fields/a~1b", "It may have only letters, digits, spaces, hyphens and underscores."),
                        tuple("/fields/c", "It must be of type true or false, null, number or text."));
        assertThat(fields.check(Json.read("{\"contactId\":\"" + ID + "\",\"fields\":{\"" + "x".repeat(51) + "\":1}}")))
                .extracting(violation -> Messages.render(violation, EN))
                .containsExactly("It must have between 1 and 50 characters.");
    }

    @Test
    void hostile_inputs_are_answered_with_few_violations() {
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 100_000; i++) {
            many.append(i == 0 ? "" : ",")
                    .append("\"")
                    .append(Integer.toString(i, 36))
                    .append("\":1");
        }

        assertThat(create.check(Json.read(many.append("}").toString()))).hasSize(20);
        assertThat(create.check(Json.read("{\"tags\":[" + "1,".repeat(100_000) + "1]}")))
                .hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void said_and_resource_url_are_filled_from_the_outputs() {
        JsonNode outputs = Json.read("{\"contactId\":\"" + ID + "\",\"contact\":{\"name\":\"$1 {x}\"}}");

        assertThat(create.said(outputs, ES)).isEqualTo("$1 {x} quedó en sus contactos.");
        assertThat(create.said(Json.read("{}"), EN)).isEqualTo("— is in your contacts.");
        assertThat(create.resourceUrl(outputs)).contains("/crm/contactos/" + ID);
        assertThat(create.resourceUrl(Json.read("{\"contactId\":null}"))).isEmpty();
        assertThat(list.resourceUrl(outputs)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/said|null|'said' is missing",
                "/sayd|{}|'sayd' is unknown; did you mean 'said'?",
                "/description/es|null|'es' is missing",
                "/description/es|\" \"|says nothing",
                "/permissions|\"contacts.create\"|must be a list of strings",
                "/permissions|[\"Contacts\"]|is no permission",
                "/permissions|[\"a.b\",\"a.b\"]|says something twice",
                "/side_effects|[\"creates\"]|'creates' is not one of",
                "/requires_approval|1|must be true, false",
                "/requires_approval|\"often\"|must be true, false",
                "/requires_approval|{\"source\":[]}|must be true, false",
                "/requires_approval|{\"source\":[\"robot\"]}|must be true, false",
                "/requires_approval|{\"source\":[\"agent\"],\"amount\":1}|must be true, false",
                "/said/en|\"{contact.nombre} is in.\"|'{contact.nombre}' is not in the output",
                "/resource_url|\"/crm/{id}\"|'{id}' is not in the output",
                "/examples/passes|null|'passes' is missing",
                "/examples/passes|{}|does not pass",
                "/examples/fails|{\"name\":\"Ana\",\"phone\":\"300\"}|passes",
                "/input/properties/tags/default|[1]|does not pass, or a default doesn't",
                "/input|{}|'type' is missing",
                "/input|{\"type\":\"string\"}|must describe an object",
                "/input/additionalProperties|true|takes names it doesn't list",
                "/input/additionalProperties|\"none\"|must be true, false or a schema",
                "/input/additionalProperties|{\"type\":\"boolean\"}|takes names it doesn't list",
                "/input/propertyNames|{\"pattern\":\"a\"}|'type' is missing",
                "/input/properties/city|{\"type\":\"object\",\"maxProperties\":5,\"propertyNames\":{\"type\":\"string\",\"maxLength\":9,\"pattern\":\"^[\\\\p{L}\\\\p{M}\\\\p{N} _-]+$\"},\"additionalProperties\":{\"type\":\"string\"},\"description\":{\"es\":\"p\",\"en\":\"p\"}}|takes text of any length",
                "/input/properties/name/maxLength|null|takes text of any length",
                "/input/properties/name/maxLength|\"ten\"|must be a whole number",
                "/input/properties/name/maxLenght|10|'maxLenght' is unknown; did you mean 'maxLength'?",
                "/input/properties/name/description|null|has no description",
                "/input/properties/name/description|\"Name\"|must be an object",
                "/input/properties/name/type|\"text\"|knows no type 'text'",
                "/input/properties/name/pattern|\"(a+)+$\"|is not one of Patterns",
                "/input/properties/email/format|\"e-mail\"|must be one of",
                "/input/properties/tags/maxItems|null|takes a list of any length",
                "/input/properties/page|{\"type\":\"integer\",\"minimum\":1,\"description\":{\"es\":\"p\",\"en\":\"p\"}}|takes any number",
                "/input/required|[\"nam\"]|names 'nam', which is not among the properties",
                "/output/properties/contact|{\"$ref\":\"https://example.com/a.json\"}|may only name a file of the folder shapes",
                "/output/properties/contact|{\"$ref\":\"shapes/nobody.json\"}|/schemas/shapes/nobody.json is missing"
            })
    void a_careless_schema_file_is_refused_with_its_name_and_the_place(String place, String value, String says) {
        JsonNode file = file("crm.contact.create");
        ((ObjectNode) file.at("/examples/passes")).remove("tags");
        int slash = place.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) file.at(place.substring(0, slash));
        String key = place.substring(slash + 1);
        if (value.equals("null")) {
            parent.remove(key);
        } else {
            parent.set(key, Json.read(value));
        }

        assertThatThrownBy(() -> ToolSpec.of(ToolName.of("crm.contact.create"), file, ToolSpec.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/schemas/")
                .hasMessageContaining(says);
    }

    @Test
    void a_tool_without_a_schema_file_is_refused() {
        assertThatThrownBy(() -> spec("crm.contact.fly"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/schemas/crm.contact.fly.json is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "a", ".", "=", " ", "a=", "a ", "é", "-", "\t"})
    void no_pattern_of_ours_can_be_made_to_hang(String piece) {
        for (Patterns pattern : Patterns.values()) {
            for (String end : List.of("", "!", "\n", "\0", "x")) {
                pattern.matches(piece.repeat(60_000) + end);
            }
        }
    }

    private static JsonNode tag(String name) {
        return Json.tree(Map.of("contactId", ID, "tag", name));
    }

    private static ToolSpec spec(String name) {
        return ToolSpec.load(ToolName.of(name), ToolSpec.class);
    }

    private static JsonNode file(String name) {
        try (InputStream in = ToolSpec.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return Json.read(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
