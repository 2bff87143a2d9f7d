package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.crm.Bench;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Meanwhile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks come late, twice, in any order, and from anybody; what they leave does not depend on it. */
final class IncomingTest {
    private final Chat chat = new Chat();

    @AfterEach
    void close() {
        chat.close();
    }

    @Test
    void a_message_opens_the_conversation_of_its_sender() {
        UUID ana = chat.bench.contact("Ana", "3001234567");

        Incoming.Received received = chat.receive(
                Chat.body(Chat.NUMBER, value -> Chat.says(value, Chat.ANA, "wamid.1", "Hola", chat.start)));

        assertThat(received.messages()).isEqualTo(1);
        JsonNode conversation = conversation();
        assertThat(conversation.path("contactId").asText()).isEqualTo(ana.toString());
        assertThat(conversation.at("/contact/name").asText()).isEqualTo("Ana");
        assertThat(conversation.path("phone").asText()).isEqualTo("+573001234567");
        assertThat(conversation.path("profileName").asText()).isEqualTo("Ana de Cali");
        assertThat(conversation.path("lastMessagePreview").asText()).isEqualTo("Hola");
        assertThat(conversation.path("unread").asInt()).isEqualTo(1);
        assertThat(conversation.path("windowExpiresAt").isNull()).isFalse();
        assertThat(chat.bench.db.rows("select tool_name, principal, status, outcome, request_context ->> 'source'"
                        + " from tool_executions where id = '"
                        + received.executions().get(0) + "'"))
                .containsExactly("whatsapp.webhook.receive|webhook:" + Chat.NUMBER + "|success|applied|webhook");
    }

    @Test
    void whoever_is_no_contact_yet_becomes_one_later() {
        chat.says(Chat.ANA, "wamid.1", "Hola", chat.start);
        assertThat(conversation().path("contactId").isNull()).isTrue();
        UUID ana = chat.bench.contact("Ana", "3001234567");

        chat.says(Chat.ANA, "wamid.2", "Sigo aquí", chat.start.plusSeconds(5));

        assertThat(conversation().path("contactId").asText()).isEqualTo(ana.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "+52 55 1234 5678, 5215512345678",
        "+55 11 98765 4321, 551187654321",
        "+54 9 11 2345 6789, 5491123456789"
    })
    void a_mobile_that_whatsapp_writes_otherwise_is_the_contacts(String phone, String waId) {
        UUID ana = chat.bench.contact("Ana", phone);

        chat.says(waId, "wamid.1", "Hola", chat.start);

        assertThat(conversation().path("contactId").asText()).isEqualTo(ana.toString());
    }

    @Test
    void the_same_delivery_again_writes_nothing() {
        ObjectNode body = Chat.body(Chat.NUMBER, value -> {
            Chat.says(value, Chat.ANA, "wamid.1", "Hola", chat.start);
            Chat.status(value, "wamid.o", "sent", chat.start);
        });
        List<UUID> first = chat.receive(body).executions();
        String before = written();

        Incoming.Received again = chat.receive(body);

        assertThat(again.messages() + again.statuses()).isZero();
        assertThat(again.executions()).isEqualTo(first);
        assertThat(written()).isEqualTo(before);
    }

    @Test
    void a_message_in_another_delivery_is_not_written_twice() {
        chat.says(Chat.ANA, "wamid.1", "Hola", chat.start);

        Incoming.Received both = chat.receive(Chat.body(Chat.NUMBER, value -> {
            Chat.says(value, Chat.ANA, "wamid.1", "Hola", chat.start);
            Chat.says(value, Chat.ANA, "wamid.2", "¿Hay alguien?", chat.start.plusSeconds(9));
        }));

        assertThat(both.messages()).isEqualTo(1);
        assertThat(chat.bench.db.cell("select count(*) from messages")).isEqualTo("2");
    }

    @Test
    void deliveries_at_once_open_one_conversation() {
        List<CompletableFuture<Incoming.Received>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String wamid = "wamid." + i / 2;
            all.add(Meanwhile.doing(() -> chat.receive(
                    Chat.body(Chat.NUMBER, value -> Chat.says(value, Chat.ANA, wamid, "Hola", chat.start)))));
        }

        int written = all.stream().mapToInt(each -> each.join().messages()).sum();

