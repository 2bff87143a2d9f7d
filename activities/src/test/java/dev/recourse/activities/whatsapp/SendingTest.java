package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.Bench;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.whatsapp.Templates;
import dev.recourse.db.workspace.Caller;
import dev.recourse.db.workspace.Callers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is checked before anything leaves, and what a dry run says; nothing here is sent. */
final class SendingTest {
    private static final String PICTURE = "'media': {'type': 'image', 'link': 'https://files.example.com/a.jpg'}";

    private final Chat chat = new Chat();
    private final Bench bench = chat.bench;
    private final UUID ana = bench.contact("Ana", "3001234567");
    private final UUID conversation = chat.says(Chat.ANA, "wamid.1", "Hola", chat.start);

    @AfterEach
    void close() {
        chat.close();
    }

    @Test
    void a_dry_run_says_what_would_be() {
        JsonNode would = bench.ok("whatsapp.message.send", to(ana, "'message': 'Hola, Ana'"));

        assertThat(would.path("sent").asBoolean()).isFalse();
        assertThat(would.path("wouldSend").asBoolean()).isTrue();
        assertThat(would.path("status").asText()).isEqualTo("pending");
        assertThat(would.path("wamid").isNull()).isTrue();
        assertThat(would.path("to").asText()).isEqualTo("+573001234567");
        assertThat(Bench.id(would, "conversationId")).isEqualTo(conversation);
        assertThat(would.path("windowExpiresAt").isNull()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "whatsapp.message.send     | 'message': 'Hola'",
                "whatsapp.media.send       | 'media': {'type': 'image', 'link': 'https://files.example.com/a.jpg'}",
                "whatsapp.interactive.send | 'body': '¿Sí?', 'buttons': [{'id': 'si', 'title': 'Sí'}]"
            })
    void free_words_go_until_two_minutes_before_the_day_is_over(String tool, String what) {
        chat.now = chat.start.plus(Duration.ofHours(24)).minus(Duration.ofSeconds(123));
        assertThat(bench.ok(tool, to(ana, what)).path("wouldSend").asBoolean()).isTrue();

        chat.now = chat.start.plus(Duration.ofHours(24)).minus(Duration.ofMinutes(2));
        Bench.Ended late = bench.call(tool, to(ana, what));

        assertThat(late.code()).isEqualTo("WINDOW_CLOSED");
        assertThat(bench.db.cell("select count(*) from messages where client_key = '" + late.execution() + "'"))
                .isEqualTo("0");
    }

    @Test
    void who_has_no_conversation_gets_a_template_or_nothing() {
        template("saludo", "es", "APPROVED", "[{\"type\": \"BODY\", \"text\": \"Hola {{1}}\"}]");
        UUID eva = bench.contact("Eva", "3109876543");

        Bench.Ended text = bench.call("whatsapp.message.send", to(eva, "'message': 'Hola'"));
        JsonNode template =
                bench.ok("whatsapp.template.send", to(eva, "'templateName': 'saludo', 'templateParams': {'1': 'Eva'}"));

        assertThat(text.code()).isEqualTo("CONVERSATION_NOT_FOUND");
        assertThat(template.path("renderedText").asText()).isEqualTo("Hola Eva");
        assertThat(template.path("windowExpiresAt").isNull()).isTrue();
        assertThat(bench.db.cell("select count(*) from conversations")).isEqualTo("1");
    }

    @Test
    void without_a_line_or_a_key_that_opens_nothing_is_prepared() {
        UUID theirs = bench.contact(Bench.B, "Beatriz", "3001112233");
        bench.db.as_superuser("delete from whatsapp_lines where workspace_id = '" + Bench.B + "'");
        assertThat(bench.call(Bench.B, "whatsapp.message.send", to(theirs, "'message': 'Hola'"))
                        .code())
                .isEqualTo("WHATSAPP_NOT_CONFIGURED");

        bench.db.as_superuser(
                "update whatsapp_lines set key_sealed = '\\x0102' where workspace_id = '" + Bench.A + "'");
        assertThat(bench.call("whatsapp.message.send", to(ana, "'message': 'Hola'"))
                        .code())
                .isEqualTo("WHATSAPP_KEY_UNREADABLE");
        assertThat(bench.call("whatsapp.message.markRead", in(conversation)).code())
                .isEqualTo("WHATSAPP_KEY_UNREADABLE");
    }

