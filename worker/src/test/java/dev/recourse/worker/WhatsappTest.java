package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.Fault.Kind;
import dev.recourse.worker.standin.Received;
import dev.recourse.worker.standin.Taken;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conversations with customers, from the first template to the last word, over real HTTP. */
@Timeout(120)
final class WhatsappTest {
    private static final Whatsapping WHATSAPP = new Whatsapping();

    private final UUID ana = WHATSAPP.contact();

    @BeforeAll
    static void templates() {
        assertThat(WHATSAPP.fetchTemplates()).isPositive();
    }

    @AfterAll
    static void close() {
        WHATSAPP.close();
    }

    @Test
    void a_template_opens_the_conversation_and_its_way_is_told() {
        JsonNode sent = hello(ana);

        assertThat(sent.path("status").asText()).as("%s", sent).isEqualTo("success");
        assertThat(sent.path("message_id").asText())
                .isEqualTo(sent.at("/outputs/wamid").asText())
                .startsWith("wamid.");
        assertThat(sent.at("/outputs/conversationId").asText()).isEqualTo(WHATSAPP.conversation(ana));
        assertThat(sent.path("resource_url").asText()).isEqualTo("/whatsapp/" + WHATSAPP.conversation(ana));
        Eventually.holds(() -> WHATSAPP.last(ana).path("status").asText().equals("delivered"));
        assertThat(WHATSAPP.cell("select outcome from tool_executions where id = '"
                        + sent.path("execution_id").asText() + "'"))
                .isEqualTo("applied");
    }

    @Test
    void a_text_answers_while_the_window_is_open_and_opens_what_was_closed() {
        String wamid = WHATSAPP.writes(ana);
        WHATSAPP.stack.call("whatsapp.conversation.close", conversation(""));

        JsonNode sent = WHATSAPP.stack.call(
                "whatsapp.message.send",
                json("{'contactId': '" + ana + "', 'message': 'Sí', 'replyToMessageId': '" + wamid + "'}"));

        assertThat(sent.at("/outputs/sent").asBoolean()).as("%s", sent).isTrue();
        assertThat(bodies(sent)).singleElement().asString().contains(wamid, "\"preview_url\":false");
        assertThat(WHATSAPP.cell("select status from conversations where contact_id = '" + ana + "'"))
                .isEqualTo("active");
    }

    @Test
    void a_dry_run_reaches_nobody_and_leaves_no_message() {
        int before = WHATSAPP.vendor.received().size();

        JsonNode would = WHATSAPP.stack.dryRun(
                "whatsapp.template.send",
                json("{'contactId': '" + ana + "', 'templateName': 'hello_customer', 'templateParams': {'1': 'Ana'}}"));

        assertThat(would.path("status").asText()).as("%s", would).isEqualTo("dry_run");
        assertThat(would.at("/outputs/wouldSend").asBoolean()).isTrue();
        assertThat(would.has("message_id")).isFalse();
        assertThat(WHATSAPP.vendor.received()).hasSize(before);
        assertThat(WHATSAPP.cell("select count(*) from messages where phone = (select phone from contacts where id = '"
                        + ana + "')"))
                .isEqualTo("0");
    }

    @Test
    void the_same_call_sends_once() {
        UUID call = UUID.randomUUID();

        JsonNode first = hello(ana, call);
        JsonNode second = hello(ana, call);

        assertThat(second).isEqualTo(first);
        assertThat(bodies(first)).hasSize(1);
    }

    @Test
    void what_whatsapp_refuses_has_not_left() {
        UUID blocked = WHATSAPP.contact("+573000131026");

        JsonNode refused = hello(blocked);

        assertThat(refused.at("/error/code").asText()).isEqualTo("RECIPIENT_UNREACHABLE");
        assertThat(WHATSAPP.cell("select outcome from tool_executions where id = '"
                        + refused.path("execution_id").asText() + "'"))
                .isEqualTo("not_applied");
        assertThat(WHATSAPP.cell("select count(*) from conversations where contact_id = '" + blocked + "'"))
                .isEqualTo("0");
    }

