package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.whatsapp.Incoming;
import dev.recourse.db.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A dry run of any tool changes nothing to the last column, and says what the call then does. */
@Timeout(60)
final class DryRunTest {

    private static final TestStack STACK = TestStack.start();
    private static final Catalogue CATALOGUE = Tooling.catalogue();

    /** Inputs of every tool: some work, some don't. */
    private static final Map<String, List<String>> INPUTS = inputs();

    @AfterAll
    static void close() {
        STACK.close();
    }

    private static Map<String, List<String>> inputs() {
        Map<String, List<String>> inputs = new HashMap<>(crm());
        inputs.putAll(whatsapp());
        inputs.putAll(orders());
        inputs.putAll(notes());
        inputs.putAll(tasks());
        inputs.putAll(system());
        inputs.put("whatsapp.message.markRead", List.of("{\"conversationId\": \"" + UUID.randomUUID() + "\"}"));
        return inputs;
    }

    /** A conversation of each kind; there is no key with which anything could be sent. */
    private static Map<String, List<String>> whatsapp() {
        STACK.db.as_superuser("insert into whatsapp_lines (workspace_id, id, phone_number_id, phone, display_name,"
                + " is_default, key_sealed) values ('" + TestDatabase.A + "', gen_random_uuid(), '106540352242922',"
                + " '+576011234567', 'The shop', true, '\\x01')");
        String contact = made().at("/outputs/contactId").asText();
        String open = conversation(1);
        String other = conversation(2);
        String closed = conversation(3);
        call("whatsapp.conversation.close", closed);
        String nobodys = "{\"conversationId\": \"" + UUID.randomUUID() + "\"}";
        String to = "{\"contactId\": \"" + contact + "\", ";
        return Map.of(
                "whatsapp.conversation.list",
                List.of("{}", "{\"status\": \"all\", \"assignedTo\": \"leo\"}", "{\"assignedTo\": \"nobody\"}"),
                "whatsapp.conversation.assign",
                List.of(
                        open.replace("}", ", \"agentId\": \"leo\"}"),
                        closed.replace("}", ", \"agentId\": null}"),
                        open.replace("}", ", \"agentId\": \"nobody\"}"),
                        nobodys.replace("}", ", \"agentId\": \"leo\"}")),
                "whatsapp.conversation.close",
                List.of(other.replace("}", ", \"resolution\": \"Done.\"}"), closed, nobodys),
                "whatsapp.conversation.reopen",
                List.of(closed, open, nobodys),
                "whatsapp.message.list",
                List.of(open, nobodys, open.replace("}", ", \"before\": \"nothing\"}")),
                "whatsapp.template.list",
                List.of("{}"),
                "whatsapp.message.send",
                List.of(to + "\"message\": \"Hola\"}"),
                "whatsapp.template.send",
                List.of(to + "\"templateName\": \"nothing\"}"),
                "whatsapp.media.send",
                List.of(to + "\"media\": {\"type\": \"image\", \"link\": \"https://files.example.com/a.jpg\"}}"),
                "whatsapp.interactive.send",
                List.of(to + "\"body\": \"Hola\"}"));
    }

    private static String conversation(int customer) {
        String from = "57300111222" + customer;
        String event = """
                {"entry": [{"changes": [{"value": {"metadata": {"phone_number_id": "106540352242922"},
                  "messages": [{"id": "wamid.%1$s", "from": "%1$s", "timestamp": "1770000000", "type": "text",
                                "text": {"body": "Hola"}}]}}]}]}
                """.formatted(from);
        new Incoming(STACK.db.database()).receive(TestDatabase.A, event.getBytes(StandardCharsets.UTF_8));
        return "{\"conversationId\": \"" + STACK.db.cell("select id from conversations where wa_id = '" + from + "'")
                + "\"}";
    }

