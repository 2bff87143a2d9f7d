package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.activities.tool.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StandInCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void it_says_where_it_is_and_stays_until_it_is_stopped(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("received.jsonl");
        AtomicInteger code = new AtomicInteger(-1);
        Thread command = new Thread(() -> code.set(run("stand-in", "-o", "json", "--log", log.toString())));
        command.start();
        while (!out.toString(StandardCharsets.UTF_8).endsWith("\n") && command.isAlive()) {
            Thread.onSpinWait();
        }
        String url = Json.read(out.toByteArray()).path("url").asText();

        HttpResponse<Void> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url + "/v1/configs/templates"))
                                .header("D360-API-KEY", "a-key")
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        command.interrupt();
        command.join();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Files.readAllLines(log)).hasSize(1);
        assertThat(code).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/hook", "http://10.0.0.1/hook", "no address", "http://"})
    void it_posts_to_this_machine_alone(String webhook) {
        assertThat(run("stand-in", "--webhook", webhook)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("on this machine");
    }

    private int run(String... arguments) {
        World world = new World(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                new Terminal(false, false, Map.of()));
        return Cli.run(world, arguments);
    }
}
