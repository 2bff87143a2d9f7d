package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.worker.Child.Ended;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code recourse dev} as people use it: one process that stays, other processes on the same home.
 *
 * <p>What needs Temporal's own server looks for a {@code temporal} binary where {@link RealTemporal} does.
 */
@Tag("own-servers")
final class DevTest {

    private static final String TEMPORAL = "temporal";

    @TempDir
    private Path folder = Path.of("");

    /** Which Temporal it finds. */
    enum Kind {
        IN_PROCESS("in process"),
        SERVER("dev server");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    @ParameterizedTest
    @EnumSource
    void other_commands_use_what_it_brought_up_until_it_is_stopped(Kind kind) throws Exception {
        Map<String, String> environment = environment(kind);
        Path batch = Files.writeString(
                folder.resolve("batch.json"), CommandsTest.batch(UUID.randomUUID(), "Several", 311, 3, -1));
        try (Child dev = Child.start(folder, environment, "dev", "-o", "json")) {
            JsonNode up = up(dev);
            String address = up.at("/temporal/address").asText();
            Ended called = Child.run(
                    folder,
                    environment,
                    "{\"name\": \"Eva\", \"phone\": \"3105550001\"}",
                    "call",
                    "crm.contact.create",
                    "-");
            Ended ran = Child.run(folder, environment, "", "run", batch.toString());
            Ended audited = Child.run(folder, environment, "", "audit", "-o", "jsonl");
            Ended second = Child.run(folder, environment, "", "dev");
            Ended undone = Child.run(
                    folder,
                    environment,
                    "",
                    "rollback",
                    Json.read(audited.out().lines().findFirst().orElseThrow())
                            .path("id")
                            .asText());
            dev.signal("TERM");
            Ended stopped = dev.end();

            assertThat(up.at("/temporal/server").asText()).isEqualTo(kind.word);
            assertThat(up.at("/database/url").asText()).matches("postgresql://recourse@127\\.0\\.0\\.1:\\d+/recourse");
            assertThat(called.code()).as(called.err()).isZero();
            assertThat(called.err()).contains(address);
            assertThat(ran.code()).as(ran.err()).isZero();
            assertThat(ran.err()).contains(address).doesNotContain("Starting");
            assertThat(audited.out().lines()).hasSize(4);
            assertThat(undone.out()).contains("Undone");
            assertThat(second.code()).isEqualTo(2);
            assertThat(second.err()).contains("runs on this home already").doesNotContain("\tat ");
            assertThat(stopped.code()).as(stopped.err()).isZero();
            assertThat(listens(address)).isFalse();
            assertThat(CommandsTest.processesIn(folder.resolve("home"))).isEmpty();
        }
        Ended alone = Child.run(folder, environment, "", "call", "crm.contact.list", "-o", "json");
        assertThat(alone.code()).isZero();
        assertThat(Json.read(alone.out()).at("/outputs/contacts").size()).isEqualTo(3);
    }

    @Test
    void a_batch_goes_on_where_it_was_when_dev_is_killed_and_started_again() throws Exception {
        Map<String, String> environment = environment(Kind.SERVER);
        UUID batch = UUID.randomUUID();
        try (HomeDatabase home = new HomeDatabase(folder)) {
            Superuser db = home.superuser();
            Mark mark;
            Path file;
            String address;
            List<Path> orphans;
            try (Child dev = Child.start(folder, environment, "dev", "-o", "json")) {
                address = up(dev).at("/temporal/address").asText();
                Held held = new Held(db.address());
                held.liftTimeouts();
                mark = held.at(Place.AT_COMMIT);
                file = Files.writeString(
                        folder.resolve("five.json"), Json.write(Workers.five(batch, mark.name(), 2, 7)));
                try (Child run = Child.start(folder, environment, "run", file.toString())) {
                    run.says("step");
                    mark.await();
                    dev.signal("KILL");
                    dev.end();
                }
                orphans = CommandsTest.processesIn(folder.resolve("home/temporal"));
            }
            Ended meanwhile = Child.run(folder, environment, "", "audit", "--batch", batch.toString());
            mark.release();
            mark.close();

            assertThat(meanwhile.code()).as(meanwhile.err()).isZero();
            assertThat(meanwhile.err()).doesNotContain("left unfinished");
            try (Child again = Child.start(folder, environment, "dev", "-o", "json")) {
                JsonNode up = up(again);
                Ended answer = Child.run(folder, environment, "", "run", file.toString(), "-o", "json");

                assertThat(up.at("/temporal/address").asText()).isEqualTo(address);
                assertThat(orphans)
                        .hasSize(1)
                        .allSatisfy(orphan -> assertThat(orphan).doesNotExist());
                assertThat(CommandsTest.processesIn(folder.resolve("home/temporal")))
                        .hasSize(1);
                assertThat(Json.read(answer.out()).path("status").asText())
                        .as(answer.err())
                        .isEqualTo("applied");
                again.signal("TERM");
                assertThat(again.end().code()).isZero();
            }
            assertThat(db.rows(
                            "select step, status from tool_executions where batch_id = '" + batch + "' order by step"))
                    .containsExactly("0|success", "1|success", "2|success", "3|success", "4|success");
            assertThat(db.cell("select count(*) from contacts")).isEqualTo("5");
        }
    }

