package dev.recourse.worker.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.recourse.activities.tool.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in for 360dialog, asked by a client that is not ours. */
final class StandInTest {
    private static final String TEXT = """
            {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+573001234567", "type": "text",
             "text": {"body": "Hola"}, "biz_opaque_callback_data": "mine"}
            """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void what_it_took_is_told_status_by_status() throws Exception {
        BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        try (StandIn standIn = StandIn.start(StandIn.Options.USUAL)) {
            standIn.onEvent(events::add);
            standIn.line("a-key", "4711", "15551234567");
            standIn.statuses("sent", "delivered", "read");

            JsonNode answer = Json.read(post(standIn, "/messages", TEXT).body());

            String wamid = answer.at("/messages/0/id").asText();
            assertThat(wamid).startsWith("wamid.");
            assertThat(answer.at("/contacts/0/wa_id").asText()).isEqualTo("573001234567");
            for (String status : new String[] {"sent", "delivered", "read"}) {
                JsonNode value = next(events);
                assertThat(value.at("/metadata/phone_number_id").asText()).isEqualTo("4711");
                assertThat(value.at("/statuses/0/status").asText()).isEqualTo(status);
                assertThat(value.at("/statuses/0/id").asText()).isEqualTo(wamid);
                assertThat(value.at("/statuses/0/biz_opaque_callback_data").asText())
                        .isEqualTo("mine");
            }
        }
    }

    @Test
    void a_number_can_fail_later() throws Exception {
        BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        try (StandIn standIn = StandIn.start(StandIn.Options.USUAL)) {
            standIn.onEvent(events::add);

            assertThat(post(standIn, "/messages", TEXT.replace("+573001234567", "+573008131026"))
                            .statusCode())
                    .isEqualTo(200);
            JsonNode status = next(events).at("/statuses/0");

            assertThat(status.path("status").asText()).isEqualTo("failed");
            assertThat(status.at("/errors/0/code").intValue()).isEqualTo(131_026);
        }
    }

