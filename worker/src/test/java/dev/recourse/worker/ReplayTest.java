package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code recourse replay} with a workflow of a Temporal elsewhere, in a process that has no database. */
@SuppressWarnings("NullAway.Init")
final class ReplayTest {

    private static TestDatabase db;
    private static Workers workers;
    private static LoopbackTemporal loopback;
    private Path folder = Path.of("");

    @BeforeAll
    static void open() throws Exception {
        db = TestDatabase.fresh();
        workers = new Workers().with(db.address());
        loopback = new LoopbackTemporal(workers.temporal.service());
    }

    @AfterAll
    static void close() {
        loopback.close();
        workers.close();
        db.close();
    }

    @BeforeEach
    void folderIsHere(@TempDir Path temporary) {
        folder = temporary;
    }

    @Test
    void a_workflow_is_found_by_its_id_and_replayed_without_a_database() throws Exception {
        RecourseClient.Started batch = workers.batch(UUID.randomUUID(), "Ana", 2, 1);
        batch.answer();
        String id = Objects.requireNonNull(batch.workflow().getExecution()).getWorkflowId();

        Child.Ended ended = replay(loopback.address(), id, "-o", "json");

        JsonNode answer = TestStack.json(ended.out());
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(answer.path("status").asText()).isEqualTo("replayed");
        assertThat(answer.path("workflow_id").asText()).isEqualTo(id);
        assertThat(answer.path("workflow_type").asText()).isEqualTo("ToolBatch");
        try (Stream<Path> home = Files.list(folder.resolve("home"))) {
            assertThat(home.map(path -> path.getFileName().toString())).containsExactly("logs");
        }
    }

    @Test
    void the_run_that_is_meant_can_be_said() throws Exception {
        RecourseClient.Started call = workers.create("Ana", Workers.phone(2, 0));
        call.answer();
        var execution = Objects.requireNonNull(call.workflow().getExecution());

        Child.Ended found = replay(loopback.address(), execution.getWorkflowId(), "--run-id", execution.getRunId());
        Child.Ended none = replay(
                loopback.address(),
                execution.getWorkflowId(),
                "--run-id",
                UUID.randomUUID().toString());

        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out()).startsWith("Replays cleanly  ToolCall");
        assertThat(none.code()).isEqualTo(2);
    }

    @Test
    void a_divergence_keeps_what_was_called_with_out_of_texts_and_logs() throws Exception {
        String history = Files.readString(GoldenHistoriesTest.FOLDER.resolve("call-applied.json"));
        assertThat(history).contains("crm.contact.create", "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED");
        Path file = Files.writeString(
                folder.resolve("other.json"), history.replace("crm.contact.create", "crm.contact.delete"));

        Child.Ended ended = Child.run(folder, Map.of(), "", "replay", file.toString());

        assertThat(ended.code()).isEqualTo(1);
        StringBuilder said = new StringBuilder(ended.out() + ended.err());
        try (Stream<Path> logs = Files.list(folder.resolve("home").resolve("logs"))) {
            for (Path log : logs.toList()) {
                said.append(Files.readString(log));
            }
        }
        assertThat(said).contains("Diverges at event 5").doesNotContain("Ana", "300000", "eyJ", "payload");
    }

    @Test
    void an_id_that_temporal_does_not_know_is_wrong_usage() throws Exception {
        Child.Ended ended = replay(loopback.address(), "a/batch/nobody", "-o", "json");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("recourse replay: Temporal at " + loopback.address()
                        + " has no workflow 'a/batch/nobody' in namespace 'default', nor is it a file here.");
    }

    @Test
    void a_temporal_that_is_not_there_is_named_with_its_address() throws Exception {
        Child.Ended ended = replay("127.0.0.1:1", "a/batch/nobody", "-o", "json");

        assertThat(ended.code()).isEqualTo(5);
        assertThat(TestStack.json(ended.out()).at("/error/code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
        assertThat(TestStack.json(ended.out()).at("/error/details/address").asText())
                .isEqualTo("127.0.0.1:1");
    }

    private Child.Ended replay(String temporal, String... arguments) throws Exception {
        return Child.run(
                folder,
                Map.of("TEMPORAL_ADDRESS", temporal, "DATABASE_URL", "postgresql://nobody:none@127.0.0.1:1/nothing"),
                "",
                Stream.concat(Stream.of("replay"), Stream.of(arguments)).toArray(String[]::new));
    }
}