    @Test
    void an_archived_contact_gets_nothing() {
        bench.ok("crm.contact.delete", Bench.of(ana));

        assertThat(bench.call("whatsapp.message.send", to(ana, "'message': 'Hola'"))
                        .code())
                .isEqualTo("CONTACT_ARCHIVED");
    }

    @Test
    void a_reply_names_the_message_by_our_id_or_by_whatsapps() {
        String ours = bench.db.cell("select id from messages where wamid = 'wamid.1'");

        for (String id : List.of(ours, "wamid.1")) {
            Bench.Ended reply =
                    bench.call("whatsapp.message.send", to(ana, "'message': 'Sí', 'replyToMessageId': '" + id + "'"));
            assertThat(bench.db.cell("select content #>> '{context,message_id}' from messages where client_key = '"
                            + reply.execution() + "'"))
                    .isEqualTo("wamid.1");
        }
        for (String id : List.of("wamid.other", UUID.randomUUID().toString())) {
            assertThat(bench.call("whatsapp.message.send", to(ana, "'message': 'Sí', 'replyToMessageId': '" + id + "'"))
                            .field())
                    .isEqualTo("/replyToMessageId");
        }
    }

    @Test
    void another_contacts_conversation_is_none_of_this_one() {
        UUID eva = bench.contact("Eva", "3109876543");

        assertThat(bench.call(
                                "whatsapp.message.send",
                                to(eva, "'message': 'Hola', 'conversationId': '" + conversation + "'"))
                        .code())
                .isEqualTo("CONVERSATION_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`'body': '¿Sí?'`                                                                | /buttons",
                "`'body': '¿Sí?', 'buttons': [{'id': 'a', 'title': 'A'}], 'sections': [{'rows': [{'id': 'b', 'title': 'B'}]}]` | /buttons",
                "`'body': '¿Sí?', 'sections': [{'rows': [{'id': 'b', 'title': 'B'}]}]`           | /label",
                "`'body': '¿Sí?', 'buttons': [{'id': 'a', 'title': 'A'}, {'id': 'a', 'title': 'B'}]` | /buttons"
            })
    void choices_are_buttons_or_a_list_and_whole(String what, String field) {
        assertThat(bench.call("whatsapp.interactive.send", to(ana, what)).field())
                .isEqualTo(field);
    }

    @Test
    void a_link_must_be_public_and_secret_ones_are_refused() {
        assertThat(bench.ok("whatsapp.media.send", to(ana, PICTURE))
                        .path("wouldSend")
                        .asBoolean())
                .isTrue();
        assertThat(bench.call(
                                "whatsapp.media.send",
                                to(ana, "'media': {'type': 'image', 'link': 'http://files.example.com/a.jpg'}"))
                        .field())
                .isEqualTo("/media/link");
        assertThat(bench.call(
                                "whatsapp.media.send",
                                to(ana, "'media': {'type': 'image', 'link': 'https://169.254.169.254/a'}"))
                        .field())
                .isEqualTo("/media/link");
    }

    @Test
    void a_template_goes_in_the_language_that_is_asked_for_else_its_only_one_else_spanish() {
        template("uno", "en", "APPROVED", "[{\"type\": \"BODY\", \"text\": \"Hello\"}]");
        template("dos", "en", "APPROVED", "[{\"type\": \"BODY\", \"text\": \"Hello\"}]");
        template("dos", "es", "APPROVED", "[{\"type\": \"BODY\", \"text\": \"Hola\"}]");
        template("tres", "en", "APPROVED", "[]");
        template("tres", "fr", "APPROVED", "[]");

        assertThat(language("'templateName': 'uno'")).isEqualTo("en");
        assertThat(language("'templateName': 'dos'")).isEqualTo("es");
        assertThat(language("'templateName': 'dos', 'language': 'en'")).isEqualTo("en");
        Bench.Ended neither = bench.call("whatsapp.template.send", to(ana, "'templateName': 'tres'"));
        assertThat(neither.code()).isEqualTo("TEMPLATE_NOT_FOUND");
        assertThat(neither.details()).isEqualTo(Json.read("{\"languages\": [\"en\", \"fr\"]}"));
        assertThat(bench.call("whatsapp.template.send", to(ana, "'templateName': 'ninguna'"))
                        .code())
                .isEqualTo("TEMPLATE_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING, TEMPLATE_NOT_APPROVED",
        "REJECTED, TEMPLATE_NOT_APPROVED",
        "OTHER, TEMPLATE_NOT_APPROVED",
        "PAUSED, TEMPLATE_PAUSED",
        "DISABLED, TEMPLATE_PAUSED"
    })
    void a_template_that_whatsapp_does_not_let_go_stays(String status, String code) {
        template("aviso", "es", status, "[{\"type\": \"BODY\", \"text\": \"Hola\"}]");

        assertThat(bench.call("whatsapp.template.send", to(ana, "'templateName': 'aviso'"))
                        .code())
                .isEqualTo(code);
    }

