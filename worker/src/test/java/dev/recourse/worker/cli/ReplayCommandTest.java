package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code recourse replay} with a history in a file: what it says, to whom, and what it keeps to itself. */
final class ReplayCommandTest {
    private static final Path HISTORIES = Path.of("src", "test", "resources", "histories");
    private static final String PERSONAL = "Zoraida";

    private final JsonMapper json = JsonMapper.builder().build();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path folder = Path.of("");
    private byte[] input = {};

    @BeforeEach
    void folderIsHere(@TempDir Path temporary) {
        folder = temporary;
    }

    @Test
    void a_history_that_replays_cleanly_is_said_to_with_its_type_id_and_events() throws IOException {
        assertThat(run(history("batch-rolled-back"))).isZero();

        assertThat(out())
                .startsWith("Replays cleanly  ToolBatch\n")
                .containsPattern("workflow  a/batch/[0-9a-f-]{36}\n")
                .containsPattern("run       [0-9a-f-]{36}\n")
                .contains("events    44\n");
    }

    @Test
    void the_same_as_json() throws IOException {
        assertThat(run(history("call-refused"), "-o", "json")).isZero();

        JsonNode answer = json.readTree(out());
        assertThat(answer.properties().stream().map(Map.Entry::getKey))
                .containsExactly("status", "workflow_type", "workflow_id", "run_id", "events", "closed");
        assertThat(answer.path("status").asText()).isEqualTo("replayed");
        assertThat(answer.path("workflow_type").asText()).isEqualTo("ToolCall");
        assertThat(answer.path("events").asInt()).isEqualTo(11);
        assertThat(answer.path("closed").asBoolean()).isTrue();
    }

    @Test
    void a_workflow_that_is_not_over_replays_as_far_as_it_is() throws IOException {
        assertThat(run(history("batch-open"))).isZero();

        assertThat(out()).startsWith("Replays cleanly  ToolBatch\n").contains("events    23, still open\n");
    }

    @Test
    void a_history_that_the_code_does_not_follow_shows_where_and_what() throws IOException {
        Path file = changed("batch-applied", event(11), "crm.contact.create", "crm.contact.delete");

        assertThat(run(file.toString())).isEqualTo(1);

        assertThat(out())
                .startsWith("Diverges at event 11  ToolBatch\n")
                .contains("the history has  ActivityTaskScheduled crm.contact.delete\n")
                .contains("today's code     asks for ActivityTaskScheduled crm.contact.create\n");
        assertThat(run(file.toString(), "-o", "json")).isEqualTo(1);
        assertThat(json.readTree(out()).path("divergence")).isEqualTo(json.readTree("""
                {"event_id": 11,
                 "history": {"event": "ActivityTaskScheduled", "type": "crm.contact.delete"},
                 "code": {"event": "ActivityTaskScheduled", "type": "crm.contact.create"}}
                """));
    }

    @Test
    void a_history_that_goes_on_where_the_code_has_ended_says_so() throws IOException {
        ArrayNode events = events("call-applied");
        ObjectNode again = events.get(4).deepCopy();
        again.put("eventId", "12");
        events.add(again);

        assertThat(run(file(events).toString())).isEqualTo(1);

        assertThat(out())
                .startsWith("Diverges at event 12  ToolCall\n")
                .contains("today's code     asks for nothing there\n");
    }

    @Test
    void code_that_throws_is_named_by_the_class_of_what_it_throws() throws IOException {
        ArrayNode events = events("call-applied");
        payload(events.get(6)).put("data", base64(PERSONAL + " is no JSON"));

        assertThat(run(file(events).toString())).isEqualTo(1);

        assertThat(out()).contains("today's code     fails: com.fasterxml.jackson.core.JsonParseException\n");
        assertNothingPersonal();
    }

    @Test
    void what_the_workflow_was_called_with_is_in_no_text() throws IOException {
        ArrayNode events = events("call-applied");
        payload(events.get(4)).put("data", base64("{\"name\": \"" + PERSONAL + "\"}"));
        payload(events.get(6)).put("data", base64("{\"status\": \"success\", \"for_user\": \"" + PERSONAL + "\"}"));
        for (String form : new String[] {"table", "json"}) {
            for (int last = 4; last < 11; last++) {
                ArrayNode odd = events.deepCopy();
                ((ObjectNode) odd.get(last)).put("eventType", "EVENT_TYPE_TIMER_STARTED");
                assertThat(run(file(odd).toString(), "-o", form)).isBetween(0, 2);
                assertNothingPersonal();
            }
        }
    }

