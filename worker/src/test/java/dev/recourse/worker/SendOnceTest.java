package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.Meanwhile;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.Fault.Kind;
import dev.recourse.worker.standin.Received;
import dev.recourse.worker.standin.Taken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each tool that sends, under each fault of the way: one body for one call, and a label that is true. */
@Timeout(300)
final class SendOnceTest {
    private static final Whatsapping WHATSAPP = new Whatsapping();

    /** Every tool that sends, with what it is given besides whom; the read mark is given a message. */
    private static final Map<String, String> TOOLS = new LinkedHashMap<>();

    static {
        TOOLS.put("whatsapp.message.send", "'message': 'Hola'");
        TOOLS.put("whatsapp.template.send", "'templateName': 'hello_customer', 'templateParams': {'1': 'Ana'}");
        TOOLS.put("whatsapp.media.send", "'media': {'type': 'image', 'link': 'https://files.example.com/a.jpg'}");
        TOOLS.put("whatsapp.interactive.send", "'body': '¿Sí?', 'buttons': [{'id': 'si', 'title': 'Sí'}]");
        TOOLS.put("whatsapp.message.markRead", "");
    }

    private static final List<Kind> FAULTS = List.of(
            Kind.UNAVAILABLE, Kind.REQUEST_TIMEOUT, Kind.REDIRECT, Kind.RESET, Kind.HALF_OPEN, Kind.HANG, Kind.NONE);

    /** What may be acted upon by a vendor that does not say so. */
    private static final Set<Kind> SECRETLY = Set.of(Kind.UNAVAILABLE, Kind.REQUEST_TIMEOUT, Kind.RESET, Kind.HANG);

    @AfterAll
    static void close() {
        WHATSAPP.close();
    }

    /** One call, and what stands in its body alone. */
    private record Sending(String tool, UUID call, String mark, String inputs) {}

    @Test
    void one_call_sends_one_body_whatever_happens_and_is_called_what_it_is() {
        WHATSAPP.fetchTemplates();
        Map<String, UUID> contacts = new LinkedHashMap<>();
        TOOLS.keySet().forEach(tool -> contacts.put(tool, WHATSAPP.contact()));
        contacts.values().forEach(WHATSAPP::writes);
        List<String> table = new ArrayList<>();
        table.add(String.format("%-36s %-28s %6s %6s  %s", "fault", "tool", "bodies", "taken", "label"));
        int wrong = 0;
        for (Kind kind : FAULTS) {
            wrong += round(Fault.of(kind), contacts, table);
            if (SECRETLY.contains(kind)) {
                wrong += round(Fault.of(kind).butActing(), contacts, table);
            }
        }

        table.add("wrong labels: " + wrong);
        System.out.println(String.join("\n", table));
        assertThat(wrong).isZero();
    }

    /** Every tool once, all at a time, under one fault; answers how many labels were wrong. */
    private int round(Fault fault, Map<String, UUID> contacts, List<String> table) {
        List<Sending> sendings =
                TOOLS.keySet().stream().map(tool -> sending(tool, contacts)).toList();
        int before = WHATSAPP.vendor.received().size();
        WHATSAPP.vendor.always(fault);
        List<CompletableFuture<JsonNode>> answers = sendings.stream()
                .map(each -> Meanwhile.doing(() -> WHATSAPP.stack
                        .ana()
                        .call(each.tool, Whatsapping.inputs(each.inputs), false, each.call)
                        .answer()))
                .toList();
        List<JsonNode> ended = answers.stream().map(CompletableFuture::join).toList();
        WHATSAPP.vendor.always(Fault.of(Kind.NONE));
        List<Received> received = WHATSAPP.vendor.received();
        received = received.subList(before, received.size());

        assertThat(received).as("%s", fault).hasSize(sendings.size());
        int wrong = 0;
        for (int i = 0; i < sendings.size(); i++) {
            wrong += judged(fault, sendings.get(i), ended.get(i), received, table);
        }
        return wrong;
    }

    private int judged(Fault fault, Sending sending, JsonNode ended, List<Received> received, List<String> table) {
        String execution = ended.path("execution_id").asText();
        boolean message = !sending.tool.endsWith("markRead");
        String mark = message ? execution : sending.mark;
        long bodies = received.stream().filter(one -> one.body().contains(mark)).count();
        long taken = WHATSAPP.vendor.taken().stream()
                .map(Taken::callback)
                .filter(execution::equals)
                .count();
        if (taken > 0) {
            Eventually.holds(() -> WHATSAPP.cell("select count(*) from message_statuses where client_key = '"
                            + execution + "' and status = 'delivered'")
                    .equals("1"));
        }
        String label = WHATSAPP.cell("select coalesce(r.outcome, e.outcome) from tool_executions e"
                + " left join tool_resolutions r on r.execution_id = e.id where e.id = '" + execution + "'");
        table.add(String.format(
                "%-36s %-28s %6s %6s  %s",
                fault.kind().wire() + (fault.acting() ? ", taken all the same" : ""),
                sending.tool,
                fault.kind() == Kind.HALF_OPEN ? "unread" : bodies,
                message ? taken : "-",
                label));
        assertThat(bodies).as("%s %s", fault, sending).isEqualTo(fault.kind() == Kind.HALF_OPEN ? 0 : 1);
        boolean never = message && label.equals("applied") && taken == 0;
        boolean after = label.equals("not_applied") && taken > 0;
        assertThat(List.of("applied", "not_applied", "unknown")).contains(label);
        return never || after ? 1 : 0;
    }

    private static Sending sending(String tool, Map<String, UUID> contacts) {
        UUID contact = Objects.requireNonNull(contacts.get(tool));
        UUID call = UUID.randomUUID();
        if (!tool.endsWith("markRead")) {
            return new Sending(tool, call, "", "{'contactId': '" + contact + "', " + TOOLS.get(tool) + "}");
        }
        String wamid = WHATSAPP.writes(contact);
        return new Sending(
                tool,
                call,
                wamid,
                "{'conversationId': '" + WHATSAPP.conversation(contact) + "', 'messageId': '" + wamid + "'}");
    }
}