    private static Map<String, List<String>> orders() {
        String product = "\"products\": [{\"name\": \"Camiseta\", \"quantity\": 2, \"price\": \"9.90\"}]";
        JsonNode contact = made();
        String order = field(call("crm.order.create", with(contact, product)), "orderId");
        String closed = field(call("crm.order.create", with(contact, product)), "orderId");
        call("crm.order.close", "{\"orderId\": \"" + closed + "\"}");
        String nobodys = "{\"orderId\": \"" + UUID.randomUUID() + "\"";
        String it = "{\"orderId\": \"" + order + "\"";
        return Map.of(
                "crm.order.create",
                List.of(
                        with(made(), product),
                        with(made(), product + ", \"stageName\": \"ganado\""),
                        with(made(), product + ", \"stageName\": \"none such\""),
                        with(archived(), product)),
                "crm.order.read",
                List.of(it + "}", nobodys + "}"),
                "crm.order.update",
                List.of(
                        it + ", \"carrier\": \"Servientrega\"}",
                        it + ", \"carrier\": \"x\", \"expectedVersion\": 99}",
                        nobodys + ", \"carrier\": null}"),
                "crm.order.updateStatus",
                List.of(
                        it + ", \"status\": \"Enviado\"}",
                        it + ", \"status\": \"none such\"}",
                        nobodys + ", \"status\": \"Nuevo\"}"),
                "crm.order.close",
                List.of(it + "}", "{\"orderId\": \"" + closed + "\"}", nobodys + "}"),
                "crm.order.duplicate",
                List.of(it.replace("orderId", "sourceOrderId") + "}"),
                "crm.order.list",
                List.of("{}", "{\"includeArchived\": true, \"pageSize\": 2}"),
                "crm.order.archive",
                List.of("{\"orderId\": \"" + closed + "\"}", nobodys + "}"));
    }

    private static Map<String, List<String>> notes() {
        JsonNode contact = made();
        String note = field(call("crm.note.create", with(contact, "\"content\": \"Calls on Mondays\"")), "noteId");
        return Map.of(
                "crm.note.create",
                List.of(with(contact, "\"content\": \"Another\""), with(archived(), "\"content\": \"Another\"")),
                "crm.note.list",
                List.of(with(contact, "")),
                "crm.note.archive",
                List.of("{\"noteId\": \"" + note + "\"}", "{\"noteId\": \"" + UUID.randomUUID() + "\"}"),
                "crm.custom-field.read",
                List.of(with(contact, "")),
                "crm.custom-field.update",
                List.of(
                        with(contact, "\"fields\": {\"size\": \"M\", \"children\": 2}"),
                        with(contact, "\"fields\": {\"size\": null}"),
                        with(archived(), "\"fields\": {\"size\": \"M\"}")));
    }

    private static Map<String, List<String>> tasks() {
        JsonNode contact = made();
        String task = field(call("crm.task.create", with(contact, "\"title\": \"Call\"")), "taskId");
        String it = "{\"taskId\": \"" + task + "\"";
        String nobodys = "{\"taskId\": \"" + UUID.randomUUID() + "\"";
        return Map.of(
                "crm.task.create",
                List.of(
                        with(contact, "\"title\": \"Write\", \"priority\": \"urgent\""),
                        "{\"title\": \"Of nobody\"}",
                        with(archived(), "\"title\": \"Write\"")),
                "crm.task.update",
                List.of(it + ", \"title\": \"Call again\"}", it + "}", nobodys + ", \"title\": \"x\"}"),
                "crm.task.complete",
                List.of(it + "}", nobodys + "}"),
                "crm.task.list",
                List.of("{}", with(contact, "")));
    }

    private static Map<String, List<String>> system() {
        return Map.of(
                "system.execution.resolve",
                List.of(
                        execution(made()).replace("}", ", \"outcome\": \"applied\"}"),
                        "{\"executionId\": \"" + UUID.randomUUID() + "\", \"outcome\": \"applied\"}"),
                "system.approval.list",
                List.of("{}"),
                "system.approval.decide",
                List.of("{\"approvalId\": \"" + UUID.randomUUID() + "\", \"decision\": \"approve\"}"));
    }

    private static Map<String, List<String>> crm() {
        String nobody = "\"contactId\": \"" + UUID.randomUUID() + "\"";
        String taken = phoneOf(made());
        JsonNode moved = made();
        JsonNode move = call("crm.contact.update", with(moved, "\"city\": \"Cali\""));
        call("crm.contact.update", with(moved, "\"city\": \"Pasto\""));
        JsonNode tagged = made();
        call("crm.tag.add", with(tagged, "\"tag\": \"vip\""));
        JsonNode rival = archived();
        call("crm.contact.create", "{\"name\": \"Rival\", \"phone\": \"" + phoneOf(rival) + "\"}");
        return Map.of(
                "crm.contact.create",
                List.of(
                        NewContact.json(),
                        "{\"name\": \"Ana\", \"phone\": \"" + NewContact.phone()
                                + "\", \"tags\": [\"vip\", \"brand new\"]}",
                        "{\"name\": \"Ana\", \"phone\": \"" + taken + "\"}"),
                "crm.contact.read",
                List.of(with(made(), ""), "{" + nobody + "}"),
                "crm.contact.update",
                List.of(
                        with(made(), "\"city\": \"Cali\", \"email\": null"),
                        with(made(), ""),
                        with(made(), "\"phone\": \"" + taken + "\""),
                        with(made(), "\"expectedVersion\": 9, \"city\": \"Cali\""),
                        "{" + nobody + ", \"city\": \"Cali\"}"),
                "crm.contact.delete",
                List.of(with(made(), ""), with(archived(), ""), "{" + nobody + "}"),
                "crm.contact.restore",
                List.of(with(archived(), ""), with(made(), ""), with(rival, ""), "{" + nobody + "}"),
                "crm.contact.list",
                List.of("{}", "{\"search\": \"ana\", \"tags\": [\"vip\"]}"),
                "crm.contact.findByPhone",
                List.of("{\"phone\": \"" + taken + "\"}", "{\"phone\": \"" + NewContact.phone() + "\"}"),
                "crm.tag.add",
                List.of(
                        with(made(), "\"tag\": \"newest\""),
                        with(tagged, "\"tag\": \"VIP\""),
                        with(archived(), "\"tag\": \"vip\""),
                        "{" + nobody + ", \"tag\": \"vip\"}"),
                "crm.tag.remove",
                List.of(
                        with(tagged, "\"tag\": \"vip\""),
                        with(made(), "\"tag\": \"vip\""),
                        with(made(), "\"tag\": \"none such\"")),
                "system.execution.undo",
                List.of(
                        execution(made()),
                        execution(move),
                        execution(call("crm.contact.list", "{}")),
                        "{\"executionId\": \"" + UUID.randomUUID() + "\"}"));
    }

