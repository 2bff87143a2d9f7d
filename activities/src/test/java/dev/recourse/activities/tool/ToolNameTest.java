package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ToolNameTest {
    @Test
    void a_name_has_three_parts() {
        assertThat(new ToolName("crm.contact.create")).hasToString("crm.contact.create");
    }

    @Test
    void anything_else_is_refused_with_the_form_it_should_have() {
        assertThatThrownBy(() -> new ToolName("create contact")).hasMessageContaining("module.entity.action");
    }
}
