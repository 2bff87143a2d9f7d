package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":1}}",
                "{\"a\":1} {}",
                "{\"a\":1,\"a\":2}",
                "{'a':1}",
                "{a:1}",
                "[1,]",
                "NaN",
                "Infinity",
                "01",
                "+1",
                ".5",
                "// c\n{}",
                "\"\t\"",
                "tru",
                "\uFEFF{}"
            })
    void what_is_not_json_is_refused_with_its_place(String text) {
        ToolFailure refused = refusal(text);

        assertThat(refused.code()).isEqualTo("INVALID_JSON");
        assertThat(refused.args()).containsKeys("line", "column");
        assertThat(refusal(text.getBytes(StandardCharsets.UTF_8)).code()).isEqualTo("INVALID_JSON");
    }

    @Test
    void a_document_may_be_a_mebibyte_and_not_a_byte_more() {
        String items = "\"" + "a".repeat(60_000) + "\",";
        String most =
                "[" + items.repeat(17) + "\"" + "a".repeat(Json.MAX_DOCUMENT_BYTES - 17 * items.length() - 4) + "\"]";

        assertThat(most).hasSize(Json.MAX_DOCUMENT_BYTES);
        assertThat(Json.read(most)).hasSize(18);
        assertThat(Json.read(most.getBytes(StandardCharsets.UTF_8))).hasSize(18);
        assertThat(refusal(most + " ").code()).isEqualTo("INPUT_TOO_LARGE");
        assertThat(refusal((most + " ").getBytes(StandardCharsets.UTF_8)).code())
                .isEqualTo("INPUT_TOO_LARGE");
        assertThat(refusal("[\"" + "ñ".repeat(600_000) + "\"]").code()).isEqualTo("INPUT_TOO_LARGE");
    }

    @Test
    void strings_names_and_depth_are_bounded() {
        assertThat(Json.read("\"" + "a".repeat(Json.MAX_STRING_CHARS) + "\"").textValue())
                .hasSize(Json.MAX_STRING_CHARS);
        assertThat(refusal("\"" + "a".repeat(Json.MAX_STRING_CHARS + 1) + "\"").code())
                .isEqualTo("INPUT_TOO_LARGE");
        assertThat(refusal("\"" + "a".repeat(1 << 20) + "\"").code()).isEqualTo("INPUT_TOO_LARGE");
        assertThat(refusal("{\"" + "a".repeat(2000) + "\":1}").code()).isEqualTo("INPUT_TOO_LARGE");
        assertThat(Json.read("[".repeat(64) + "]".repeat(64))).hasSize(1);
        assertThat(refusal("[".repeat(65) + "]".repeat(65)).code()).isEqualTo("INPUT_TOO_LARGE");
        assertThat(refusal("{\"a\":".repeat(1000) + "1" + "}".repeat(1000)).code())
                .isEqualTo("INPUT_TOO_LARGE");
        assertThat(refusal("[".repeat(100_000)).code()).isEqualTo("INPUT_TOO_LARGE");
    }

    @Test
    void a_hundred_thousand_names_are_read() {
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 100_000; i++) {
            many.append(i == 0 ? "" : ",")
                    .append("\"")
                    .append(Integer.toString(i, 36))
                    .append("\":1");
        }

        assertThat(Json.read(many.append("}").toString())).hasSize(100_000);
    }

    @Test
    void bytes_must_be_utf_8() {
        assertThat(refusal(new byte[] {'"', (byte) 0xC3, '"'}).code()).isEqualTo("NOT_UTF8");
        assertThat(refusal("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE)).code())
                .isEqualTo("INVALID_JSON");
    }

    @Test
    void a_number_stays_the_number_that_was_written() {
        assertThat(Json.read("99999999999").longValue()).isEqualTo(99_999_999_999L);
        assertThat(Json.read("0.1").decimalValue()).isEqualTo(new BigDecimal("0.1"));
        assertThat(Json.read("1e400").decimalValue()).isEqualTo(new BigDecimal("1e400"));
        assertThat(Json.read("9".repeat(100)).bigIntegerValue()).isEqualTo(new BigInteger("9".repeat(100)));
        assertThat(Json.write(Json.read("[1.10,100.0,0.1]"))).isEqualTo("[1.10,100.0,0.1]");
        assertThat(Json.write(Json.recorded("[1.10,100.0,0.1]"))).isEqualTo("[1.10,100.0,0.1]");
        assertThat(refusal("[1e99999999999]").code()).isEqualTo("NUMBER_TOO_LONG");
        assertThat(refusal("9".repeat(2000)).code()).isEqualTo("INPUT_TOO_LARGE");
    }

    @Test
    void a_record_of_ours_never_takes_another_value_than_was_written() {
        record Page(int page) {}

        for (String value : new String[] {"99999999999", "1.5", "1.0", "\"1\"", "null", "true"}) {
            JsonNode json = Json.read("{\"page\":" + value + "}");
            if (!value.equals("1.0")) {
                assertThatThrownBy(() -> Json.bind(json, Page.class))
                        .as(value)
                        .isInstanceOf(IllegalStateException.class);
            }
        }
        assertThatThrownBy(() -> Json.bind(Json.read("{\"page\":1,\"size\":2}"), Page.class))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_records_own_refusal_stays_a_refusal() {
        record Picky(String name) {
            Picky {
                if (name.isBlank()) {
                    throw ToolFailure.validation("NAME_REQUIRED");
                }
            }
        }

        assertThat(Json.bind(Json.tree(new Picky("Ana")), Picky.class)).isEqualTo(new Picky("Ana"));
        assertThatThrownBy(() -> Json.bind(Json.read("{\"name\":\"\"}"), Picky.class))
                .isInstanceOfSatisfying(
                        ToolFailure.class, failure -> assertThat(failure.code()).isEqualTo("NAME_REQUIRED"));
    }

    @Test
    void outputs_write_nulls_and_times_in_utc() {
        record Row(@Nullable String email, Instant at, BigDecimal total) {}

        assertThat(Json.write(Json.tree(new Row(null, Instant.parse("2026-01-31T15:04:05Z"), new BigDecimal("10.50")))))
                .isEqualTo("{\"email\":null,\"at\":\"2026-01-31T15:04:05Z\",\"total\":10.50}");
    }

    @Test
    void canonical_bytes_are_the_same_for_the_same_value() {
        String one = "{\"b\":[1,2.50,1e2,-0.0],\"a\":{\"y\":null,\"x\":\"ñ\"}}";
        String other = " {\"a\" : {\"x\":\"\\u00f1\",\"y\":null}, \"b\":[1.0,2.5,100,0]}";

        assertThat(Json.canonical(Json.read(one))).isEqualTo(Json.canonical(Json.read(other)));
        assertThat(new String(Json.canonical(Json.read(one)), StandardCharsets.US_ASCII))
                .isEqualTo("{\"a\":{\"x\":\"\\u00F1\",\"y\":null},\"b\":[1,2.5,100,0]}");
    }

    @Test
    void canonical_bytes_differ_for_different_values() {
        String[] different = {
            "1",
            "\"1\"",
            "1.1",
            "null",
            "[]",
            "{}",
            "[1]",
            "[[1]]",
            "1e40",
            "1e400",
            "1e999999999",
            "1e-999999999",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"?\"",
            "\"\\ufffd\"",
            "\"\\\\u0000\"",
            "\"é\"",
            "\"e\\u0301\"",
            "99999999999999999999",
            "99999999999999999998"
        };

        assertThat(Arrays.stream(different)
                        .map(text -> new String(Json.canonical(Json.read(text)), StandardCharsets.US_ASCII))
                        .distinct())
                .hasSize(different.length);
    }

    @Test
    void what_jsonb_refuses_is_found_with_its_place() {
        JsonNode json = Json.read(
                "{\"ok\":\"😀\",\"a/b\":[\"x\\u0000\",{\"~\":\"\\ud83d\"}],\"n\":1e400,\"k\\u0000\":1,\"t\":\"\\ude00\\ud83d\"}");

        assertThat(Json.unstorable(json))
                .extracting(Violation::field, Violation::code)
                .containsExactlyInAnyOrder(
                        tuple("/a~1b/0", "BROKEN_TEXT"),
                        tuple("/a~1b/1/~0", "BROKEN_TEXT"),
                        tuple("/n", "NUMBER_TOO_LONG"),
                        tuple("/k\\u0000", "BROKEN_TEXT"),
                        tuple("/t", "BROKEN_TEXT"));
    }

    @Test
    void storable_json_keeps_all_it_can_and_shows_the_rest() {
        JsonNode json = Json.read(
                "{\"a\":\"x\\u0000y\",\"a\\u0000\":1,\"a\\\\u0000\":2,\"n\":[1e400,1e999999999,0.10],\"s\":\"\\ud83d😀\\ude00\"}");

        JsonNode storable = Json.storable(json);

        assertThat(Json.unstorable(storable)).isEmpty();
        assertThat(storable)
                .isEqualTo(Json.read("{\"a\":\"x\\\\u0000y\",\"a\\\\u0000\":1,\"a\\\\u0000'\":2,"
                        + "\"n\":[\"1E+400\",\"1E+999999999\",0.10],\"s\":\"\\\\ud83d😀\\\\ude00\"}"));
        assertThat(Json.storable(storable)).isEqualTo(storable);
    }

    @Test
    void storable_leaves_the_original_as_it_was() {
        ObjectNode original = JsonNodeFactory.instance.objectNode().put("a", "\0");

        Json.storable(original);

        assertThat(original.path("a").textValue()).isEqualTo("\0");
        assertThat(Json.tree(Map.of("a", 1))).isEqualTo(Json.read("{\"a\":1}"));
    }

    private static ToolFailure refusal(String text) {
        return catchThrowableOfType(ToolFailure.class, () -> Json.read(text));
    }

    private static ToolFailure refusal(byte[] bytes) {
        return catchThrowableOfType(ToolFailure.class, () -> Json.read(bytes));
    }
}