    @Test
    void a_template_takes_exactly_its_values() {
        template("pedido", "es", "APPROVED", """
                [{"type": "HEADER", "format": "IMAGE"},
                 {"type": "BODY", "text": "Hola {{1}}, su pedido {{2}}"},
                 {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://example.com/{{1}}"}]}]
                """);
        String whole = "'templateName': 'pedido', 'templateParams': {'1': 'Ana', '2': '7'}, 'buttonParams': {'0': 'x'},"
                + " 'headerMedia': {'type': 'image', 'link': 'https://files.example.com/a.jpg'}";

        Bench.Ended sent = bench.call("whatsapp.template.send", to(ana, whole));
        Bench.Ended missing = bench.call("whatsapp.template.send", to(ana, whole.replace(", '2': '7'", "")));
        Bench.Ended extra =
                bench.call("whatsapp.template.send", to(ana, whole.replace("'2': '7'", "'2': '7', '3': 'x'")));

        assertThat(sent.outputs().path("renderedText").asText()).isEqualTo("Hola Ana, su pedido 7");
        assertThat(bench.db.cell("select template_name || ': ' || (content ->> 'renderedText') from messages"
                        + " where client_key = '" + sent.execution() + "'"))
                .isEqualTo("pedido: Hola Ana, su pedido 7");
        assertThat(missing.code()).isEqualTo("TEMPLATE_PARAMS_MISMATCH");
        assertThat(missing.field()).isEqualTo("/templateParams/2");
        assertThat(extra.field()).isEqualTo("/templateParams/3");
    }

    @Test
    void an_agent_asks_before_it_advertises_and_nobody_else() {
        template("oferta", "es", "APPROVED", "[]");
        bench.db.as_superuser("update whatsapp_templates set category = 'MARKETING' where name = 'oferta'");
        template("aviso", "es", "APPROVED", "[]");

        assertThat(asks("oferta", "agent")).isTrue();
        assertThat(asks("oferta", "api")).isFalse();
        assertThat(asks("aviso", "agent")).isFalse();
        assertThat(asks("ninguna", "agent")).isFalse();
    }

    private boolean asks(String template, String source) {
        return bench.db.database().in(Scope.of(Bench.A), tx -> {
            Caller caller = new Callers(tx).find(Bench.A, TestDatabase.OWNER).orElseThrow();
            SendingTools.TemplateMessage message =
                    new SendingTools.TemplateMessage(ana, template, null, Map.of(), Map.of(), null, Map.of(), null);
            return new Sending(tx, caller, UUID.randomUUID(), Post.none())
                    .asksApproval(message, source)
                    .isPresent();
        });
    }

    @Test
    void the_last_message_is_marked_as_read_or_the_one_that_is_named() {
        chat.says(Chat.ANA, "wamid.2", "¿Hola?", chat.start.plusSeconds(9));

        JsonNode last = bench.ok("whatsapp.message.markRead", in(conversation));
        JsonNode first = bench.ok("whatsapp.message.markRead", IncomingTest.of(conversation, "'messageId': 'wamid.1'"));

        assertThat(last.path("read").asBoolean()).isFalse();
        assertThat(last.path("readUntil").asText())
                .isGreaterThan(first.path("readUntil").asText());
        assertThat(bench.call("whatsapp.message.markRead", IncomingTest.of(conversation, "'messageId': 'wamid.x'"))
                        .code())
                .isEqualTo("MESSAGE_NOT_FOUND");
    }

    private String language(String what) {
        return bench.ok("whatsapp.template.send", to(ana, what))
                .path("language")
                .asText();
    }

    private void template(String name, String language, String status, String components) {
        bench.db.database().in(Scope.of(Bench.A), tx -> {
            tx.table(Templates.class)
                    .put(UUID.randomUUID(), new Templates.Row(name, language, "UTILITY", status, null, components));
            return true;
        });
    }

    private static String to(UUID contact, String what) {
        return Bench.of(contact, what);
    }

    private static String in(UUID conversation) {
        return "{'conversationId': '" + conversation + "'}";
    }
}
