package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolNameTest {
    @Test
    void a_name_has_three_parts() {
        assertThat(ToolName.of("crm.contact.findByPhone")).isEqualTo(new ToolName("crm", "contact", "findByPhone"));
        assertThat(ToolName.of("crm.order-line.create")).hasToString("crm.order-line.create");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "crm",
                "crm.contact",
                "crm.contact.create.now",
                "crm..create",
                "CRM.contact.create",
                "crm.contact.Create",
                "crm.con_tact.create",
                "crm.contact.create_",
                "crm.contact.find-by",
                "crm.-a.b",
                "crm.a-.b",
                "crm.a--b.c",
                "crm__contact__create",
                " crm.contact.create",
                "crm.contact.create\n",
                "crm.contáct.read"
            })
    void anything_else_is_refused_with_the_form_it_should_have(String text) {
        assertThatThrownBy(() -> ToolName.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("module.entity.action");
    }

    @Test
    void a_name_longer_than_a_function_name_may_be_is_refused() {
        ToolName.of("crm.contact." + "a".repeat(50));

        assertThatThrownBy(() -> ToolName.of("crm.contact." + "a".repeat(51)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_function_name_leads_back_to_the_name() {
        ToolName name = ToolName.of("crm.order-line.updateStatus");

        assertThat(name.functionName())
                .isEqualTo("crm__order-line__updateStatus")
                .matches("[a-zA-Z0-9_-]{1,64}");
        assertThat(ToolName.ofFunction(name.functionName())).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "crm.contact.create", "crm__contact", "crm____create", "crm__a__b__c", "crm___a__b", "x"})
    void what_is_no_function_name_of_ours_leads_nowhere(String text) {
        assertThat(ToolName.ofFunction(text)).isEqualTo(Optional.empty());
    }

    @Test
    void no_two_names_share_a_function_name() {
        Map<String, ToolName> seen = new HashMap<>();

        // Every text of up to eight characters over those that matter to the rule.
        for (String text : texts("a", 7)) {
            name(text).ifPresent(name -> {
                ToolName before = seen.putIfAbsent(name.functionName(), name);
                if (before != null || !ToolName.ofFunction(name.functionName()).equals(Optional.of(name))) {
                    throw new AssertionError(name + " shares " + name.functionName() + " with " + before);
                }
            });
        }

        assertThat(seen)
                .as("an enumeration that found next to nothing proves nothing")
                .hasSizeGreaterThan(40);
    }

    private static List<String> texts(String start, int more) {
        List<String> texts = new ArrayList<>(List.of(start));
        for (int from = 0; more > 0; more--) {
            int to = texts.size();
            for (; from < to; from++) {
                for (String next : List.of("a", "A", "-", "_", ".")) {
                    texts.add(texts.get(from) + next);
                }
            }
        }
        return texts;
    }

    private static Optional<ToolName> name(String text) {
        try {
            return Optional.of(ToolName.of(text));
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }
}
