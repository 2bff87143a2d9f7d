package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.Received;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client of 360dialog against its stand-in, over real HTTP. */
final class Dialog360Test {
    private static final String SECRET = "stand-in-key";
    private static final VendorKey KEY = VendorKey.of(SECRET);
    private static final Duration LEFT = Duration.ofSeconds(10);
    private static final String ANA = "+573001234567";

    @SuppressWarnings("NullAway.Init")
    private StandIn vendor;

    @SuppressWarnings("NullAway.Init")
    private Dialog360 client;

    @BeforeEach
    void start() throws IOException {
        vendor = StandIn.start(StandIn.Options.USUAL);
        client = new Dialog360(vendor.url());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        vendor.close();
    }

    @Test
    void a_message_goes_out_with_its_key_and_comes_back_with_an_id() {
        Sent sent = send(KEY, ANA);

        Received received = vendor.received().get(0);
        assertThat(sent).isInstanceOfSatisfying(Sent.Accepted.class, taken -> {
            assertThat(taken.wamid()).isEqualTo(vendor.taken().get(0).wamid());
            assertThat(taken.waId()).isEqualTo("573001234567");
        });
        assertThat(received.method() + " " + received.path()).isEqualTo("POST /messages");
        assertThat(received.key()).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "0, external_api_error, PROVIDER_AUTH_FAILED, false",
        "190, external_api_error, PROVIDER_AUTH_FAILED, false",
        "10, external_api_error, PROVIDER_AUTH_FAILED, false",
        "200, external_api_error, PROVIDER_AUTH_FAILED, false",
        "299, external_api_error, PROVIDER_AUTH_FAILED, false",
        "4, external_api_error, PROVIDER_RATE_LIMITED, true",
        "80007, external_api_error, PROVIDER_RATE_LIMITED, true",
        "130429, external_api_error, PROVIDER_RATE_LIMITED, true",
        "131056, external_api_error, PROVIDER_RATE_LIMITED, true",
        "100, validation_error, VALIDATION_ERROR, false",
        "131008, validation_error, VALIDATION_ERROR, false",
        "131009, validation_error, VALIDATION_ERROR, false",
        "131026, external_api_error, RECIPIENT_UNREACHABLE, false",
        "131047, precondition_failed, WINDOW_CLOSED, false",
        "131048, external_api_error, RECIPIENT_UNREACHABLE, false",
        "131049, external_api_error, RECIPIENT_UNREACHABLE, false",
        "131050, external_api_error, RECIPIENT_UNREACHABLE, false",
        "130472, external_api_error, RECIPIENT_UNREACHABLE, false",
        "131031, external_api_error, PROVIDER_AUTH_FAILED, false",
        "368, external_api_error, PROVIDER_AUTH_FAILED, false",
        "130497, external_api_error, PROVIDER_AUTH_FAILED, false",
        "131042, external_api_error, PROVIDER_BILLING, false",
        "131051, validation_error, VALIDATION_ERROR, false",
        "131052, validation_error, VALIDATION_ERROR, false",
        "131053, validation_error, VALIDATION_ERROR, false",
        "132000, validation_error, TEMPLATE_PARAMS_MISMATCH, false",
        "132012, validation_error, TEMPLATE_PARAMS_MISMATCH, false",
        "132001, not_found, TEMPLATE_NOT_FOUND, false",
        "132015, external_api_error, TEMPLATE_PAUSED, false",
        "132016, external_api_error, TEMPLATE_PAUSED, false",
        "999999, external_api_error, SEND_FAILED, false"
    })
    void a_code_of_metas_list_is_a_refusal_of_ours(int vendorCode, String type, String code, boolean retryable) {
        vendor.next(Fault.code(vendorCode));

        ToolFailure failure = rejected(send(KEY, ANA));

        assertThat(failure.type().wire()).isEqualTo(type);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(vendor.taken()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 131_000, 131_016})
    void a_failure_that_whatsapp_cannot_name_leaves_the_outcome_open(int code) {
        vendor.next(Fault.code(code));

        assertThat(send(KEY, ANA)).isInstanceOf(Sent.Unknown.class);
    }

    @ParameterizedTest
    @CsvSource({
        "invalid-key, PROVIDER_AUTH_FAILED",
        "disabled-key, PROVIDER_AUTH_FAILED",
        "unpaid-key, PROVIDER_BILLING"
    })
    void what_360dialog_says_in_its_own_way_is_understood(String key, String code) {
        assertThat(rejected(send(VendorKey.of(key), ANA)).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "+573000131047, WINDOW_CLOSED",
        "+573000131026, RECIPIENT_UNREACHABLE",
        "+573000131056, PROVIDER_RATE_LIMITED"
    })
    void the_details_hold_codes_and_nothing_of_the_message(String phone, String code) {
        ToolError error = Messages.render(rejected(send(KEY, phone)), Locale.ENGLISH);

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.details()).isNotNull();
        assertThat(Json.write(Json.tree(error)))
                .contains("provider_code", "http_status")
                .doesNotContain(phone, phone.substring(1), SECRET, "Hola");
    }

    @Test
    void the_pause_between_messages_to_one_person_is_told() {
        vendor.pairLimit(Duration.ofHours(1));
        assertThat(send(KEY, ANA)).isInstanceOf(Sent.Accepted.class);

        ToolError error = Messages.render(rejected(send(KEY, ANA)), Locale.ENGLISH);

        assertThat(error.retryable()).isTrue();
        assertThat(Json.tree(error).at("/details/retry_after_seconds").intValue())
                .isEqualTo(6);
        assertThat(send(KEY, "+573009999999")).isInstanceOf(Sent.Accepted.class);
    }

    @Test
    void a_message_that_came_in_can_be_marked_as_read() {
        String wamid = vendor.inbound(SECRET, ANA, "Hola");

        assertThat(client.markRead(KEY, wamid, LEFT)).isEqualTo(new Sent.Accepted(wamid, null));
        assertThat(client.markRead(KEY, wamid, LEFT)).isEqualTo(new Sent.Accepted(wamid, null));
        assertThat(rejected(client.markRead(KEY, "wamid.nobody", LEFT)).code()).isEqualTo("VALIDATION_ERROR");
        assertThat(vendor.taken()).isEmpty();
    }

    @Test
    void templates_are_listed_page_after_page() {
        for (int i = 0; i < 600; i++) {
            vendor.template(template("many_" + i));
        }

        List<JsonNode> templates = client.templates(KEY, LEFT);

        assertThat(templates).hasSizeGreaterThan(600).doesNotHaveDuplicates();
        assertThat(vendor.received()).extracting(Received::path).startsWith("/v1/configs/templates?limit=250");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER_ERROR", "GARBAGE", "CUT", "CLOSE", "HALF_OPEN"})
    void a_list_that_does_not_come_is_a_service_that_is_not_there(Fault.Kind kind) {
        vendor.next(Fault.of(kind));

        ToolFailure failure =
                catchThrowableOfType(ToolFailure.class, () -> client.templates(KEY, Duration.ofSeconds(1)));

        assertThat(failure.code()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(failure.retryable()).isTrue();
        assertThat(client.templates(KEY, LEFT)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://waba-v2.360dialog.io",
                "http://10.0.0.1",
                "https://ana:secret@waba.example",
                "https://waba.example/?a=b",
                "https://waba.example/#a",
                "ftp://waba.example",
                "waba.example",
                ""
            })
    void it_speaks_https_alone_but_on_this_machine(String address) {
        assertThat(Dialog360.possible(address)).isFalse();
        assertThatThrownBy(() -> new Dialog360(address).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void the_address_may_have_a_path() throws IOException {
        assertThat(Dialog360.possible(Dialog360.ADDRESS)).isTrue();
        try (Dialog360 below = new Dialog360(vendor.url() + "/proxy/")) {
            assertThat(below.send(KEY, body(ANA), LEFT)).isInstanceOf(Sent.Rejected.class);
            assertThat(vendor.received()).extracting(Received::path).containsExactly("/proxy/messages");
        }
    }

    private Sent send(VendorKey key, String phone) {
        return client.send(key, body(phone), LEFT);
    }

    private static ObjectNode body(String phone) {
        return MessageBody.text(new MessageBody.To(phone, UUID.randomUUID(), null), "Hola", false);
    }

    private static ToolFailure rejected(Sent sent) {
        assertThat(sent).isInstanceOf(Sent.Rejected.class);
        return ((Sent.Rejected) sent).failure();
    }

    private static ObjectNode template(String name) {
        return (ObjectNode) Json.read("{\"name\": \"" + name + "\", \"language\": \"es\", \"status\": \"APPROVED\","
                + " \"components\": [{\"type\": \"BODY\", \"text\": \"Hola\"}]}");
    }
}
