package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.Migrations;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Limits;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import dev.recourse.worker.client.RecourseClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PostgreSQL server itself freezes or dies under calls; on a server of this test's own. */
@Tag("own-servers")
@SuppressWarnings("NullAway.Init")
final class DatabaseOutageTest {

    private static final int CALLS = 24;
    private static final Duration LONGER_THAN_A_CALL_MAY_TAKE = Duration.ofSeconds(6);

    @TempDir
    private static Path folder;

    private static HomeDatabase home;
    private static DatabaseAddress address;
    private static Superuser db;
    private static Held held;
    private static Workers workers;

    @BeforeAll
    static void open() {
        home = new HomeDatabase(folder);
        address = home.address();
        Migrations.run(address);
        try (Database made = Database.open(address, 2)) {
            Workspaces.prepare(made);
            Workspaces.create(made, TestDatabase.A, "a", "A");
            Workspaces.addMember(made, TestDatabase.A, "ana", "owner");
            for (String module : List.of("crm", "system")) {
                made.in(Scope.of(TestDatabase.A), tx -> {
                    new Limits(tx).set(module, null);
                    return true;
                });
            }
        }
        db = new Superuser(address);
        held = new Held(address);
        workers = new Workers().with(address);
        workers.create("Warm", "3000000000").answer();
    }

    @AfterAll
    static void close() {
        workers.close();
        home.close();
    }

    @Test
    void a_server_that_freezes_under_calls_for_longer_than_they_may_take_labels_none_of_them_wrongly()
            throws Exception {
        List<RecourseClient.Started> calls = storm("Frozen", 302);
        UUID batch = UUID.randomUUID();
        RecourseClient.Started started = workers.batch(batch, "Frozen batch", 2, 77);
        List<Long> processes = processes();

        kill("-STOP", processes);
        Thread.sleep(LONGER_THAN_A_CALL_MAY_TAKE.toMillis());
        kill("-CONT", processes);

        assertEachIsTrue("Frozen", calls);
        assertBatchIsTrue(batch, started);
        assertUsable("3020000001");
    }

    @Test
    void a_server_that_is_killed_under_calls_and_started_again_has_every_call_whole_and_labelled_so() throws Exception {
        UUID batch = UUID.randomUUID();
        RecourseClient.Started started;
        List<RecourseClient.Started> calls;
        try (Mark mark = held.at(Place.AFTER_RECORD)) {
            started = workers.batch(batch, mark.name(), 2, 78);
            mark.await();
            calls = storm("Killed", 303);

            kill("-KILL", List.of(postmaster()));
            new HomeDatabase(folder).close();
        }

        assertUsable("3030000001");
        assertThat(started.answer(Duration.ofSeconds(60))
                        .orElseThrow()
                        .path("status")
                        .asText())
                .isEqualTo("rolled_back");
        assertBatchIsTrue(batch, started);
        assertEachIsTrue("Killed", calls);
    }

    private static List<RecourseClient.Started> storm(String name, int prefix) {
        List<RecourseClient.Started> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(workers.create(name + " " + i, prefix + String.valueOf(1_000_000 + i)));
        }
        return calls;
    }

    private static void assertEachIsTrue(String name, List<RecourseClient.Started> calls) {
        for (int i = 0; i < calls.size(); i++) {
            JsonNode answer = calls.get(i).answer(Duration.ofSeconds(60)).orElseThrow();
            boolean success = answer.path("status").asText().equals("success");
            String called = name + " " + i;
            assertThat(db.cell("select count(*) from contacts where name = '" + called + "'"))
                    .as("%s: %s", called, answer)
                    .isEqualTo(success ? "1" : "0");
            assertThat(db.rows("select outcome = 'applied' from tool_executions where inputs ->> 'name' = '" + called
                            + "' and kind = 'do'"))
                    .as("%s: %s", called, answer)
                    .containsExactly(success ? "t" : "f");
        }
    }

    private static void assertBatchIsTrue(UUID batch, RecourseClient.Started started) {
        String status = started.answer(Duration.ofSeconds(60))
                .orElseThrow()
                .path("status")
                .asText();
        assertThat(status).isIn("applied", "rolled_back");
        assertThat(db.cell(
                        "select count(*) from contacts where id in (select row_id from tool_changes where execution_id"
                                + " in (select id from tool_executions where batch_id = '" + batch + "'))"))
                .isEqualTo(status.equals("applied") ? "5" : "0");
    }

    private static void assertUsable(String phone) {
        JsonNode answer = workers.create("After " + phone, phone)
                .answer(Duration.ofSeconds(60))
                .orElseThrow();
        assertThat(answer.path("status").asText()).as(answer.toString()).isEqualTo("success");
    }

    private static long postmaster() throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("home/postgres/data/postmaster.pid"))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        }
    }

    /** The server's and those of all its sessions. */
    private static List<Long> processes() throws IOException {
        ProcessHandle server = ProcessHandle.of(postmaster()).orElseThrow();
        return Stream.concat(Stream.of(server), server.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void kill(String signal, List<Long> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(process -> command.add(String.valueOf(process)));
        assertThat(new ProcessBuilder(command).start().waitFor(10, TimeUnit.SECONDS))
                .isTrue();
    }
}