    @Test
    void what_ended_with_the_in_process_temporal_is_rolled_back_by_the_next_dev() throws Exception {
        Map<String, String> environment = environment(Kind.IN_PROCESS);
        UUID batch = UUID.randomUUID();
        try (HomeDatabase home = new HomeDatabase(folder)) {
            Superuser db = home.superuser();
            try (Child dev = Child.start(folder, environment, "dev", "-o", "json")) {
                up(dev);
                Held held = new Held(db.address());
                held.liftTimeouts();
                Mark mark = held.at(Place.BEFORE_EFFECT);
                Path file = Files.writeString(
                        folder.resolve("five.json"), Json.write(Workers.five(batch, mark.name(), 2, 7)));
                try (Child run = Child.start(folder, environment, "run", file.toString())) {
                    mark.await();
                    Ended live = Child.run(folder, environment, "", "audit", "--batch", batch.toString());
                    dev.signal("KILL");
                    dev.end();
                    mark.close();
                    assertThat(live.err()).doesNotContain("left unfinished");
                    try (Child again = Child.start(folder, environment, "dev", "-o", "json")) {
                        up(again);
                        Ended waited = run.end();

                        assertThat(waited.code()).as(waited.err()).isEqualTo(5);
                        assertThat(waited.err())
                                .contains("recourse dev has ended")
                                .doesNotContain("\tat ");
                        assertThat(db.cell("select status from tool_batches where id = '" + batch + "'"))
                                .isEqualTo("rolled_back");
                        assertThat(db.cell("select count(*) from contacts")).isEqualTo("0");
                    }
                }
            }
        }
    }

    @Test
    void dev_ends_when_its_server_does_and_says_so() throws Exception {
        try (Child dev = Child.start(folder, environment(Kind.SERVER), "dev", "-o", "json", "--headless")) {
            JsonNode up = up(dev);
            List<Path> servers = CommandsTest.processesIn(folder.resolve("home/temporal"));
            for (Path server : servers) {
                ProcessHandle.of(Long.parseLong(server.getFileName().toString()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
            Ended ended = dev.end();

            assertThat(up.at("/temporal/ui").isNull()).isTrue();
            assertThat(servers).hasSize(1);
            assertThat(ended.code()).isEqualTo(5);
            assertThat(ended.err()).contains("It has ended", "server.log").doesNotContain("\tat ");
            assertThat(CommandsTest.processesIn(folder.resolve("home"))).isEmpty();
        }
    }

    @Test
    void a_port_that_was_asked_for_and_is_taken_is_wrong_usage_and_leaves_nothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = Child.run(
                    folder, environment(Kind.IN_PROCESS), "", "dev", "--port", String.valueOf(taken.getLocalPort()));

            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains("--port " + taken.getLocalPort() + " is taken");
            assertThat(CommandsTest.processesIn(folder.resolve("home"))).isEmpty();
        }
    }

    @Test
    void a_server_that_does_not_start_is_exit_code_5_with_what_it_said() throws Exception {
        Path broken = Files.writeString(
                Files.createDirectories(folder.resolve("bin")).resolve(TEMPORAL),
                "#!/bin/sh\necho 'the file is from another version'\nexit 1\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();

        Ended ended = Child.run(
                folder,
                Map.of("PATH", folder.resolve("bin") + File.pathSeparator + System.getenv("PATH")),
                "",
                "dev",
                "-o",
                "json");

        assertThat(ended.code()).isEqualTo(5);
        assertThat(ended.err()).contains("the file is from another version");
        assertThat(Json.read(ended.out()).at("/error/code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
    }

    private static JsonNode up(Child dev) throws IOException, InterruptedException {
        return Json.read(dev.prints("\n").printed());
    }

    private static boolean listens(String address) {
        try (Socket socket = new Socket()) {
            int colon = address.lastIndexOf(':');
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    /** A search path with the binary in front, or with none anywhere. */
    private static Map<String, String> environment(Kind kind) {
        String others = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .filter(each -> !Files.exists(Path.of(each, TEMPORAL)))
                .collect(Collectors.joining(File.pathSeparator));
        if (kind == Kind.IN_PROCESS) {
            return Map.of("PATH", others);
        }
        Optional<Path> binary = RealTemporal.binary().map(Path::toAbsolutePath);
        assumeTrue(
                binary.isPresent(),
                "There is no 'temporal' binary on PATH or in -Drecourse.temporal: Temporal's own server is not tested.");
        return Map.of("PATH", binary.orElseThrow().getParent() + File.pathSeparator + others);
    }
}