    @Test
    void what_is_unknown_is_settled_by_what_whatsapp_tells_later() {
        WHATSAPP.vendor.statuses();
        UUID call = UUID.randomUUID();
        try {
            WHATSAPP.vendor.next(Fault.of(Kind.CLOSE).butActing());
            JsonNode lost = hello(ana, call);
            assertThat(lost.at("/error/code").asText()).isEqualTo("SEND_OUTCOME_UNKNOWN");
            assertThat(lost.path("outcome").asText()).isEqualTo("unknown");

            List<Taken> taken = WHATSAPP.vendor.taken();
            WHATSAPP.vendor.status(taken.get(taken.size() - 1), Whatsapping.KEY, "read");

            Eventually.holds(() -> hello(ana, call).path("outcome").asText().equals("applied"));
            assertThat(bodies(lost)).hasSize(1);
            assertThat(WHATSAPP.cell("select source || ' ' || (evidence ->> 'status') from tool_resolutions"
                            + " where execution_id = '"
                            + lost.path("execution_id").asText() + "'"))
                    .isEqualTo("webhook read");
        } finally {
            WHATSAPP.vendor.statuses("sent", "delivered");
        }
    }

    @Test
    void a_customer_who_is_read_has_nothing_unread() {
        WHATSAPP.writes(ana);
        WHATSAPP.writes(ana);

        JsonNode read = WHATSAPP.stack.call("whatsapp.message.markRead", conversation(""));

        assertThat(read.at("/outputs/read").asBoolean()).as("%s", read).isTrue();
        JsonNode inbox = WHATSAPP.stack.call("whatsapp.conversation.list", json("{'contactId': '" + ana + "'}"));
        assertThat(inbox.at("/outputs/conversations/0/unread").asInt()).isZero();
    }

    @Test
    void a_batch_makes_a_contact_and_greets_them_and_its_plan_says_what_stays() {
        String file = json("""
                {'batch_id': '%s', 'calls': [
                  {'tool': 'crm.contact.create', 'inputs': {'name': 'Eva', 'phone': '%s'}},
                  {'tool': 'whatsapp.template.send',
                   'inputs': {'contactId': '$0.contactId', 'templateName': 'hello_customer', 'templateParams': {'1': 'Eva'}}}]}
                """.formatted(UUID.randomUUID(), "300777" + (int) (1_000 + Math.random() * 8_999)));
        int before = WHATSAPP.vendor.received().size();

        JsonNode dry = WHATSAPP.stack.batch(file.replaceFirst("\\{", "{\"dry_run\": true, "));
        assertThat(dry.path("status").asText()).as("%s", dry).isEqualTo("applied");
        assertThat(WHATSAPP.vendor.received()).hasSize(before);
        JsonNode done = WHATSAPP.stack.batch(file);

        assertThat(done.path("status").asText()).as("%s", done).isEqualTo("applied");
        assertThat(WHATSAPP.vendor.received()).hasSize(before + 1);
        JsonNode plan = WHATSAPP.stack
                .ana()
                .rollback(UUID.fromString(done.path("batch_id").asText()), true)
                .answer();
        assertThat(plan.at("/counts/irreversible").asInt()).as("%s", plan).isEqualTo(1);
    }

    private static JsonNode hello(UUID contact) {
        return hello(contact, UUID.randomUUID());
    }

    private static JsonNode hello(UUID contact, UUID call) {
        return WHATSAPP.stack
                .ana()
                .call(
                        "whatsapp.template.send",
                        Whatsapping.inputs("{'contactId': '" + contact
                                + "', 'templateName': 'hello_customer', 'templateParams': {'1': 'Ana'}}"),
                        false,
                        call)
                .answer();
    }

    /** What of an execution came in at the other end. */
    private static List<String> bodies(JsonNode answer) {
        return WHATSAPP.vendor.received().stream()
                .map(Received::body)
                .filter(body -> body.contains(answer.path("execution_id").asText()))
                .toList();
    }

    private String conversation(String more) {
        return json("{'conversationId': '" + WHATSAPP.conversation(ana) + "'" + more + "}");
    }

    private static String json(String quoted) {
        return quoted.replace('\'', '"');
    }
}
