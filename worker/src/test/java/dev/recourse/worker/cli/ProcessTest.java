package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.worker.Recourse;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as scripts meet it: a process with streams, a locale, signals and an exit code. */
final class ProcessTest {
    private Path folder = Path.of("");

    @BeforeEach
    void folderIsHere(@TempDir Path temporary) {
        folder = temporary;
    }

    @Test
    void help_is_on_standard_output() throws Exception {
        Ended ended = run("", "--help");

        assertThat(ended.code).isZero();
        assertThat(ended.out).startsWith("Usage: recourse").endsWith("\n");
        assertThat(ended.err).isEmpty();
    }

    @Test
    void wrong_usage_leaves_standard_output_empty() throws Exception {
        Ended ended = run("[{\"tool\": \"ñandú\", \"imputs\": {}}]", "run", "-", "-o", "json");

        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err).contains("/0/imputs: unknown key; did you mean 'inputs'?");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void letters_on_standard_input_do_not_depend_on_the_locale() throws Exception {
        Ended ended = run("{\"calls\": [], \"año\": 1}", "run", "-");

        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.err).contains("/año: unknown key");
    }

    @Test
    void being_told_to_stop_ends_a_command_that_waits_for_its_input() throws Exception {
        Process process = start(Recourse.class, "run", "-");
        try (OutputStream input = process.getOutputStream()) {
            input.write('[');
            input.flush();
            awaitReading(process);

            // Not INT: a build in the background inherits that it is ignored.
            new ProcessBuilder("kill", "-TERM", String.valueOf(process.pid()))
                    .start()
                    .waitFor();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(Files.readString(folder.resolve("out"))).isEmpty();
            assertThat(Files.readString(folder.resolve("err"))).doesNotContain("\tat ");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void an_unreadable_file_is_wrong_usage() throws Exception {
        Path file = Files.writeString(folder.resolve("batch.json"), "[]");
        assertThat(file.toFile().setReadable(false)).isTrue();

        Ended ended = run("", "run", file.toString());

        // The superuser reads it all the same, and finds it empty.
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.err).containsAnyOf("may not be read by this user", "there are no calls");
    }

    /** Until the command is inside the read that it will not come back from. */
    private static void awaitReading(Process process) throws IOException, InterruptedException {
        for (int i = 0; i < 300 && process.isAlive(); i++) {
            if (stacks(process).stream().anyMatch(line -> line.contains("readNBytes"))) {
                return;
            }
        }
        throw new AssertionError("It never came to read its input.");
    }

    private static List<String> stacks(Process process) throws IOException, InterruptedException {
        Process jstack = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jstack")
                                .toString(),
                        String.valueOf(process.pid()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        jstack.waitFor();
        return lines;
    }

    @Test
    void a_command_logs_warnings_to_the_home_and_nothing_to_the_terminal() throws Exception {
        Ended ended = run(LogsProbe.class, "", "command", folder.resolve("home").toString());

        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        try (Stream<Path> logs = Files.list(folder.resolve("home/logs"))) {
            assertThat(logs.map(ProcessTest::text).toList())
                    .singleElement()
                    .satisfies(text -> assertThat(text)
                            .contains("WARN", "a warning of ours", "a warning of a driver")
                            .doesNotContain("chatter"));
        }
    }

    @Test
    void logs_that_cannot_be_written_disturb_nobody() throws Exception {
        Files.writeString(folder.resolve("home"), "a file in the way");

        assertThat(run(LogsProbe.class, "", "command", folder.resolve("home").toString()))
                .isEqualTo(new Ended(0, "", ""));
    }

    @Test
    void the_worker_logs_json_lines_to_standard_error() throws Exception {
        Ended ended = run(LogsProbe.class, "", "worker");

        assertThat(ended.code).isZero();
        assertThat(ended.out).isEmpty();
        assertThat(ended.err.lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(StrictJson.read("log", line.getBytes(StandardCharsets.UTF_8))
                                .root()
                                .has("level"))
                        .isTrue());
        assertThat(ended.err)
                .contains("a warning of ours", "a warning of a driver", "starting up")
                .doesNotContain("chatter");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Ended(int code, String out, String err) {}

    private Ended run(String input, String... arguments) throws IOException, InterruptedException {
        return run(Recourse.class, input, arguments);
    }

    private Ended run(Class<?> main, String input, String... arguments) throws IOException, InterruptedException {
        Process process = start(main, arguments);
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException ended) {
            // It did not read its input.
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), read("out"), read("err"));
    }

    private Process start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(file("out")).redirectError(file("err"));
        builder.environment().put("RECOURSE_HOME", folder.resolve("home").toString());
        builder.environment().put("LC_ALL", "C");
        builder.environment()
                .keySet()
                .removeIf(name -> Set.of("JAVA_TOOL_OPTIONS", "DATABASE_URL", "RECOURSE_SESSION", "RECOURSE_WORKSPACE")
                        .contains(name));
        return builder.start();
    }

    private File file(String name) {
        return folder.resolve(name).toFile();
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}
