package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.StandIn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every tool, dry and for real, on what {@code recourse call} uses on a bare machine: the embedded database, the
 * in-process Temporal, a stand-in for 360dialog.
 */
@Timeout(180)
final class EveryToolCalledTest {

    private static final String KEY = "stand-in-key";
    private static final String NUMBER = "106540352242922";

    private final Map<String, String> known = new HashMap<>();
    private final Set<String> called = new TreeSet<>();
    private final List<String> table = new ArrayList<>();

    @Test
    void every_tool_of_the_catalogue_answers_dry_and_for_real(@TempDir Path home) throws Exception {
        try (StandIn vendor = StandIn.start(StandIn.Options.USUAL);
                Service service = service(home, vendor)) {
            crm(service);
            whatsapp(service, vendor);
            system(service, vendor);

            List<String> tools = new ArrayList<>();
            service.tools(null, null, Locale.ENGLISH)
                    .forEach(tool -> tools.add(tool.path("name").asText()));
            System.out.println(String.join("\n", table));
            assertThat(called).containsExactlyInAnyOrderElementsOf(tools);
        }
    }

    private static Service service(Path home, StandIn vendor) {
        Map<String, String> environment =
                Map.of("RECOURSE_HOME", home.toString(), "RECOURSE_WHATSAPP_URL", vendor.url(), "RECOURSE_SHELL", "on");
        return Service.open(Settings.read(Settings.Flags.NONE, environment), Progress.SILENT);
    }

    private void crm(Service service) {
        both(service, "crm.contact.create", "'name': 'Eva', 'phone': '3005550001', 'tags': ['nueva']");
        both(service, "crm.contact.read", "'contactId': '$contactId'");
        both(service, "crm.contact.update", "'contactId': '$contactId', 'city': 'Cali'");
        both(service, "crm.contact.list", "'search': 'eva'");
        both(service, "crm.contact.findByPhone", "'phone': '3005550001'");
        both(service, "crm.contact.delete", "'contactId': '$contactId'");
        both(service, "crm.contact.restore", "'contactId': '$contactId'");
        both(service, "crm.tag.add", "'contactId': '$contactId', 'tag': 'vip'");
        both(service, "crm.tag.remove", "'contactId': '$contactId', 'tag': 'vip'");
        both(service, "crm.note.create", "'contactId': '$contactId', 'content': 'Prefiere la tarde'");
        both(service, "crm.note.list", "'contactId': '$contactId'");
        both(service, "crm.note.archive", "'noteId': '$noteId'");
        both(service, "crm.custom-field.update", "'contactId': '$contactId', 'fields': {'talla': 'M'}");
        both(service, "crm.custom-field.read", "'contactId': '$contactId'");
        both(
                service,
                "crm.order.create",
                "'contactId': '$contactId', 'products': [{'name': 'Camiseta', 'quantity': 3, 'price': '0.10'}]");
        both(service, "crm.order.read", "'orderId': '$orderId'");
        both(service, "crm.order.update", "'orderId': '$orderId', 'carrier': 'Servientrega'");
        both(service, "crm.order.updateStatus", "'orderId': '$orderId', 'status': 'Confirmado'");
        both(service, "crm.order.duplicate", "'sourceOrderId': '$orderId'");
        both(service, "crm.order.list", "'contactId': '$contactId'");
        both(service, "crm.task.create", "'orderId': '$orderId', 'title': 'Empacar'");
        both(service, "crm.task.update", "'taskId': '$taskId', 'priority': 'high'");
        both(service, "crm.task.list", "'orderId': '$orderId'");
        both(service, "crm.task.complete", "'taskId': '$taskId'");
        both(service, "crm.order.close", "'orderId': '$orderId'");
        both(service, "crm.order.archive", "'orderId': '$orderId'");
    }

