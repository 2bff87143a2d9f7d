package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.Bench;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Scope;
import dev.recourse.db.whatsapp.Templates;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TemplateListTest {
    private final Chat chat = new Chat();

    TemplateListTest() {
        put(Bench.A, "pedido", "es", "APPROVED", """
                [{"type": "HEADER", "format": "IMAGE"},
                 {"type": "BODY", "text": "Hola {{1}}, su pedido {{ 2 }} va en camino, {{1}}."},
                 {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://example.com/{{1}}"}]}]
                """);
        put(Bench.A, "pedido", "en", "PENDING", "[{\"type\": \"BODY\", \"text\": \"Hello {{name}}\"}]");
        put(Bench.B, "secreta", "es", "APPROVED", "[]");
    }

    @AfterEach
    void close() {
        chat.close();
    }

    @Test
    void templates_are_listed_with_what_has_to_be_filled_in() {
        JsonNode all = chat.bench.ok("whatsapp.template.list", "{}");

        assertThat(all.path("total").asInt()).isEqualTo(2);
        assertThat(all.path("templates").findValuesAsText("language")).containsExactly("en", "es");
        assertThat(all.at("/templates/0/variables")).isEqualTo(Json.read("[{\"part\": \"body\", \"name\": \"name\"}]"));
        assertThat(all.at("/templates/1/variables")).isEqualTo(Json.read("""
                [{"part": "header", "name": "image"}, {"part": "body", "name": "1"}, {"part": "body", "name": "2"},
                 {"part": "button", "name": "0"}]
                """));
    }

    @Test
    void only_those_in_a_state_are_listed_where_one_is_named() {
        JsonNode approved = chat.bench.ok("whatsapp.template.list", "{'status': 'approved'}");

        assertThat(approved.path("templates").findValuesAsText("language")).containsExactly("es");
        assertThat(chat.bench
                        .ok("whatsapp.template.list", "{'status': 'disabled'}")
                        .path("total")
                        .asInt())
                .isZero();
    }

    @Test
    void what_the_vendor_has_no_more_is_forgotten_and_the_rest_kept_as_it_says_it_now() {
        chat.bench.db.database().in(Scope.of(Bench.A), tx -> {
            Templates templates = tx.table(Templates.class);
            templates.put(
                    UUID.randomUUID(),
                    new Templates.Row(
                            "pedido", "es", "OTHER", "PAUSED", "GREEN", "[{\"type\": \"BODY\", \"text\": \"Ya\"}]"));
            return templates.forgetOthers();
        });

        JsonNode left = chat.bench.ok("whatsapp.template.list", "{}");
        assertThat(left.path("total").asInt()).isEqualTo(1);
        assertThat(left.at("/templates/0/status").asText()).isEqualTo("paused");
        assertThat(left.at("/templates/0/body").asText()).isEqualTo("Ya");
        assertThat(chat.bench.db.cell("select count(*) from whatsapp_templates"))
                .isEqualTo("2");
    }

    private void put(UUID workspace, String name, String language, String status, String components) {
        chat.bench.db.database().in(Scope.of(workspace), tx -> {
            tx.table(Templates.class)
                    .put(UUID.randomUUID(), new Templates.Row(name, language, "UTILITY", status, null, components));
            return true;
        });
    }
}
