package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, String> seen = new HashMap<>();
        List<String> alphabet = List.of("a", "b", "-", "_", ".", "A", "1");

        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = 5 + random.nextInt(6); length > 0; length--) {
                text.append(alphabet.get(random.nextInt(alphabet.size())));
            }
            try {
                ToolName name = ToolName.of(text.toString());
                String before = seen.putIfAbsent(name.functionName(), name.toString());
                assertThat(before == null || before.equals(name.toString()))
                        .as("seed %s: %s, %s", seed, before, name)
                        .isTrue();
                assertThat(ToolName.ofFunction(name.functionName()))
                        .as("seed %s", seed)
                        .contains(name);
            } catch (IllegalArgumentException notAName) {
                assertThat(notAName).hasMessageContaining("Not a tool name");
            }
        }
        assertThat(seen).as("seed %s", seed).hasSizeGreaterThan(100);
    }
}
