package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The clients in {@code docs/examples} that have nothing of ours get the contract's JSON, word by word what our client gets:
 * from the in-process server over the network, and from Temporal's dev server where there is one.
 */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
final class OtherLanguagesTest {

    private static final Path EXAMPLES = Path.of("..", "docs", "examples");
    private static final Path VENV = Path.of("target", "python").toAbsolutePath();
    private static final AtomicInteger PHONES = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static final List<AutoCloseable> open = new ArrayList<>();
    private static final List<Server> servers = new ArrayList<>();
    private static String noPython = "";

    /** A Temporal with a worker on it. */
    private record Server(String name, String address, TestStack stack) {}

    /** A program, and what it lacks to run here; empty if it lacks nothing. */
    private record Program(String name, List<String> command, String lacks) {}

    @BeforeAll
    static void begin() throws Exception {
        EmbeddedTemporal embedded = opened(EmbeddedTemporal.open());
        LoopbackTemporal loopback = opened(new LoopbackTemporal(embedded.service()));
        TestStack stack = opened(TestStack.on(embedded.service(), StageTools::tools));
        servers.add(new Server("in process", loopback.address(), stack));
        Optional<Path> binary = RealTemporal.binary();
        if (binary.isPresent()) {
            RealTemporal real = opened(RealTemporal.start(binary.get()));
            servers.add(
                    new Server("dev server", real.address, opened(TestStack.on(real.service(), StageTools::tools))));
        }
        noPython = python();
        pairs().map(OtherLanguagesTest::program)
                .distinct()
                .filter(program -> !program.lacks.isEmpty())
                .forEach(program -> System.out.println(skipped(program)));
    }

    private static String skipped(Program program) {
        return program.name + " is not tried: " + program.lacks;
    }