        assertThat(written).isEqualTo(4);
        assertThat(chat.bench.db.cell("select count(*) from conversations")).isEqualTo("1");
        assertThat(conversation().path("unread").asInt()).isEqualTo(4);
    }

    @Test
    void a_number_that_the_workspace_does_not_have_touches_nobody() {
        String before = written();

        Incoming.Received stranger =
                chat.receive(Chat.body("999", value -> Chat.says(value, Chat.ANA, "wamid.1", "Hola", chat.start)));
        Incoming.Received ofAnother = chat.receive(
                Chat.body("206540352242922", value -> Chat.says(value, Chat.ANA, "wamid.2", "Hola", chat.start)));

        assertThat(stranger).isEqualTo(new Incoming.Received(0, 0, 1, List.of()));
        assertThat(ofAnother).isEqualTo(stranger);
        assertThat(written()).isEqualTo(before);
    }

    @Test
    void a_message_opens_a_closed_conversation_and_its_assignee_stays() {
        UUID conversation = chat.says(Chat.ANA, "wamid.1", "Hola", chat.start);
        chat.bench.ok("whatsapp.conversation.assign", of(conversation, "'agentId': 'leo'"));
        Bench.Ended closed = chat.bench.call("whatsapp.conversation.close", of(conversation, "'resolution': 'Listo'"));

        chat.says(Chat.ANA, "wamid.2", "Una cosa más", chat.start.plusSeconds(60));

        assertThat(conversation().path("status").asText()).isEqualTo("open");
        assertThat(conversation().path("assignedTo").asText()).isEqualTo("leo");
        assertThat(conversation().path("closedAt").isNull()).isTrue();
        assertThat(chat.bench.takeBack(closed.execution())).isEmpty();
        assertThat(conversation().path("status").asText()).isEqualTo("open");
    }

    @Test
    void an_old_message_that_comes_late_is_not_the_last_one() {
        chat.says(Chat.ANA, "wamid.2", "Lo nuevo", chat.start.plusSeconds(60));

        chat.says(Chat.ANA, "wamid.1", "Lo viejo", chat.start);

        assertThat(conversation().path("lastMessagePreview").asText()).isEqualTo("Lo nuevo");
    }

    @Test
    void kinds_we_do_not_know_are_kept_as_they_are() {
        chat.receive(Chat.body(Chat.NUMBER, value -> {
            Chat.message(value, Chat.ANA, "wamid.1", "image", chat.start)
                    .putObject("image")
                    .put("caption", "Mi pedido")
                    .put("id", "77");
            Chat.message(value, Chat.ANA, "wamid.2", "Hologram!", chat.start.plusSeconds(1))
                    .putObject("hologram")
                    .put("nul", "a\0b");
        }));

        JsonNode messages = chat.bench
                .ok("whatsapp.message.list", of(chat.conversation(Chat.ANA), "'limit': 10"))
                .path("messages");
        assertThat(messages.findValuesAsText("type")).containsExactly("image", "unsupported");
        assertThat(messages.at("/0/text").asText()).isEqualTo("Mi pedido");
        assertThat(messages.at("/1/content/hologram/nul").asText()).isEqualTo("a\\u0000b");
        assertThat(conversation().path("lastMessagePreview").asText()).isEqualTo("[unsupported]");
    }

    @Test
    void what_cannot_be_read_is_passed_over() {
        assertThatThrownBy(() -> chat.incoming.receive(Bench.A, "{".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ToolFailure.class);
        for (String body : List.of("[]", "7", "{}", "{\"entry\": 7}", "{\"entry\": [{\"changes\": [7]}]}")) {
            assertThat(chat.incoming.receive(Bench.A, body.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(new Incoming.Received(0, 0, 0, List.of()));
        }
        Incoming.Received one = chat.receive(Chat.body(Chat.NUMBER, value -> {
            Chat.says(value, "no number", "wamid.1", "Hola", chat.start);
            Chat.says(value, Chat.ANA, " ", "Hola", chat.start);
            Chat.message(value, Chat.ANA, "wamid.3", "text", chat.start).put("timestamp", "soon");
            Chat.status(value, "wamid.4", "teleported", chat.start);
            Chat.says(value, Chat.ANA, "wamid.5", "Hola", chat.start);
        }));

        assertThat(one.messages()).isEqualTo(1);
        assertThat(one.statuses()).isZero();
    }

    @Test
    void statuses_count_by_rank_in_whatever_order_they_come() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        UUID conversation = chat.says(Chat.ANA, "wamid.in", "Hola", chat.start);
        List<String> story = List.of("accepted", "sent", "delivered", "read");
        for (int heard = 1; heard <= story.size(); heard++) {
            UUID execution = sent("Mensaje " + heard);
            String wamid = "wamid.out" + heard;
            List<String> order = new ArrayList<>(story.subList(0, heard));
            order.addAll(story.subList(0, heard));
            Collections.shuffle(order, random);

            order.forEach(word -> hear(execution, wamid, word));

            JsonNode last = last(conversation);
            assertThat(last.path("status").asText())
                    .as("seed %d, %s", seed, order)
                    .isEqualTo(List.of("sent", "sent", "delivered", "read").get(heard - 1));
            assertThat(last.path("wamid").asText()).isEqualTo(wamid);
        }
    }

    @Test
    void a_failure_that_the_vendor_tells_later_is_told_with_its_code() {
        UUID conversation = chat.says(Chat.ANA, "wamid.in", "Hola", chat.start);
        UUID execution = sent("Uno");
        hear(execution, "wamid.1", "accepted");

        chat.receive(Chat.body(
                Chat.NUMBER,
                value -> Chat.status(value, "wamid.1", "failed", chat.start)
                        .putArray("errors")
                        .addObject()
                        .put("code", 131026)));

        assertThat(last(conversation).path("status").asText()).isEqualTo("failed");
        assertThat(last(conversation).path("errorCode").asText()).isEqualTo("131026");
    }

    @Test
    void a_status_that_carries_our_id_needs_nothing_else() {
        UUID conversation = chat.says(Chat.ANA, "wamid.in", "Hola", chat.start);
        UUID execution = sent("Uno");

        chat.receive(Chat.body(
                Chat.NUMBER,
                value -> Chat.status(value, "wamid.1", "delivered", chat.start)
                        .put("biz_opaque_callback_data", execution.toString())));

        assertThat(last(conversation).path("status").asText()).isEqualTo("delivered");
        assertThat(last(conversation).path("wamid").asText()).isEqualTo("wamid.1");
    }

    @Test
    void an_id_of_another_workspace_in_a_status_is_nobodys() {
        UUID conversation = chat.says(Chat.ANA, "wamid.in", "Hola", chat.start);
        UUID execution = sent("Uno");

        chat.incoming.receive(
                Bench.B,
                Chat.body(
                                "206540352242922",
                                value -> Chat.status(value, "wamid.1", "read", chat.start)
                                        .put("biz_opaque_callback_data", execution.toString()))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(last(conversation).path("status").asText()).isEqualTo("pending");
        assertThat(chat.bench.db.rows("select workspace_id, client_key from message_statuses"))
                .containsExactly(Bench.B + "|null");
    }

    /** A message that a claimed execution is about to send; no row says yet how that ended. */
    private UUID sent(String text) {
        UUID execution = UUID.randomUUID();
        chat.bench.db.as_superuser("insert into tool_claims (workspace_id, id, kind, request_hash) values ('" + Bench.A
                + "', '" + execution + "', 'do', '\\x00')");
        chat.bench.db.as_superuser("insert into messages (workspace_id, id, line_id, phone, direction, type, content,"
                + " client_key, at) values ('" + Bench.A + "', gen_random_uuid(), '" + chat.line + "', '+" + Chat.ANA
                + "', 'outbound', 'text', '{\"text\": {\"body\": \"" + text + "\"}}', '" + execution + "', now())");
        return execution;
    }

    private void hear(UUID execution, String wamid, String word) {
        if (word.equals("accepted")) {
            chat.bench.db.as_superuser("insert into message_statuses (workspace_id, id, line_id, wamid, client_key,"
                    + " status, at) values ('" + Bench.A + "', gen_random_uuid(), '" + chat.line + "', '" + wamid
                    + "', '" + execution + "', 'accepted', now()) on conflict do nothing");
        } else {
            // what came before the acceptance was recorded knows our id; without it nobody could say whose it is
            chat.receive(Chat.body(
                    Chat.NUMBER,
                    value -> Chat.status(value, wamid, word, chat.start)
                            .put("biz_opaque_callback_data", execution.toString())));
        }
    }

    private JsonNode last(UUID conversation) {
        return chat.bench
                .ok("whatsapp.message.list", of(conversation, "'limit': 1"))
                .at("/messages/0");
    }

    private JsonNode conversation() {
        return chat.bench.ok("whatsapp.conversation.list", "{}").at("/conversations/0");
    }

    static String of(UUID conversation, String more) {
        return "{'conversationId': '" + conversation + "', " + more + "}";
    }

    private String written() {
        return chat.bench.db.business()
                + chat.bench.db.rows("select * from messages")
                + chat.bench.db.rows("select * from message_statuses")
                + chat.bench.db.rows("select id, kind from tool_claims order by id");
    }
}
