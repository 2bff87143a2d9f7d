package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.WrongUsage;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchFileTest {
    private static final String CALL = "{\"tool\": \"crm.tag.add\", \"inputs\": {}}";

    @Test
    void a_file_is_read_as_it_is_written() {
        ObjectNode batch = read("""
                {"atomic": false, "on_error": "continue", "isolation": "steps", "dry_run": true, "allow_irreversible": true,
                 "batch_id": "3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f", "agent_session_id": "3F2B8C1E-9D4A-4C57-8E21-0A6B7C9D1E2F",
                 "workspace_id": "acme",
                 "calls": [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "n": 1.10, "big": 12345678901234567890}}]}
                """);

        assertThat(Values.json(batch))
                .isEqualTo(
                        "{\"atomic\":false,\"on_error\":\"continue\",\"isolation\":\"steps\",\"dry_run\":true,"
                                + "\"allow_irreversible\":true,\"batch_id\":\"3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f\","
                                + "\"agent_session_id\":\"3F2B8C1E-9D4A-4C57-8E21-0A6B7C9D1E2F\",\"workspace_id\":\"acme\","
                                + "\"calls\":[{\"tool\":\"crm.contact.create\",\"inputs\":{\"name\":\"Ana\",\"n\":1.10,\"big\":12345678901234567890}}]}");
    }

    @Test
    void a_bare_list_is_read_as_calls() {
        assertThat(Values.json(read("[" + CALL + "]")))
                .isEqualTo("{\"calls\":[{\"tool\":\"crm.tag.add\",\"inputs\":{}}]}");
    }

    @Test
    void a_call_without_inputs_has_none() {
        assertThat(Values.json(read("[{\"tool\": \"crm.contact.list\"}]")))
                .isEqualTo("{\"calls\":[{\"tool\":\"crm.contact.list\",\"inputs\":{}}]}");
    }

    @Test
    void an_unknown_key_is_refused_with_the_nearest_known_one_and_its_place() {
        refused("{\"calls\": [\n  {\"toool\": \"crm.tag.add\", \"inputs\": {}}],\n \"atomc\": true}")
                .isEqualTo("""
                        batch.json can't be used, and nothing was run:
                          line 3, column 2, /atomc: unknown key; did you mean 'atomic'?
                          line 2, column 4, /calls/0/toool: unknown key; did you mean 'tool'?
                          line 2, column 3, /calls/0: the key 'tool' is missing""");
    }

    @Test
    void an_unknown_key_far_from_any_is_refused_with_the_known_ones() {
        refused("[{\"tool\": \"a\", \"inputs\": {}, \"zzzzzzzz\": 1}]")
                .contains("/0/zzzzzzzz: unknown key; known are inputs, tool");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "atomic             | \"yes\"        | true or false is expected, not 'yes'",
                "atomic             | null           | true or false is expected, not null",
                "dry_run            | 1              | true or false is expected, not a number",
                "allow_irreversible | []             | true or false is expected, not a list",
                "on_error           | \"skip\"       | 'stop' or 'continue' is expected, not 'skip'",
                "isolation          | {}             | 'steps' or 'transaction' is expected, not an object",
                "batch_id           | \"1-1-1-1-1\"  | a UUID such as",
                "batch_id           | \"3f2b8c1e9d4a4c578e210a6b7c9d1e2f\" | a UUID such as",
                "agent_session_id   | \"3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f \" | a UUID such as",
                "agent_session_id   | 7              | a UUID such as",
                "workspace_id       | \"Not A Slug\" | a workspace's id (a UUID) or slug is expected",
                "on_error           | \"continue\"   | going on after an error needs \"atomic\": false",
            })
    void a_wrong_value_is_refused_at_its_place(String key, String value, String problem) {
        refused("{\"" + key + "\": " + value + ", \"calls\": [" + CALL + "]}")
                .contains("line 1, column 2, /" + key + ": " + problem);
    }

    @Test
    void one_transaction_is_all_or_nothing() {
        refused("{\"atomic\": false, \"isolation\": \"transaction\", \"calls\": [" + CALL + "]}")
                .contains("/isolation: one transaction is all or nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                                   | the document: the key 'calls' is missing",
                "{\"calls\": {}}                      | /calls: a list of calls is expected, not an object",
                "{\"calls\": []}                      | /calls: there are no calls",
                "[]                                   | the document: there are no calls",
                "[1]                                  | /0: a call is an object such as",
                "[[]]                                 | /0: a call is an object such as",
                "[{\"tool\": 1}]                      | /0/tool: a tool's name such as 'crm.contact.create' is expected, not a number",
                "[{\"tool\": \" \"}]                  | /0/tool: a tool's name",
                "[{\"tool\": \"a\", \"inputs\": []}]  | /0/inputs: an object is expected, not a list",
                "[{\"tool\": \"a\", \"inputs\": \"{}\"}] | /0/inputs: an object is expected, not '{}'",
                "\"calls\"                            | a batch is an object with 'calls', or a list of calls, not 'calls'",
                "7                                    | not a number",
                "null                                 | not null",
            })
    void a_wrong_shape_is_refused(String json, String problem) {
        refused(json).contains(problem);
    }

    @Test
    void a_thousand_calls_are_the_most() {
        String calls = (CALL + ",").repeat(BatchFile.MAX_CALLS - 1) + CALL;

        assertThat(read("[" + calls + "]").get("calls")).hasSize(1000);
        refused("[" + calls + "," + CALL + "]").contains("1001 calls; a batch has 1 to 1000");
    }

    @Test
    void a_thousand_problems_are_not_all_listed() {
        refused("[" + "7,".repeat(999) + "7]")
                .contains("line 1, column 2, /0: ")
                .endsWith("and 980 more");
    }

    @Test
    void a_key_that_is_there_twice_is_refused() {
        refused("[{\"tool\": \"a\",\n \"inputs\": {\"x\": 1, \"x\": 2}}]")
                .isEqualTo("batch.json can't be read at line 2, column 21, /0/inputs/x: the key 'x' is there twice.");
    }

    @Test
    void a_key_that_is_there_twice_deep_inside_is_refused() {
        refused("[{\"tool\": \"a\", \"inputs\": {\"x\": {\"y\": [{\"z\": 1, \"z\": 1}]}}}]")
                .contains("/0/inputs/x/y/0/z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\r\n", "\uFEFF", "\uFEFF \n"})
    void an_empty_file_is_called_empty(String text) {
        refused(text).isEqualTo("batch.json is empty; JSON is expected.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[",
                "[" + CALL,
                "[" + CALL + "]]",
                "[" + CALL + "] x",
                "[" + CALL + "][]",
                "{'calls': []}",
                "{calls: []}",
                "[" + CALL + ",]",
                "// no\n[]",
                "[NaN]",
                "[+1]",
                "[.5]",
                "[01]",
                "nul",
                "[tru]",
                "[\"\\x\"]",
                "[\"\n\"]",
                "[\"\\ud8\"]",
                "\u0000",
                "[\"\u0000\"]",
                "-",
                "\"",
                "}",
                ","
            })
    void what_is_not_json_is_refused_with_line_and_column(String json) {
        refused(json).startsWith("batch.json can't be read at line ").contains(", column ");
    }

    @Test
    void a_syntax_error_says_where_it_is() {
        refused("{\"calls\": [\n  {\"tool\": }\n]}")
                .startsWith("batch.json can't be read at line 2, column 12: not valid JSON: ");
    }

    @Test
    void a_byte_order_mark_is_skipped() {
        assertThat(read("\uFEFF[" + CALL + "]").get("calls")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1"})
    void other_encodings_are_refused(String encoding) {
        byte[] bytes = "[{\"tool\": \"ñandú\"}]".getBytes(Charset.forName(encoding));

        assertThatThrownBy(() -> BatchFile.read("batch.json", bytes)).isInstanceOf(WrongUsage.class);
    }

    @Test
    void what_is_not_utf_8_is_said_with_the_byte() {
        byte[] bytes = "[\"ñ\"]".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> BatchFile.read("batch.json", bytes))
                .hasMessage("batch.json is not UTF-8: the first byte that isn't is number 3.");
        assertThatThrownBy(() -> BatchFile.read("batch.json", "[]".getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("it looks like UTF-16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "a\\u0000b"})
    void an_escaped_nul_is_refused_at_its_place(String text) {
        refused("[{\"tool\": \"a\", \"inputs\": {\"name\": \"" + text + "\"}}]")
                .contains("/0/inputs/name: a NUL character (\\u0000), which can't be kept");
        refused("[{\"tool\": \"a\", \"inputs\": {\"" + text + "\": 1}}]").contains("a NUL character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "x\\udc00", "\\udc00\\ud800"})
    void half_a_surrogate_pair_is_refused(String text) {
        refused("[{\"tool\": \"a\", \"inputs\": {\"name\": \"" + text + "\"}}]").contains("half of a surrogate pair");
    }

    @Test
    void a_whole_surrogate_pair_is_a_character() {
        assertThat(read("[{\"tool\": \"a\", \"inputs\": {\"name\": \"\\ud83d\\ude00\"}}]")
                        .at("/calls/0/inputs/name")
                        .asText())
                .isEqualTo("\uD83D\uDE00");
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 1000, 100_000})
    void too_deep_is_refused(int depth) {
        refused("[".repeat(depth) + "]".repeat(depth)).contains("too deep or too long: at most 64 levels");
        refused("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).contains("too deep or too long");
    }

    @Test
    void deep_enough_is_read() {
        String inputs = "[".repeat(61) + "]".repeat(61);

        assertThat(read("[{\"tool\": \"a\", \"inputs\": {\"x\": " + inputs.substring(1, inputs.length() - 1) + "}}]")
                        .get("calls"))
                .hasSize(1);
    }

    @Test
    void ten_megabytes_are_too_many() {
        refused("[\"" + "x".repeat(10 << 20) + "\"]")
                .isEqualTo("batch.json is larger than 1 MiB, which is the most that is read.");
    }

    @Test
    void a_long_string_and_a_long_number_are_refused() {
        refused("[{\"tool\": \"a\", \"inputs\": {\"x\": \"" + "x".repeat(65_537) + "\"}}]")
                .contains("too deep or too long");
        refused("[{\"tool\": \"a\", \"inputs\": {\"x\": " + "9".repeat(1001) + "}}]")
                .contains("too deep or too long");
        refused("[{\"tool\": \"a\", \"inputs\": {\"" + "x".repeat(1025) + "\": 1}}]")
                .contains("too deep or too long");
    }

    @Test
    void a_number_with_an_absurd_exponent_does_no_harm() {
        assertThat(Values.json(read("[{\"tool\": \"a\", \"inputs\": {\"x\": 1e999999}}]")))
                .contains("1E+999999");
        refused("[{\"tool\": \"a\", \"inputs\": {\"x\": 1e99999999999}}]").contains("can't be read");
    }

    @Test
    void names_with_slashes_and_control_characters_are_shown_harmlessly() {
        refused("[{\"a/b~\\u001b[31m\": 1, \"tool\": \"a\"}]")
                .contains("/0/a~1b~0[31m: unknown key")
                .doesNotContain("\u001b");
    }

    @Test
    void any_damage_to_a_good_file_is_read_or_refused_but_never_a_defect() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] good = Story.bundled(Story.TWO_CONTACTS);

        for (int i = 0; i < 5000; i++) {
            byte[] damaged = good.clone();
            for (int hits = random.nextInt(4) + 1; hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(BatchFile.read("damaged.json", damaged).get("calls")).isNotEmpty();
            } catch (WrongUsage expected) {
                assertThat(expected).hasMessageStartingWith("damaged.json");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(damaged, StandardCharsets.UTF_8), e);
            }
        }
    }

    private static ObjectNode read(String json) {
        return BatchFile.read("batch.json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static AbstractStringAssert<?> refused(String json) {
        try {
            read(json);
        } catch (WrongUsage e) {
            return assertThat(String.valueOf(e.getMessage()));
        }
        throw new AssertionError("It was read: " + Texts.cut(json, 200));
    }
}