    @Test
    void types_of_events_may_be_short_as_older_tools_write_them() throws IOException {
        ArrayNode events = events("batch-rolled-back");
        events.forEach(event -> ((ObjectNode) event)
                .put(
                        "eventType",
                        Arrays.stream(event.path("eventType").asText().split("_"))
                                .skip(2)
                                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining())));

        assertThat(run(file(events).toString())).isZero();
    }

    @Test
    void a_bare_list_of_events_and_what_the_server_answers_are_read_too() throws IOException {
        ArrayNode events = events("call-dry-run");

        input = bytes(events.toString());
        assertThat(run("-")).isZero();
        input = bytes("{\"history\": {\"events\": " + events + "}, \"archived\": false}");
        assertThat(run("-")).isZero();
    }

    @Test
    void what_a_newer_server_adds_is_passed_over() throws IOException {
        ArrayNode events = events("call-applied");
        events.forEach(event -> ((ObjectNode) event).put("mood", "good"));

        assertThat(run(file(events).toString())).isZero();
    }

    @Test
    void a_workflow_that_is_none_of_ours_is_wrong_usage() throws IOException {
        Path file = changed("call-applied", event(1), "ToolCall", "Welcome");

        assertThat(run(file.toString(), "-o", "json")).isEqualTo(2);

        assertThat(out()).isEmpty();
        assertThat(err()).contains("of type 'Welcome'", "Rollback, ToolBatch, ToolCall", "RecoursePlugin.client");
    }

    @Test
    void what_is_no_history_is_wrong_usage_without_a_word_of_it() throws IOException {
        ArrayNode gap = events("call-applied");
        gap.remove(3);
        ArrayNode decoded = events("call-applied");
        ((ArrayNode) decoded.get(0).at("/workflowExecutionStartedEventAttributes/input/payloads"))
                .set(0, json.createObjectNode().put("name", PERSONAL));
        ArrayNode odd = events("call-applied");
        ((ObjectNode) odd.get(1)).put("eventTime", PERSONAL);
        ArrayNode headless = events("call-applied");
        ((ObjectNode) headless.get(0)).put("eventType", "EVENT_TYPE_TIMER_STARTED");

        refused("{\"events\": [" + PERSONAL, "is no JSON at line 1, column ");
        refused("", "has no events.");
        refused("{\"name\": \"" + PERSONAL + "\"}", "has no events.");
        refused("[]", "has no events.");
        refused("[\"" + PERSONAL + "\"]", "not a workflow's history.");
        refused(gap.toString(), "is not a whole history: event 4 is missing.");
        refused(decoded.toString(), "'Decode Event History' switched off");
        refused(odd.toString(), "not a workflow's history.");
        refused(headless.toString(), "does not begin with the start of a workflow.");
    }

    private void refused(String file, String why) {
        input = bytes(file);
        assertThat(run("-")).as(file).isEqualTo(2);
        assertThat(err()).startsWith("recourse replay: standard input ").contains(why);
        assertThat(out()).isEmpty();
        assertNothingPersonal();
    }

    @Test
    void nothing_is_left_in_the_home() throws IOException {
        assertThat(run(history("batch-stuck"))).isZero();

        assertThat(folder.resolve("home")).doesNotExist();
    }

    private static String history(String name) {
        return HISTORIES.resolve(name + ".json").toString();
    }

    private ArrayNode events(String name) throws IOException {
        return (ArrayNode)
                json.readTree(Files.readString(Path.of(history(name)))).path("events");
    }

    private static int event(int id) {
        return id - 1;
    }

    /** The history with another word in one event. */
    private Path changed(String name, int at, String word, String other) throws IOException {
        ArrayNode events = events(name);
        String event = events.get(at).toString();
        assertThat(event).contains('"' + word + '"');
        events.set(at, json.readTree(event.replace('"' + word + '"', '"' + other + '"')));
        return file(events);
    }

    private Path file(ArrayNode events) throws IOException {
        return Files.writeString(folder.resolve("history"), "{\"events\": " + events + "}");
    }

    private static ObjectNode payload(JsonNode event) {
        return (ObjectNode) event.findParents("data").get(0);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void assertNothingPersonal() {
        assertThat(out() + err())
                .doesNotContain(PERSONAL)
                .doesNotContain(base64(PERSONAL).substring(0, 6));
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        Map<String, String> environment =
                Map.of("RECOURSE_HOME", folder.resolve("home").toString());
        World world = new World(
                new ByteArrayInputStream(input),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                new Terminal(false, false, environment));
        return Cli.run(
                world,
                Stream.concat(Stream.of("replay"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
