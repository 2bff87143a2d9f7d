package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.whatsapp.Interactive.Button;
import dev.recourse.activities.whatsapp.Interactive.Buttons;
import dev.recourse.activities.whatsapp.Interactive.Choices;
import dev.recourse.activities.whatsapp.Interactive.Row;
import dev.recourse.activities.whatsapp.Interactive.Section;
import dev.recourse.activities.whatsapp.Interactive.Words;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageBodyTest {
    private static final UUID EXECUTION = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    private static final MessageBody.To ANA = new MessageBody.To("+573001234567", EXECUTION, null);
    private static final Words WORDS = new Words(null, "¿Cuál?", null);
    private static final String LINK = "https://example.com/a.png";

    @Test
    void a_text_carries_the_execution_that_sends_it() {
        assertThat((JsonNode) MessageBody.text(ANA, "Hola", false)).isEqualTo(Json.read("""
                {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+573001234567",
                 "type": "text", "text": {"preview_url": false, "body": "Hola"},
                 "biz_opaque_callback_data": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}
                """));
    }

    @Test
    void a_reply_names_what_it_answers() {
        MessageBody.To reply = new MessageBody.To("+573001234567", EXECUTION, "wamid.ABC");

        assertThat(MessageBody.text(reply, "Sí", false)
                        .at("/context/message_id")
                        .textValue())
                .isEqualTo("wamid.ABC");
    }

    @Test
    void lengths_count_characters_as_people_see_them_and_nothing_is_cut() {
        assertThat(MessageBody.text(ANA, "😀".repeat(4096), true)
                        .at("/text/body")
                        .textValue())
                .hasSize(8192);
        assertThat(refused(() -> MessageBody.text(ANA, "x".repeat(4097), true)))
                .containsExactly("/text LENGTH_AT_MOST");
        assertThat(refused(() -> MessageBody.text(ANA, " \n", true))).containsExactly("/text EMPTY");
    }

    @Test
    void media_is_a_link_under_the_name_of_its_kind() {
        Media document = new Media(Media.Kind.DOCUMENT, LINK, "La factura", "factura.pdf");

        assertThat(MessageBody.media(ANA, document).path("document")).isEqualTo(Json.read("""
                        {"link": "https://example.com/a.png", "caption": "La factura", "filename": "factura.pdf"}
                        """));
        assertThat(refused(() ->
                        MessageBody.media(ANA, new Media(Media.Kind.AUDIO, "https://localhost/a", "words", "a.mp3"))))
                .containsExactlyInAnyOrder(
                        "/media/link LINK_NOT_PUBLIC",
                        "/media/caption NOT_WITH_THIS_MEDIA",
                        "/media/filename NOT_WITH_THIS_MEDIA");
        assertThat(refused(() -> MessageBody.media(ANA, new Media(Media.Kind.IMAGE, LINK, "x".repeat(1025), null))))
                .containsExactly("/media/caption LENGTH_AT_MOST");
    }

    @Test
    void buttons_are_replies_with_ids_of_their_own() {
        Buttons two =
                new Buttons(new Words("Título", "¿Sí?", "Pie"), List.of(new Button("y", "Sí"), new Button("n", "No")));

        assertThat(MessageBody.interactive(ANA, two).path("interactive")).isEqualTo(Json.read("""
                        {"type": "button", "header": {"type": "text", "text": "Título"}, "body": {"text": "¿Sí?"},
                         "footer": {"text": "Pie"}, "action": {"buttons": [
                           {"type": "reply", "reply": {"id": "y", "title": "Sí"}},
                           {"type": "reply", "reply": {"id": "n", "title": "No"}}]}}
                        """));
    }

    @Test
    void buttons_over_a_limit_are_refused_field_by_field() {
        Buttons wrong = new Buttons(
                new Words("h".repeat(61), "", "f".repeat(61)),
                List.of(
                        new Button("a", "t".repeat(21)),
                        new Button("a", " "),
                        new Button("i".repeat(257), "c"),
                        new Button("d", "d")));

        assertThat(refused(() -> MessageBody.interactive(ANA, wrong)))
                .containsExactlyInAnyOrder(
                        "/header LENGTH_AT_MOST",
                        "/body EMPTY",
                        "/footer LENGTH_AT_MOST",
                        "/buttons ITEMS_BETWEEN",
                        "/buttons NOT_UNIQUE",
                        "/buttons/0/title LENGTH_AT_MOST",
                        "/buttons/1/title EMPTY",
                        "/buttons/2/id LENGTH_AT_MOST");
        assertThat(refused(() -> MessageBody.interactive(ANA, new Buttons(WORDS, List.of()))))
                .containsExactly("/buttons ITEMS_BETWEEN");
    }

    @Test
    void a_list_has_sections_of_rows() {
        Choices list =
                new Choices(WORDS, "Ver", List.of(new Section(null, List.of(new Row("1", "Uno", "El primero")))));

        assertThat(MessageBody.interactive(ANA, list).at("/interactive/action")).isEqualTo(Json.read("""
                        {"button": "Ver", "sections": [{"rows": [
                          {"id": "1", "title": "Uno", "description": "El primero"}]}]}
                        """));
    }

    @Test
    void a_list_over_a_limit_is_refused_field_by_field() {
        List<Row> six = IntStream.range(0, 6)
                .mapToObj(i -> new Row("r" + i, "Fila " + i, null))
                .toList();
        Choices twelve = new Choices(WORDS, "l".repeat(21), List.of(new Section("A", six), new Section(null, six)));
        Choices rows = new Choices(
                WORDS,
                "Ver",
                List.of(new Section(
                        "t".repeat(25),
                        List.of(new Row("i".repeat(201), "t".repeat(25), "d".repeat(73)), new Row("", "", "")))));

        assertThat(refused(() -> MessageBody.interactive(ANA, twelve)))
                .containsExactlyInAnyOrder(
                        "/label LENGTH_AT_MOST",
                        "/sections/1/title EMPTY",
                        "/sections ITEMS_BETWEEN",
                        "/sections NOT_UNIQUE");
        assertThat(refused(() -> MessageBody.interactive(ANA, rows)))
                .containsExactlyInAnyOrder(
                        "/sections/0/title LENGTH_AT_MOST",
                        "/sections/0/rows/0/id LENGTH_AT_MOST",
                        "/sections/0/rows/0/title LENGTH_AT_MOST",
                        "/sections/0/rows/0/description LENGTH_AT_MOST",
                        "/sections/0/rows/1/id EMPTY",
                        "/sections/0/rows/1/title EMPTY",
                        "/sections/0/rows/1/description EMPTY");
    }

    @Test
    void a_template_is_sent_by_name_and_language() {
        assertThat(MessageBody.template(ANA, "hello_1", "es_CO", JsonNodeFactory.instance.arrayNode())
                        .path("template"))
                .isEqualTo(Json.read("{\"name\": \"hello_1\", \"language\": {\"code\": \"es_CO\"}}"));
        assertThatThrownBy(() -> MessageBody.template(ANA, "Hello!", "es", JsonNodeFactory.instance.arrayNode()))
                .isInstanceOf(ToolFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3001234567", "573001234567", "+0123456789", "+57300123456789012", "+57 300", ""})
    void a_message_is_for_a_phone_in_e164_alone(String phone) {
        assertThatThrownBy(() -> new MessageBody.To(phone, EXECUTION, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void no_text_shows_the_phone() {
        assertThat(ANA.toString()).doesNotContain("300123");
    }

    private static List<String> refused(Runnable making) {
        ToolFailure failure = catchThrowableOfType(ToolFailure.class, making::run);
        assertThat(failure.code()).isEqualTo("VALIDATION_ERROR");
        return failure.violations().stream()
                .map(violation -> violation.field() + " " + violation.code())
                .toList();
    }
}
