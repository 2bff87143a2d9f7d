package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.activities.whatsapp.Incoming;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.activities.whatsapp.Switchboard;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.activities.whatsapp.VendorKeys;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.StandIn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker process is killed while its message is on the way: another worker finds that nobody knows, nobody sends it
 * again, and the vendor's own report settles it.
 */
@Timeout(180)
final class SenderKilledTest {

    private static final String KEY = "stand-in-key";
    private static final String NUMBER = "106540352242922";
    private static final String PHONE = "+573005551234";

    @Test
    void a_message_of_a_killed_worker_is_unknown_and_sent_once_until_its_status_says_more(@TempDir Path folder)
            throws Exception {
        List<ObjectNode> reports = new CopyOnWriteArrayList<>();
        try (TestDatabase db = TestDatabase.fresh();
                StandIn vendor = StandIn.start(StandIn.Options.USUAL);
                Workers workers = new Workers();
                LoopbackTemporal loopback = new LoopbackTemporal(workers.temporal.service());
                Child child = Child.start(folder, environment(db, loopback, vendor), "worker")) {
            connect(db, vendor);
            child.says("takes tasks");
            JsonNode made = answered(workers.create("Ana", PHONE));
            vendor.line(KEY, NUMBER, "+576011234567");
            vendor.onEvent(event -> {
                if (Json.write(event).contains("statuses")) {
                    reports.add(event);
                } else {
                    receive(db, event);
                }
            });
            vendor.inbound(KEY, PHONE, "Hola");
            Eventually.holds(() -> !db.rows("select 1 from conversations").isEmpty());

            vendor.next(Fault.of(Fault.Kind.HANG).butActing());
            RecourseClient.Started send = workers.ana()
                    .call(
                            "whatsapp.message.send",
                            Json.read("{\"contactId\": \""
                                    + made.at("/outputs/contactId").asText() + "\", \"message\": \"Sale hoy\"}"),
                            false,
                            UUID.randomUUID());
            Eventually.holds(() -> vendor.taken().size() == 1);
            child.signal("KILL");
            child.end();
            workers.with(db.address());

            JsonNode answer = answered(send);
            assertThat(answer.path("outcome").asText()).as("%s", answer).isEqualTo("unknown");
            assertThat(vendor.received().stream().filter(one -> one.body().contains("Sale hoy")))
                    .hasSize(1);

            Eventually.holds(() -> !reports.isEmpty());
            reports.forEach(report -> receive(db, report));
            assertThat(db.cell("select outcome || ' ' || source from tool_resolutions where execution_id = '"
                            + answer.path("execution_id").asText() + "'"))
                    .isEqualTo("applied webhook");
        }
    }

    private static void connect(TestDatabase db, StandIn vendor) {
        VendorKeys keys = new VendorKeys(TestStack.SECRET.getBytes(StandardCharsets.UTF_8));
        try (Dialog360 client = new Dialog360(vendor.url())) {
            new Switchboard(db.database(), Post.of(() -> client, () -> keys), keys)
                    .connect(TestDatabase.A, NUMBER, "+576011234567", "The shop", VendorKey.of(KEY));
        }
    }

    private static void receive(TestDatabase db, ObjectNode event) {
        new Incoming(db.database()).receive(TestDatabase.A, Json.write(event).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode answered(RecourseClient.Started call) {
        return call.answer(Duration.ofSeconds(90)).orElseThrow(() -> new AssertionError("the call does not end"));
    }

    private static Map<String, String> environment(TestDatabase db, LoopbackTemporal loopback, StandIn vendor) {
        Map<String, String> environment = new HashMap<>(Child.environment(db, loopback));
        environment.put("RECOURSE_WHATSAPP_URL", vendor.url());
        return environment;
    }
}
