package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferencesTest {
    private final ToolSpec create = spec("crm.contact.create");
    private final ToolSpec tagAdd = spec("crm.tag.add");
    private final ToolSpec list = spec("crm.contact.list");
    private final Map<Integer, ToolSpec> earlier = Map.of(0, create, 1, list);

    @Test
    void a_reference_to_an_earlier_output_of_the_right_type_is_fine() {
        assertThat(check(tagAdd, "{\"contactId\":\"$0.contactId\",\"tag\":\"vip\"}"))
                .isEmpty();
        assertThat(check(tagAdd, "{\"contactId\":\"$0.contact.id\",\"tag\":\"$0.contact.tags.0.name\"}"))
                .isEmpty();
        assertThat(check(tagAdd, "{\"contactId\":\"$1.contacts.12.id\",\"tag\":\"$0.contact.customFields.segment\"}"))
                .isEmpty();
        assertThat(check(list, "{\"page\":\"$1.totalPages\",\"tags\":[\"vip\",\"$0.contact.city\"]}"))
                .isEmpty();
    }

    @Test
    void a_reference_must_point_back() {
        assertThat(References.check(1, tagAdd, Json.read("{\"contactId\":\"$1.contactId\",\"tag\":\"vip\"}"), earlier))
                .extracting(Violation::field, Violation::code)
                .containsExactly(tuple("/contactId", "REFERENCE_NOT_EARLIER"));
        assertThat(codes(tagAdd, "{\"contactId\":\"$99999999999.contactId\",\"tag\":\"vip\"}"))
                .containsExactly("REFERENCE_NOT_EARLIER");
    }

    @Test
    void a_path_that_is_not_in_the_output_is_told_with_the_nearest_that_is() {
        List<Violation> found = check(tagAdd, "{\"contactId\":\"$0.contactID\",\"tag\":\"$0.contact.tag.0.name\"}");

        assertThat(found)
                .extracting(Violation::code)
                .containsExactlyInAnyOrder("REFERENCE_NO_SUCH_OUTPUT", "REFERENCE_NO_SUCH_OUTPUT");
        assertThat(Messages.render(found.get(0), Locale.ENGLISH)).contains("crm.contact.create", "$0.contactId");
        assertThat(Messages.render(found.get(1), Locale.ENGLISH)).contains("$0.contact.tags.0.name");
        assertThat(References.refusal(found).code()).isEqualTo("REFERENCE_UNRESOLVED");
    }

    @Test
    void a_value_that_can_never_fit_is_refused_before_the_start() {
        assertThat(codes(tagAdd, "{\"contactId\":\"$0.contact\",\"tag\":\"$0.created\"}"))
                .containsExactlyInAnyOrder("REFERENCE_WRONG_TYPE", "REFERENCE_WRONG_TYPE");
        assertThat(codes(tagAdd, "{\"contactId\":\"$0.contact.createdAt\",\"tag\":\"vip\"}"))
                .containsExactly("REFERENCE_WRONG_TYPE");
        assertThat(Messages.render(
                        check(tagAdd, "{\"contactId\":\"$0.contactId\",\"tag\":\"$0.contact.version\"}")
                                .get(0),
                        Locale.ENGLISH))
                .isEqualTo("“$0.contact.version” is of type whole number; this takes text.");
    }

    @Test
    void the_rest_of_the_input_is_checked_with_the_references_left_out() {
        assertThat(check(tagAdd, "{\"contactId\":\"$0.contactId\",\"tagg\":\"vip\"}"))
                .extracting(Violation::field, Violation::code)
                .containsExactlyInAnyOrder(tuple("/tag", "FIELD_REQUIRED"), tuple("/tagg", "UNKNOWN_FIELD_NEAREST"));
        assertThat(References.refusal(check(tagAdd, "{\"contactId\":\"$0.contactId\"}"))
                        .code())
                .isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void a_step_whose_tool_is_not_known_is_not_judged() {
        assertThat(References.check(3, tagAdd, Json.read("{\"contactId\":\"$2.whatever\",\"tag\":\"vip\"}"), earlier))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$5.00",
                "$0",
                "$0.",
                "$.a",
                "$a.b",
                "$0.a b",
                "$0.a.",
                "$0..a",
                " $0.a",
                "$0.a\n",
                "$-1.a",
                "cost $0.a",
                "$0.1a",
                "$0.ñ",
                "$٣.a"
            })
    void anything_else_is_text(String text) {
        JsonNode inputs = Json.tree(Map.of("tag", text));

        assertThat(References.steps(inputs)).isEmpty();
        assertThat(References.resolve(inputs, Map.of())).isEqualTo(inputs);
    }

    @Test
    void two_dollars_stand_for_one() {
        assertThat(References.resolve(Json.read("[\"$$0.contactId\",\"$$\",\"$$$5\",\"a$$\"]"), Map.of()))
                .isEqualTo(Json.read("[\"$0.contactId\",\"$\",\"$$5\",\"a$$\"]"));
    }

    @Test
    void references_become_their_values_wherever_they_stand() {
        Map<Integer, JsonNode> outputs = Map.of(
                0, Json.read("{\"contactId\":\"c\",\"contact\":{\"tags\":[{\"name\":\"$0.trap\"}],\"email\":null}}"),
                2, Json.read("{\"total\":3}"));
        JsonNode inputs = Json.read(
                "{\"a\":\"$0.contactId\",\"b\":[\"$0.contact.tags.0.name\",{\"c\":\"$2.total\"}],\"d\":\"$0.contact.email\"}");

        assertThat(References.steps(inputs)).containsExactly(0, 2);
        assertThat(References.resolve(inputs, outputs))
                .isEqualTo(Json.read("{\"a\":\"c\",\"b\":[\"$0.trap\",{\"c\":3}],\"d\":null}"));
    }

    @Test
    void what_is_not_there_when_the_turn_comes_is_refused() {
        Map<Integer, JsonNode> outputs = Map.of(0, Json.read("{\"contacts\":[]}"));

        assertThatThrownBy(() -> References.resolve(
                        Json.read("{\"a\":\"$0.contacts.0.id\",\"b\":\"$1.contactId\",\"c\":\"$0.contacts.id\"}"),
                        outputs))
                .isInstanceOfSatisfying(ToolFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("REFERENCE_UNRESOLVED");
                    assertThat(failure.violations())
                            .extracting(Violation::field)
                            .containsExactly("/a", "/b", "/c");
                });
    }

    private List<Violation> check(ToolSpec own, String inputs) {
        return References.check(2, own, Json.read(inputs), earlier);
    }

    private List<String> codes(ToolSpec own, String inputs) {
        return check(own, inputs).stream().map(Violation::code).toList();
    }

    private static ToolSpec spec(String name) {
        return ToolSpec.load(ToolName.of(name), ToolSpec.class);
    }
}
