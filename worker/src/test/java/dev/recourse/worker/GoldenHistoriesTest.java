package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Today's workflow code goes on with what it began on a real server before: each way that a workflow can go. */
final class GoldenHistoriesTest {

    static final Path FOLDER = Path.of("src", "test", "resources", "histories");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final EmbeddedTemporal TEMPORAL = EmbeddedTemporal.open();

    @AfterAll
    static void close() {
        TEMPORAL.close();
    }

    static Stream<Path> histories() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void it_replays_cleanly(Path history) throws IOException {
        JsonNode answer = replayed(history.toString(), events(history));

        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("replayed");
        assertThat(answer.path("workflow_id").asText()).isNotEmpty();
        assertThat(answer.path("closed").asBoolean()).isEqualTo(!history.endsWith("batch-open.json"));
    }

    @ParameterizedTest
    @MethodSource("histories")
    void with_another_activity_in_the_place_of_its_last_it_diverges_there(Path history) throws IOException {
        ArrayNode events = events(history);
        List<Integer> scheduled = scheduled(events);
        int last = scheduled.get(scheduled.size() - 1);
        type(events, last).put("name", "crm.contact.delete");

        JsonNode divergence = diverged(history, events);

        assertThat(divergence.path("event_id").asInt()).isEqualTo(last + 1);
        assertThat(divergence.at("/history/type").asText()).isEqualTo("crm.contact.delete");
        assertThat(divergence.at("/code/type").asText())
                .isEqualTo(type(events(history), last).path("name").asText());
    }

    @ParameterizedTest
    @MethodSource("histories")
    void with_two_activities_swapped_it_diverges_at_the_first(Path history) throws IOException {
        ArrayNode events = events(history);
        List<Integer> scheduled = scheduled(events);
        for (int i = 0; i + 1 < scheduled.size(); i++) {
            ObjectNode one = type(events, scheduled.get(i));
            ObjectNode other = type(events, scheduled.get(i + 1));
            if (!one.equals(other)) {
                String name = one.path("name").asText();
                one.set("name", other.path("name"));
                other.put("name", name);

                assertThat(diverged(history, events).path("event_id").asInt()).isEqualTo(scheduled.get(i) + 1);
                return;
            }
        }
        assertThat(scheduled.stream()
                        .map(at -> type(events, at).path("name").asText())
                        .distinct())
                .as("activities of one type")
                .hasSize(1);
    }

    /** The activity that would come next is then a different one, or none. */
    @ParameterizedTest
    @MethodSource("histories")
    void with_an_activity_taken_out_it_diverges(Path history) throws IOException {
        ArrayNode events = events(history);
        int first = scheduled(events).get(0);
        int end = IntStream.range(first, events.size())
                .filter(i -> is(events.get(i), "WORKFLOW_TASK_COMPLETED"))
                .findFirst()
                .orElseThrow();
        for (int i = end; i >= first; i--) {
            events.remove(i);
        }

        diverged(history, renumbered(events));
    }

    @Test
    void each_way_has_its_history_and_each_history_its_way() throws IOException {
        try (TestStack stack = TestStack.start()) {
            assertThat(histories().map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(new Ways(stack)
                            .all().keySet().stream().map(name -> name + ".json").toList());
        }
    }

    /** All that they hold was made up, and nothing says where they were recorded. */
    @ParameterizedTest
    @MethodSource("histories")
    void it_holds_no_trace_of_a_person_or_a_machine(Path history) throws IOException {
        ArrayNode events = events(history);

        assertThat(events.findValuesAsText("identity"))
                .allMatch(identity -> List.of("test", "history-service", "").contains(identity));
        assertThat(events.findValuesAsText("stackTrace")).isEmpty();
        for (String data : events.findValuesAsText("data")) {
            JsonNode payload = JSON.readTree(Base64.getDecoder().decode(data));
            assertThat(payload.findValuesAsText("name")).isSubsetOf(MADE_UP);
            assertThat(payload.findValuesAsText("phone")).allMatch(phone -> phone.matches("(\\+57)?3000000\\d{3}|1"));
        }
        assertThat(Files.size(history)).isLessThan(64 << 10);
    }

    private static final List<String> MADE_UP = List.of(
            "Ana Gómez",
            "vip",
            "late",
            "nobody opens it",
            "an edit",
            "an abort, atomic true",
            "an abort, atomic false",
            "a cancellation",
            "stands on");

    private static ArrayNode events(Path history) throws IOException {
        return (ArrayNode) JSON.readTree(Files.readString(history)).path("events");
    }

    private static JsonNode diverged(Path history, ArrayNode events) {
        JsonNode answer = replayed(history.toString(), events);
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("diverged");
        return answer.path("divergence");
    }

    private static JsonNode replayed(String name, ArrayNode events) {
        return new Replay(TEMPORAL).of(HistoryFile.read(name, events.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Where activities were asked for. */
    private static List<Integer> scheduled(ArrayNode events) {
        return IntStream.range(0, events.size())
                .filter(i -> is(events.get(i), "ACTIVITY_TASK_SCHEDULED"))
                .boxed()
                .toList();
    }

    private static boolean is(JsonNode event, String type) {
        return event.path("eventType").asText().equals("EVENT_TYPE_" + type);
    }

    private static ObjectNode type(ArrayNode events, int at) {
        return (ObjectNode) events.get(at).at("/activityTaskScheduledEventAttributes/activityType");
    }

    /** Ids without a gap, and whatever refers to one moved along. */
    private static ArrayNode renumbered(ArrayNode events) {
        Map<String, String> moved = new HashMap<>();
        for (JsonNode event : events) {
            moved.put(event.path("eventId").asText(), String.valueOf(moved.size() + 1));
        }
        for (JsonNode event : events) {
            renumber((ObjectNode) event, moved);
            event.forEach(attributes -> {
                if (attributes instanceof ObjectNode object) {
                    renumber(object, moved);
                }
            });
        }
        return events;
    }

    private static void renumber(ObjectNode object, Map<String, String> moved) {
        for (Map.Entry<String, JsonNode> property : List.copyOf(object.properties())) {
            String id = property.getValue().asText();
            if (property.getKey().toLowerCase(Locale.ROOT).endsWith("eventid") && moved.containsKey(id)) {
                object.put(property.getKey(), moved.get(id));
            }
        }
    }
}