    @AfterAll
    static void end() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }

    /** Each program on each server. */
    static Stream<List<Object>> pairs() {
        String lacks = RealTemporal.binary().isEmpty()
                ? "There is no temporal binary on the search path."
                : has("jq", "--version") ? "" : "There is no jq.";
        List<Program> programs = List.of(
                new Program(
                        "Python",
                        List.of(
                                VENV.resolve("bin/python").toString(),
                                EXAMPLES.resolve("python/orchestrator.py").toString()),
                        noPython),
                new Program(
                        "temporal CLI",
                        List.of("bash", EXAMPLES.resolve("temporal-cli.sh").toString()),
                        lacks));
        return programs.stream().flatMap(program -> servers.stream().map(server -> List.of(program, server)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_call_answers_the_contract(List<Object> pair) throws Exception {
        Ended done = run(pair, "call", "crm.contact.create", contact(phone()));
        Ended refused = run(pair, "call", "crm.contact.create", contact("1"));

        assertThat(done.code).as(done.err).isZero();
        assertThat(names(done.json()))
                .containsExactlyInAnyOrder(
                        "execution_id", "status", "outputs", "duration_ms", "resource_url", "for_user", "for_llm");
        assertThat(done.json().path("status").asText()).isEqualTo("success");
        assertThat(done.json().at("/outputs/contact/name").asText()).isEqualTo("Ana Gómez");
        assertThat(refused.code).as(refused.err).isEqualTo(1);
        assertThat(names(refused.json()))
                .containsExactlyInAnyOrder(
                        "execution_id", "status", "outputs", "error", "duration_ms", "for_user", "for_llm");
        assertThat(refused.json().at("/error/type").asText()).isEqualTo("validation_error");
        assertThat(refused.json().at("/error/details/0/field").asText()).isEqualTo("/phone");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_batch_answers_what_our_own_client_is_answered(List<Object> pair) throws Exception {
        ObjectNode file = file(call("crm.contact.create", contact(phone())));

        Ended done = run(pair, "run", written(file));

        assertThat(done.code).as(done.err).isZero();
        assertThat(names(done.json()))
                .containsExactlyInAnyOrder(
                        "batch_id",
                        "atomic",
                        "dry_run",
                        "status",
                        "success_count",
                        "error_count",
                        "duration_ms",
                        "steps");
        assertThat(done.json().path("status").asText()).isEqualTo("applied");
        JsonNode ours = server(pair).stack.foreign("ToolBatch", file);
        assertThat(done.json()).isEqualTo(ours);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_batch_that_is_taken_back_is_exit_code_1(List<Object> pair) throws Exception {
        String phone = phone();
        ObjectNode file =
                file(call("crm.contact.create", contact(phone)) + ", " + call("crm.contact.create", contact(phone)));

        Ended failed = run(pair, "run", written(file));

        assertThat(failed.code).as(failed.err).isEqualTo(1);
        assertThat(failed.json().path("status").asText()).isEqualTo("rolled_back");
        assertThat(failed.json().at("/steps/1/error/code").asText()).isEqualTo("PHONE_DUPLICATE");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_batch_shows_how_far_it_is_and_is_aborted(List<Object> pair) throws Exception {
        String stage = UUID.randomUUID().toString();
        ObjectNode file = file(call("crm.contact.create", contact(phone())) + ", "
                + call("test.stage.wait", "{\"name\": \"" + stage + "\"}") + ", " + call("crm.contact.list", "{}"));
        Running runs = start(pair, "run", written(file));
        Stage.named(stage).awaitBatch();
        String id = (program(pair).name.equals("Python") ? "python" : "cli") + "/batch/"
                + file.path("batch_id").asText();

        Ended progress = run(pair, "progress", id);
        Running aborts = start(pair, "abort", id);
        while (server(pair).stack.events(id).stream().noneMatch(event -> event.contains("UPDATE_ACCEPTED"))) {
            assertThat(aborts.process.isAlive()).as(() -> read(aborts.err)).isTrue();
        }
        Stage.named(stage).open();

        assertThat(progress.code).as(progress.err).isZero();
        assertThat(progress.json()).isEqualTo(TestStack.json("{\"done\": 1, \"total\": 3, \"phase\": \"running\"}"));
        Ended aborted = aborts.end();
        Ended ran = runs.end();
        assertThat(aborted.code).as(aborted.err).isEqualTo(1);
        assertThat(aborted.json().path("status").asText()).isEqualTo("rolled_back");
        assertThat(ran.code).as(ran.err).isEqualTo(1);
        assertThat(ran.json()).isEqualTo(aborted.json());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void an_interrupt_takes_a_batch_back(List<Object> pair) throws Exception {
        Assumptions.assumeTrue(program(pair).name.equals("Python"), "the command lets go of its workflow");
        String stage = UUID.randomUUID().toString();
        ObjectNode file = file(call("crm.contact.create", contact(phone())) + ", "
                + call("test.stage.wait", "{\"name\": \"" + stage + "\"}"));
        Running runs = start(pair, "run", written(file));
        Stage.named(stage).awaitBatch();
        while (!read(runs.err).contains("running 1 of 2")) {
            assertThat(runs.process.isAlive()).as(() -> read(runs.err)).isTrue();
        }

        new ProcessBuilder("kill", "-INT", String.valueOf(runs.process.pid()))
                .start()
                .waitFor();
        String id = "python/batch/" + file.path("batch_id").asText();
        while (server(pair).stack.events(id).stream().noneMatch(event -> event.contains("UPDATE_ACCEPTED"))) {
            assertThat(runs.process.isAlive()).as(() -> read(runs.err)).isTrue();
        }
        Stage.named(stage).open();

        Ended ended = runs.end();
        assertThat(ended.code).as(ended.err).isEqualTo(1);
        assertThat(ended.json().path("status").asText()).isEqualTo("rolled_back");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_temporal_that_is_not_there_is_exit_code_5(List<Object> pair) throws Exception {
        Server nowhere = new Server("nowhere", "127.0.0.1:1", server(pair).stack);

        Ended ended = run(List.of(program(pair), nowhere), "progress", "nobody");

        assertThat(ended.code).as(ended.err).isEqualTo(5);
        assertThat(ended.out).isEmpty();
    }

    // ---- what they call

    private static String contact(String phone) {
        return "{\"name\": \"Ana Gómez\", \"phone\": \"" + phone + "\"}";
    }

    private static String phone() {
        return "304%07d".formatted(PHONES.incrementAndGet());
    }

    private static String call(String tool, String inputs) {
        return "{\"tool\": \"" + tool + "\", \"inputs\": " + inputs + "}";
    }

    private static ObjectNode file(String calls) {
        ObjectNode file = (ObjectNode) TestStack.json("{\"calls\": [" + calls + "]}");
        return file.put("batch_id", UUID.randomUUID().toString()).put("dry_run", false);
    }

    private static String written(ObjectNode file) throws IOException {
        return Files.writeString(folder.resolve(UUID.randomUUID() + ".json"), file.toString())
                .toString();
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    // ---- how they run

    private record Ended(int code, String out, String err) {
        JsonNode json() {
            return TestStack.json(out);
        }
    }

    private record Running(Process process, Path out, Path err) {
        Ended end() throws InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("It does not end: " + read(err));
            }
            return new Ended(process.exitValue(), read(out), read(err));
        }
    }

    private static Program program(List<Object> pair) {
        return (Program) pair.get(0);
    }

    private static Server server(List<Object> pair) {
        return (Server) pair.get(1);
    }

    private static Ended run(List<Object> pair, String... arguments) throws Exception {
        return start(pair, arguments).end();
    }

    private static Running start(List<Object> pair, String... arguments) throws IOException {
        Program program = program(pair);
        Assumptions.assumeTrue(program.lacks.isEmpty(), () -> skipped(program));
        List<String> command = new ArrayList<>(program.command);
        command.addAll(List.of(arguments));
        Path out = folder.resolve(UUID.randomUUID() + ".out");
        Path err = folder.resolve(UUID.randomUUID() + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TEMPORAL_") || name.startsWith("RECOURSE_"));
        builder.environment().put("TEMPORAL_ADDRESS", server(pair).address);
        builder.environment().put("PYTHONUTF8", "1");
        RealTemporal.binary()
                .map(Path::getParent)
                .ifPresent(bin -> builder.environment().merge("PATH", bin.toString(), (path, one) -> one + ":" + path));
        return new Running(builder.start(), out, err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return gone.toString();
        }
    }

    // ---- Python and its packages, in target

    /** Sees to an environment of Python with what the example needs; answers why there is none. */
    private static String python() throws IOException, InterruptedException {
        Path wanted = EXAMPLES.resolve("python/requirements.txt");
        Path installed = VENV.resolve("installed.txt");
        if (Files.exists(installed) && Files.mismatch(wanted, installed) == -1) {
            return "";
        }
        if (!has("python3", "-m", "venv", "--clear", VENV.toString())) {
            return "There is no Python 3 with venv.";
        }
        if (!has(VENV.resolve("bin/pip").toString(), "install", "--quiet", "-r", wanted.toString())) {
            return "Its packages can't be fetched.";
        }
        Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
        return "";
    }

    private static boolean has(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(100, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