    @Test
    void a_webhook_gets_what_people_write_until_it_takes_it() throws Exception {
        BlockingQueue<String> posted = new LinkedBlockingQueue<>();
        AtomicInteger asked = new AtomicInteger();
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/hook", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(asked.incrementAndGet() == 1 ? 500 : 200, -1);
            exchange.close();
        });
        hook.start();
        URI address = URI.create("http://127.0.0.1:" + hook.getAddress().getPort() + "/hook");
        try (StandIn standIn = StandIn.start(new StandIn.Options(0, null, address))) {
            String wamid = standIn.inbound("a-key", "+5491122334455", "¿Hay en azul?");

            String first = posted.poll(20, TimeUnit.SECONDS);
            String second = posted.poll(20, TimeUnit.SECONDS);

            assertThat(second).isNotNull().isEqualTo(first);
            JsonNode message = Json.read(second).at("/entry/0/changes/0/value/messages/0");
            assertThat(message.path("id").asText()).isEqualTo(wamid);
            assertThat(message.path("from").asText()).isEqualTo("541122334455");
            assertThat(message.at("/text/body").asText()).isEqualTo("¿Hay en azul?");
        } finally {
            hook.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"to\": \"+573001234567\"' | '\"to\": \"Ana\"' | 131009",
                "'\"body\": \"Hola\"' | '\"body\": \"\"' | 131009",
                "'\"type\": \"text\"' | '\"type\": \"image\"' | 100",
                "'\"text\": {' | '\"txet\": {' | 100",
                "'\"messaging_product\": \"whatsapp\",' | '' | 100",
                "'+573001234567' | '+573000131047' | 131047",
                "'}' | '' | 100"
            })
    void a_body_that_whatsapp_would_not_take_is_refused_in_its_words(String part, String other, int code)
            throws Exception {
        try (StandIn standIn = StandIn.start(StandIn.Options.USUAL)) {
            HttpResponse<String> answer = post(standIn, "/messages", TEXT.replace(part, other));

            assertThat(answer.statusCode()).isBetween(400, 499);
            assertThat(Json.read(answer.body()).at("/error/code").intValue()).isEqualTo(code);
            assertThat(standIn.taken()).isEmpty();
            assertThat(standIn.received()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hello_customer, 1, 200, 0",
        "hello_customer, 0, 400, 132000",
        "hello_customer, 2, 400, 132000",
        "nobody, 0, 404, 132001",
        "old_offer, 0, 400, 132015",
        "new_season, 2, 400, 132012"
    })
    void templates_are_taken_with_exactly_their_values(String name, int values, int status, int code) throws Exception {
        ObjectNode body = (ObjectNode) Json.read(TEXT);
        body.remove("text");
        ObjectNode template = body.put("type", "template").putObject("template").put("name", name);
        template.putObject("language").put("code", "es");
        ObjectNode component = template.putArray("components").addObject().put("type", "body");
        for (int i = 0; i < values; i++) {
            component.withArray("parameters").addObject().put("type", "text").put("text", "Ana");
        }
        try (StandIn standIn = StandIn.start(StandIn.Options.USUAL)) {
            HttpResponse<String> answer = post(standIn, "/messages", Json.write(body));

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(Json.read(answer.body()).at("/error/code").asInt(0)).isEqualTo(code);
        }
    }

    @Test
    void half_a_request_is_noted_as_far_as_it_came(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("received.jsonl");
        try (StandIn standIn = StandIn.start(new StandIn.Options(0, log, null))) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(standIn.url()).getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write("POST /messages HTTP/1.1\r\nD360-API-KEY: a-long-secret\r\nContent-Length: 100\r\n\r\n{\"half"
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
            while (standIn.received().isEmpty()) {
                Thread.onSpinWait();
            }

            Received half = standIn.received().get(0);
            assertThat(half.complete()).isFalse();
            assertThat(half.declared()).isEqualTo(100);
            assertThat(half.got()).isEqualTo(6);
            assertThat(half.body()).isEqualTo("{\"half");
            assertThat(Files.readString(log)).contains("\"got\":6").doesNotContain("a-long-secret");
        }
    }

    @Test
    void each_request_is_a_line_of_the_log_before_it_is_answered(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("received.jsonl");
        try (StandIn standIn = StandIn.start(new StandIn.Options(0, log, null))) {
            for (int i = 1; i <= 3; i++) {
                post(standIn, "/messages", TEXT);
                assertThat(Files.readAllLines(log)).hasSize(i);
            }
            assertThat(Json.read(Files.readAllLines(log).get(2)).path("body").asText())
                    .isEqualTo(TEXT);
        }
    }

    @Test
    void faults_can_be_planned_from_outside_and_what_came_in_read() throws Exception {
        try (StandIn standIn = StandIn.start(StandIn.Options.USUAL)) {
            post(
                    standIn,
                    "/stand-in/faults",
                    "[{\"kind\": \"server_error\", \"acting\": true}, {\"kind\": \"code\", \"code\": 131047}]");

            assertThat(post(standIn, "/messages", TEXT).statusCode()).isEqualTo(500);
            assertThat(post(standIn, "/messages", TEXT).body()).contains("131047");
            assertThat(post(standIn, "/messages", TEXT).statusCode()).isEqualTo(200);
            assertThat(Json.read(get(standIn, "/stand-in/received"))).hasSize(3);
            assertThat(Json.read(get(standIn, "/stand-in/taken")))
                    .extracting(one -> one.path("request").intValue())
                    .containsExactly(1, 3);
            assertThat(post(standIn, "/stand-in/faults", "[{\"kind\": \"earthquake\"}]")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "invalid-key"})
    void strangers_are_turned_away(String key) throws Exception {
        try (StandIn standIn = StandIn.start(StandIn.Options.USUAL)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(standIn.url() + "/v1/configs/templates"));
            if (!key.isEmpty()) {
                request.header("D360-API-KEY", key);
            }
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(Json.read(answer.body()).at("/meta/developer_message").asText())
                    .isNotBlank();
        }
    }

    private HttpResponse<String> post(StandIn standIn, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(standIn.url() + path))
                .header("D360-API-KEY", "a-key")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String get(StandIn standIn, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(standIn.url() + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static JsonNode next(BlockingQueue<JsonNode> events) throws InterruptedException {
        JsonNode event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event.at("/entry/0/changes/0/value");
    }
}
