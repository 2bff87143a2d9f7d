package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.worker.Child.Ended;
import dev.recourse.worker.embedded.EmbeddedPostgres;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import dev.recourse.worker.embedded.Home;
import dev.recourse.worker.embedded.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker outlives services that come late and go early, and says how it is. */
@Tag("own-servers")
final class WaitingTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_worker_waits_for_its_database_and_says_over_http_what_is_missing() throws Exception {
        Home home = Home.at(folder.resolve("database"));
        Map<String, String> environment = new HashMap<>(databaseThatWas(home));
        int port = Ports.firstFree();
        try (EmbeddedTemporal temporal = EmbeddedTemporal.open();
                LoopbackTemporal loopback = new LoopbackTemporal(temporal.service())) {
            environment.put("TEMPORAL_ADDRESS", loopback.address());
            try (Child worker = Child.start(folder, environment, "worker", "--metrics-port", String.valueOf(port))) {
                worker.says("waiting for PostgreSQL");
                HttpResponse<String> waiting = get(port, "/health");
                HttpResponse<String> up;
                String metrics;
                try (EmbeddedPostgres came = EmbeddedPostgres.open(home, said -> {})) {
                    assertThat(came.user()).isNotEmpty();
                    worker.says("takes tasks");
                    up = get(port, "/health");
                    metrics = metricsOf(port);
                }
                HttpResponse<String> gone = get(port, "/health");
                HttpResponse<String> nothing = get(port, "/healthy");
                worker.signal("TERM");

                assertThat(waiting.statusCode()).isEqualTo(503);
                assertThat(word(waiting, "database")).isEqualTo("down");
                assertThat(up.statusCode()).as(up.body()).isEqualTo(200);
                assertThat(Json.read(up.body()))
                        .isEqualTo(Json.read("{\"status\": \"up\", \"database\": \"up\", \"temporal\": \"up\","
                                + " \"worker\": \"up\"}"));
                assertThat(metrics).contains("temporal_worker_start_total{", "task_queue=\"recourse\"");
                assertThat(gone.statusCode()).isEqualTo(503);
                assertThat(word(gone, "database")).isEqualTo("down");
                assertThat(word(gone, "temporal")).isEqualTo("up");
                assertThat(nothing.statusCode()).isEqualTo(404);
                assertThat(worker.end().code()).isZero();
            }
        }
    }

    @Test
    void being_told_to_stop_ends_the_wait() throws Exception {
        Map<String, String> environment =
                Map.of("DATABASE_URL", "postgresql://me:word@127.0.0.1:1/crm", "TEMPORAL_ADDRESS", "127.0.0.1:1");
        try (Child worker = Child.start(folder, environment, "worker")) {
            worker.says("waiting for PostgreSQL");
            worker.signal("TERM");

            assertThat(worker.end().code()).isZero();
        }
    }

    @Test
    void a_worker_that_shall_not_wait_says_what_is_missing_and_ends() throws Exception {
        Ended ended = Child.run(
                folder,
                Map.of("DATABASE_URL", "postgresql://me:word@127.0.0.1:1/crm", "TEMPORAL_ADDRESS", "127.0.0.1:1"),
                "",
                "worker",
                "--wait",
                "0");

        assertThat(ended.code()).isEqualTo(5);
        assertThat(ended.err()).contains("PostgreSQL does not answer at postgresql://127.0.0.1:1/crm");
    }

    /** A database with a workspace, which is not there now; it comes back on the same port. */
    private static Map<String, String> databaseThatWas(Home home) {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.open(home, said -> {})) {
            String url = Child.url(new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password()));
            try (Service service = Service.open(
                    Settings.read(
                            Settings.Flags.NONE,
                            Map.of("RECOURSE_HOME", home.root().toString(), "DATABASE_URL", url)),
                    Progress.SILENT)) {
                assertThat(service.audit(AuditQuery.ofSession(UUID.randomUUID())))
                        .isEmpty();
            }
            return Map.of("DATABASE_URL", url);
        }
    }

    private static String word(HttpResponse<String> health, String part) {
        JsonNode said = Json.read(health.body());
        return said.path(part).asText();
    }

    /** They are counted once a second. */
    private static String metricsOf(int port) throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            String metrics = get(port, "/metrics").body();
            if (metrics.contains("temporal_worker_start_total")) {
                return metrics;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("It counts nothing.");
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