    private void whatsapp(Service service, StandIn vendor) throws InterruptedException {
        service.messaging().connect(NUMBER, "+576011234567", "La tienda", VendorKey.of(KEY));
        vendor.line(KEY, NUMBER, "+576011234567");
        List<ObjectNode> events = new ArrayList<>();
        vendor.onEvent(event -> {
            synchronized (events) {
                events.add(event);
                events.notifyAll();
            }
        });
        vendor.inbound(KEY, "+573005550001", "Hola");
        synchronized (events) {
            while (events.isEmpty()) {
                events.wait();
            }
            service.messaging().receive(Json.write(events.get(0)).getBytes(StandardCharsets.UTF_8));
        }
        service.messaging().fetchTemplates();
        both(service, "whatsapp.conversation.list", "'status': 'open'");
        both(service, "whatsapp.template.list", "");
        both(service, "whatsapp.message.send", "'contactId': '$contactId', 'message': 'Hola, Eva'");
        both(
                service,
                "whatsapp.template.send",
                "'contactId': '$contactId', 'templateName': 'hello_customer', 'templateParams': {'1': 'Eva'}");
        both(
                service,
                "whatsapp.media.send",
                "'contactId': '$contactId', 'media': {'type': 'image', 'link': 'https://files.example.com/a.jpg'}");
        both(
                service,
                "whatsapp.interactive.send",
                "'contactId': '$contactId', 'body': '¿Sí?', 'buttons': [{'id': 'si', 'title': 'Sí'}]");
        both(service, "whatsapp.message.markRead", "'conversationId': '$conversationId'");
        both(service, "whatsapp.message.list", "'conversationId': '$conversationId'");
        both(service, "whatsapp.conversation.assign", "'conversationId': '$conversationId', 'agentId': 'local'");
        both(service, "whatsapp.conversation.close", "'conversationId': '$conversationId', 'resolution': 'Lista'");
        both(service, "whatsapp.conversation.reopen", "'conversationId': '$conversationId'");
    }

    private void system(Service service, StandIn vendor) {
        shell(service);
        both(service, "system.approval.list", "");
        JsonNode note = call(service, "crm.note.create", "'contactId': '$contactId', 'content': 'Un error'", false);
        both(service, "system.execution.undo", "'executionId': '" + id(note) + "'");
        vendor.next(Fault.of(Fault.Kind.RESET));
        JsonNode lost =
                call(service, "whatsapp.message.send", "'contactId': '$contactId', 'message': '¿Llegó?'", false);
        assertThat(lost.path("outcome").asText()).isEqualTo("unknown");
        both(service, "system.execution.resolve", "'executionId': '" + id(lost) + "', 'outcome': 'not_applied'");
        decided(service);
    }

    /** Where the machine has no sandbox, it is refused; nothing runs without one. */
    private void shell(Service service) {
        String hello = "'argv': ['echo', 'hola']";
        if (call(service, "system.shell.exec", hello, false)
                .at("/error/code")
                .asText()
                .equals("SANDBOX_MISSING")) {
            called.add("system.shell.exec");
            table.add("system.shell.exec              refused: no sandbox here");
        } else {
            both(service, "system.shell.exec", hello);
        }
    }

    /** A decision needs something that waits, and somebody else: ApprovalsTest has both. Here it says what is missing. */
    private void decided(Service service) {
        String nobodys = "'approvalId': '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', 'decision': 'approve'";
        assertThat(call(service, "system.approval.decide", nobodys, true)
                        .at("/error/type")
                        .asText())
                .isEqualTo("not_found");
        assertThat(call(service, "system.approval.decide", nobodys, false)
                        .at("/error/type")
                        .asText())
                .isEqualTo("not_found");
        called.add("system.approval.decide");
    }

    private void both(Service service, String tool, String inputs) {
        JsonNode dry = call(service, tool, inputs, true);
        JsonNode real = call(service, tool, inputs, false);

        assertThat(dry.path("status").asText()).as("%s", dry).isEqualTo("dry_run");
        assertThat(real.path("status").asText()).as("%s", real).isEqualTo("success");
        assertThat(real.path("for_user").asText()).isNotBlank();
        assertThat(real.path("for_llm").asText()).isNotBlank();
        real.path("outputs").properties().forEach(output -> {
            if (output.getKey().endsWith("Id") && output.getValue().isTextual()) {
                known.putIfAbsent(output.getKey(), output.getValue().asText());
            }
        });
        called.add(tool);
        table.add(String.format(
                "%-30s %-8s %s",
                tool, dry.path("status").asText(), real.path("status").asText()));
    }

    private JsonNode call(Service service, String tool, String inputs, boolean dryRun) {
        String json = "{" + inputs.replace('\'', '"') + "}";
        for (Map.Entry<String, String> each : known.entrySet()) {
            json = json.replace("$" + each.getKey() + "\"", each.getValue() + "\"");
        }
        return service.call(tool, Json.read(json), dryRun, null);
    }

    private static String id(JsonNode answer) {
        return answer.path("execution_id").asText();
    }
}