    @Test
    void every_tool_is_tried() {
        assertThat(INPUTS.keySet())
                .containsExactlyInAnyOrderElementsOf(CATALOGUE.list().stream()
                        .map(spec -> spec.name().toString())
                        .toList());
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (ToolSpec spec : CATALOGUE.list()) {
            List<String> inputs =
                    new ArrayList<>(INPUTS.getOrDefault(spec.name().toString(), List.of()));
            inputs.add(spec.fails().toString());
            inputs.forEach(each -> cases.add(Arguments.of(spec.name().toString(), each)));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void changes_nothing_and_says_what_the_call_then_does(String tool, String inputs) {
        String before = checksums();

        JsonNode dry = STACK.dryRun(tool, inputs);
        String after = checksums();
        JsonNode real = STACK.call(tool, inputs);

        assertThat(after).isEqualTo(before);
        assertThat(dry.path("status").asText())
                .isEqualTo(real.path("status").asText().equals("success") ? "dry_run" : "error");
        assertThat(masked(dry.path("error"))).isEqualTo(masked(real.path("error")));
        assertThat(masked(dry.path("outputs"))).isEqualTo(masked(real.path("outputs")));
        if (dry.path("status").asText().equals("dry_run")) {
            assertThat(CATALOGUE.find(tool).orElseThrow().spec().checkOutput(dry.path("outputs")))
                    .isEmpty();
            assertThat(dry.path("for_user").asText())
                    .startsWith("Simulación")
                    .isNotEqualTo(real.path("for_user").asText());
        }
        assertThat(STACK.db.cell("select count(*) from tool_changes where execution_id = '"
                        + dry.path("execution_id").asText() + "'"))
                .isEqualTo("0");
    }

    /** Every table to the last column, but for the rows that each call leaves. */
    private static String checksums() {
        StringBuilder sums = new StringBuilder();
        for (String table : STACK.db.rows("select tablename from pg_tables where schemaname = 'recourse'"
                + " and tablename not in ('tool_executions', 'tool_claims') order by 1")) {
            sums.append(table)
                    .append(STACK.db.cell(
                            "select count(*) || ' ' || md5(coalesce(string_agg(t::text, ',' order by t::text), ''))"
                                    + " from " + table + " t"))
                    .append('\n');
        }
        return sums.toString();
    }

    /** Without what differs between any two runs: new ids, and the time. */
    private static String masked(JsonNode answer) {
        return answer.toString()
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
                .replaceAll("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z", "TIME");
    }

    private static JsonNode made() {
        return call("crm.contact.create", NewContact.json());
    }

    private static String field(JsonNode answer, String name) {
        return answer.at("/outputs/" + name).asText();
    }

    private static JsonNode archived() {
        JsonNode made = made();
        call("crm.contact.delete", with(made, ""));
        return made;
    }

    private static JsonNode call(String tool, String inputs) {
        JsonNode answer = STACK.call(tool, inputs);
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
        return answer;
    }

    private static String phoneOf(JsonNode made) {
        return made.at("/outputs/contact/phone").asText();
    }

    private static String with(JsonNode made, String more) {
        return json("{\"contactId\": \"" + made.at("/outputs/contactId").asText() + "\"" + (more.isEmpty() ? "" : ", ")
                        + more + "}")
                .toString();
    }

    private static String execution(JsonNode answer) {
        return "{\"executionId\": \"" + answer.path("execution_id").asText() + "\"}";
    }
}
