package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.worker.AuditQuery;
import dev.recourse.worker.Service;
import dev.recourse.worker.Settings;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.StandIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** What the demo's shop and its customer write to each other, over a stand-in for 360dialog on this machine. */
final class Correspondence {
    private static final String KEY = "a-key-that-only-the-stand-in-takes";
    private static final String NUMBER = "106540352242922";
    private static final String SHOP = "+576011234567";
    private static final String CUSTOMER = "+573009998877";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Service service;
    private final StandIn vendor;

    Correspondence(Service service, StandIn vendor) {
        this.service = service;
        this.vendor = vendor;
    }

    /** Connects the shop's number; answers the contact of a customer who has just written to it. */
    UUID begin() {
        service.messaging().connect(NUMBER, SHOP, "La tienda", VendorKey.of(KEY));
        vendor.line(KEY, NUMBER, SHOP);
        CountDownLatch arrived = new CountDownLatch(1);
        vendor.onEvent(event -> {
            service.messaging().receive(Json.write(event).getBytes(StandardCharsets.UTF_8));
            arrived.countDown();
        });
        ObjectNode customer =
                JsonNodeFactory.instance.objectNode().put("name", "Marta").put("phone", CUSTOMER);
        ObjectNode made = service.call("crm.contact.create", customer, false, null);
        vendor.inbound(KEY, CUSTOMER, "¿Tienen la camiseta azul?");
        until(() -> arrived.getCount() == 0);
        return UUID.fromString(made.at("/outputs/contactId").asText());
    }

    /** An order and the message that says so, which comes last: it can't be taken back. */
    ObjectNode orderAndMessage(UUID contact, boolean dryRun) {
        ObjectNode batch = (ObjectNode) Json.read("""
                {"calls": [
                  {"tool": "crm.order.create", "inputs": {"contactId": "%1$s",
                    "products": [{"name": "Camiseta azul", "quantity": 2, "price": "39900.00"}]}},
                  {"tool": "crm.task.create", "inputs": {"orderId": "$0.orderId", "title": "Empacar"}},
                  {"tool": "whatsapp.message.send", "inputs": {"contactId": "%1$s",
                    "message": "Sí. Su pedido quedó creado."}}]}
                """.formatted(contact));
        batch.put("dry_run", dryRun);
        batch.put("agent_session_id", service.session().toString());
        batch.put("workspace_id", Settings.DEFAULT_WORKSPACE);
        return service.run(batch);
    }

    /** A message that is taken, and whose answer is lost on the way. */
    ObjectNode lost(UUID contact) {
        vendor.next(Fault.of(Fault.Kind.RESET).butActing());
        ObjectNode inputs = JsonNodeFactory.instance
                .objectNode()
                .put("contactId", contact.toString())
                .put("message", "Sale mañana.");
        return service.call("whatsapp.message.send", inputs, false, null);
    }

    /** The ledger's row of a call, once somebody has settled it. */
    JsonNode settled(String execution) {
        until(() -> row(execution).hasNonNull("resolution"));
        return row(execution);
    }

    /** How many requests the stand-in got that hold a text. */
    long received(String text) {
        return vendor.received().stream()
                .filter(one -> one.body().contains(text))
                .count();
    }

    private JsonNode row(String execution) {
        return service.audit(AuditQuery.ofSession(service.session())).stream()
                .filter(row -> row.path("id").asText().equals(execution))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the call has no row"));
    }

    private static void until(BooleanSupplier so) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("The story waits for something that does not come.");
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }
    }
}
