package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TemplateTextTest {
    private static final TemplateText SHIPPED = TemplateText.of(Json.read("""
            [{"type": "HEADER", "format": "TEXT", "text": "Pedido {{1}}"},
             {"type": "BODY", "text": "{{1}}, llega el {{2}}. Gracias, {{1}}."},
             {"type": "FOOTER", "text": "Tienda"},
             {"type": "BUTTONS", "buttons": [
               {"type": "QUICK_REPLY", "text": "Gracias"},
               {"type": "URL", "text": "Ver", "url": "https://shop.example/{{1}}"},
               {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+570000000"}]}]
            """));

    @Test
    void it_says_what_it_needs() {
        assertThat(SHIPPED.needs())
                .isEqualTo(new TemplateText.Needs(List.of("1"), null, List.of("1", "2"), List.of("1")));
    }

    @Test
    void header_body_and_buttons_are_filled_each_with_its_own_values() {
        TemplateText.Filled filled = SHIPPED.fill(
                values(Map.of("1", "A-7"), Map.of("1", "Ana", "2", "lunes"), Map.of("1", "A-7", "0", "thanks")));

        assertThat(filled.text()).isEqualTo("Pedido A-7\n\nAna, llega el lunes. Gracias, Ana.\n\nTienda");
        assertThat((JsonNode) filled.components()).isEqualTo(Json.read("""
                [{"type": "header", "parameters": [{"type": "text", "text": "A-7"}]},
                 {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "lunes"}]},
                 {"type": "button", "sub_type": "quick_reply", "index": "0",
                  "parameters": [{"type": "payload", "payload": "thanks"}]},
                 {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "A-7"}]}]
                """));
    }

    @Test
    void every_value_that_is_missing_blank_or_of_no_use_is_named_at_once() {
        assertThat(refused(SHIPPED, values(Map.of("x", "?"), Map.of("1", " ", "3", "c"), Map.of("2", "call"))))
                .containsExactlyInAnyOrder(
                        "/headerParams/1 PARAM_MISSING",
                        "/headerParams/x PARAM_UNKNOWN",
                        "/templateParams/1 EMPTY",
                        "/templateParams/2 PARAM_MISSING",
                        "/templateParams/3 PARAM_UNKNOWN",
                        "/buttonParams/1 PARAM_MISSING",
                        "/buttonParams/2 PARAM_UNKNOWN");
    }

    @Test
    void a_template_without_places_takes_no_values() {
        TemplateText plain = body("Hola.");

        assertThat(plain.fill(TemplateValues.NONE).components()).isEmpty();
        assertThat(refused(plain, TemplateValues.ofBody(Map.of("1", "Ana"))))
                .containsExactly("/templateParams/1 PARAM_NOT_WANTED");
    }

    @Test
    void named_places_are_sent_with_their_names_in_the_order_they_appear() {
        TemplateText named = body("{{season}} para {{name}}, {{season}}");

        assertThat((JsonNode) named.fill(TemplateValues.ofBody(Map.of("name", "Ana", "season", "Verano")))
                        .components())
                .isEqualTo(Json.read("""
                        [{"type": "body", "parameters": [
                          {"type": "text", "text": "Verano", "parameter_name": "season"},
                          {"type": "text", "text": "Ana", "parameter_name": "name"}]}]
                        """));
        assertThat(refused(named, TemplateValues.ofBody(Map.of("1", "Ana", "2", "Verano"))))
                .contains("/templateParams/name PARAM_MISSING", "/templateParams/1 PARAM_UNKNOWN");
    }

    @Test
    void numbers_are_sent_in_their_order_not_in_that_of_the_text() {
        TemplateText many = body("{{10}} {{2}} {{1}} {{3}} {{4}} {{5}} {{6}} {{7}} {{8}} {{9}}");

        assertThat(many.needs().body()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    }

    @Test
    void what_a_value_holds_is_never_taken_for_a_place() {
        TemplateText.Filled filled =
                body("{{1}} y {{2}}").fill(TemplateValues.ofBody(Map.of("1", "{{2}} $1 \\", "2", "{{1}}")));

        assertThat(filled.text()).isEqualTo("{{2}} $1 \\ y {{1}}");
    }

    @Test
    void a_header_that_is_a_picture_takes_a_picture() {
        TemplateText picture = TemplateText.of(Json.read("""
                [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Hola"}]
                """));
        Media image = new Media(Media.Kind.IMAGE, "https://example.com/a.png", null, null);

        assertThat(picture.needs().media()).isEqualTo("image");
        assertThat((JsonNode) picture.fill(media(image)).components()).isEqualTo(Json.read("""
                [{"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.png"}}]}]
                """));
        assertThat(refused(picture, TemplateValues.NONE)).containsExactly("/headerMedia PARAM_MISSING");
        assertThat(refused(picture, media(new Media(Media.Kind.VIDEO, "http://example.com/a.mp4", "with words", null))))
                .containsExactlyInAnyOrder(
                        "/headerMedia NOT_ALLOWED",
                        "/headerMedia/caption NOT_WITH_THIS_MEDIA",
                        "/headerMedia/link LINK_NOT_HTTPS");
        assertThat(refused(body("Hola"), media(image))).containsExactly("/headerMedia PARAM_NOT_WANTED");
    }

    @Test
    void money_and_dates_are_sent_as_what_they_are() {
        TemplateValues values = new TemplateValues(
                Map.of(),
                null,
                Map.of(
                        "1", new TemplateParameter.Currency("$ 12.500", "COP", 12_500_000),
                        "2", new TemplateParameter.DateTime("3 de mayo")),
                Map.of());
        TemplateText.Filled filled = body("{{1}} hasta el {{2}}").fill(values);

        assertThat(filled.text()).isEqualTo("$ 12.500 hasta el 3 de mayo");
        assertThat(filled.components()
                        .at("/0/parameters/0/currency/amount_1000")
                        .longValue())
                .isEqualTo(12_500_000);
        assertThat(filled.components()
                        .at("/0/parameters/1/date_time/fallback_value")
                        .textValue())
                .isEqualTo("3 de mayo");
    }

    @Test
    void what_reads_too_long_is_refused_and_not_cut() {
        assertThat(refused(body("{{1}}!"), TemplateValues.ofBody(Map.of("1", "x".repeat(1024)))))
                .containsExactly("/templateParams LENGTH_AT_MOST");
        assertThat(body("{{1}}!")
                        .fill(TemplateValues.ofBody(Map.of("1", "x".repeat(1023))))
                        .text())
                .hasSize(1024);
        assertThat(refused(SHIPPED, values(Map.of("1", "x".repeat(60)), Map.of("1", "a", "2", "b"), Map.of("1", "c"))))
                .containsExactly("/headerParams LENGTH_AT_MOST");
    }

    @Test
    void codes_to_copy_and_one_time_passwords_need_their_value() {
        TemplateText code = TemplateText.of(Json.read("""
                [{"type": "BODY", "text": "Hola"},
                 {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "X"}, {"type": "OTP", "otp_type": "COPY_CODE"}]}]
                """));

        assertThat(code.needs().buttons()).containsExactly("0", "1");
        assertThat(code.fill(values(Map.of(), Map.of(), Map.of("0", "SALE", "1", "123456")))
                        .components())
                .extracting(button -> button.path("sub_type").asText() + " "
                        + button.at("/parameters/0/type").asText())
                .containsExactly("copy_code coupon_code", "url text");
    }

    @Test
    void kinds_that_are_not_known_are_refused_and_not_guessed() {
        for (String components : List.of(
                "[{\"type\": \"CAROUSEL\"}]",
                "[{\"type\": \"HEADER\", \"format\": \"LOCATION\"}]",
                "[{\"type\": \"BUTTONS\", \"buttons\": [{\"type\": \"MPM\"}]}]")) {
            assertThatThrownBy(() -> TemplateText.of(Json.read(components)))
                    .isInstanceOfSatisfying(
                            ToolFailure.class,
                            failure -> assertThat(failure.code()).isEqualTo("TEMPLATE_UNSUPPORTED"));
        }
    }

    private static TemplateText body(String text) {
        return TemplateText.of(Json.tree(List.of(Map.of("type", "BODY", "text", text))));
    }

    private static TemplateValues media(Media media) {
        return new TemplateValues(Map.of(), media, Map.of(), Map.of());
    }

    private static TemplateValues values(
            Map<String, String> header, Map<String, String> body, Map<String, String> buttons) {
        return new TemplateValues(TemplateValues.texts(header), null, TemplateValues.texts(body), buttons);
    }

    private static List<String> refused(TemplateText template, TemplateValues values) {
        ToolFailure failure = catchThrowableOfType(ToolFailure.class, () -> template.fill(values));
        assertThat(failure.code()).isEqualTo("TEMPLATE_PARAMS_MISMATCH");
        return failure.violations().stream().map(TemplateTextTest::line).toList();
    }

    private static String line(Violation violation) {
        return violation.field() + " " + violation.code();
    }
}
