package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Records the golden histories that are not there yet, on Temporal's dev server.
 *
 * <p>No build runs it: {@code mvn -B -pl worker -am test -Dtest=RecordHistories -Dsurefire.failIfNoSpecifiedTests=false},
 * with {@code temporal} on the search path or {@code -Drecourse.temporal=PATH}.
 */
final class RecordHistories {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void record_what_is_missing() throws Exception {
        Path binary = RealTemporal.binary().orElseThrow(() -> new AssertionError("There is no temporal binary."));
        try (RealTemporal temporal = RealTemporal.start(binary);
                TestStack stack = TestStack.on(temporal.service(), tools -> {
                    StageTools.tools(tools);
                    CityTools.tools(tools);
                })) {
            for (Map.Entry<String, Ways.Way> way : new Ways(stack).all().entrySet()) {
                Path file = GoldenHistoriesTest.FOLDER.resolve(way.getKey() + ".json");
                if (!Files.exists(file)) {
                    record(stack, way.getValue(), file);
                }
            }
        }
    }

    /** As the CLI prints it, an event a line; without traces of this code's lines, which no replay looks at. */
    private static void record(TestStack stack, Ways.Way way, Path file) throws IOException, SQLException {
        Ways.Gone gone = way.go();
        String json = stack.foreignClient().fetchHistory(gone.workflowId()).toJson(false);
        JsonNode history = JSON.readTree(json);
        history.findParents("stackTrace").forEach(parent -> ((ObjectNode) parent).remove("stackTrace"));
        List<String> events = new ArrayList<>();
        history.path("events").forEach(event -> events.add(event.toString()));
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"events\": [\n" + String.join(",\n", events) + "\n]}\n");
        System.out.println(file.getFileName() + "  " + events.size() + " events  " + gone.status());
    }
}
