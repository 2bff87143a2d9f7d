package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.Bench;
import dev.recourse.db.ledger.Answer.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversationToolsTest {
    private final Chat chat = new Chat();
    private final Bench bench = chat.bench;
    private final UUID open = chat.says(Chat.ANA, "wamid.1", "Hola", chat.start);
    private final UUID other = chat.says("573109876543", "wamid.2", "Buenas", chat.start.plusSeconds(60));

    @AfterEach
    void close() {
        chat.close();
    }

    @Test
    void a_conversation_is_assigned_to_a_member_by_handle_or_id_and_to_nobody() {
        String leo = bench.db.cell(
                "select id from workspace_members where handle = 'leo' and workspace_id = '" + Bench.A + "'");

        JsonNode first = bench.ok("whatsapp.conversation.assign", of(open, "'agentId': 'leo'"));
        JsonNode same = bench.ok("whatsapp.conversation.assign", of(open, "'agentId': '" + leo + "'"));
        JsonNode none = bench.ok("whatsapp.conversation.assign", of(open, "'agentId': null"));

        assertThat(List.of(
                        first.path("assigned").asBoolean(),
                        same.path("assigned").asBoolean()))
                .containsExactly(true, false);
        assertThat(first.path("previousAgent").isNull()).isTrue();
        assertThat(first.at("/conversation/assignedTo").asText()).isEqualTo("leo");
        assertThat(none.path("previousAgent").asText()).isEqualTo("leo");
        assertThat(none.path("newAgent").isNull()).isTrue();
    }

    @Test
    void whoever_is_no_active_member_is_assigned_nothing() {
        bench.db.as_superuser("update workspace_members set disabled_at = now() where handle = 'leo'");

        for (String who : List.of("leo", "nadie", UUID.randomUUID().toString())) {
            Bench.Ended ended = bench.call("whatsapp.conversation.assign", of(open, "'agentId': '" + who + "'"));
            assertThat(ended.code()).isEqualTo("ASSIGNEE_NOT_MEMBER");
            assertThat(ended.field()).isEqualTo("/agentId");
        }
        assertThat(bench.call("whatsapp.conversation.assign", "{'conversationId': '" + open + "'}")
                        .field())
                .isEqualTo("/agentId");
    }

    @Test
    void closing_says_how_it_ended_and_happens_once() {
        JsonNode closed = bench.ok("whatsapp.conversation.close", of(open, "'resolution': ' Entregado. '"));

        Bench.Ended again = bench.call("whatsapp.conversation.close", of(open, "'resolution': 'Otra cosa'"));

        assertThat(closed.path("resolution").asText()).isEqualTo("Entregado.");
        assertThat(closed.at("/conversation/status").asText()).isEqualTo("closed");
        assertThat(again.code()).isEqualTo("ALREADY_CLOSED");
        assertThat(again.details().path("closedAt")).isEqualTo(closed.path("closedAt"));
        assertThat(closed.at("/conversation/lastMessagePreview").asText()).isEqualTo("Hola");
    }

    @Test
    void reopening_twice_changes_nothing_more() {
        bench.ok("whatsapp.conversation.close", of(open, "'resolution': 'Listo'"));

        JsonNode first = bench.ok("whatsapp.conversation.reopen", id(open));
        Bench.Ended second = bench.call("whatsapp.conversation.reopen", id(open));

        assertThat(first.path("reopened").asBoolean()).isTrue();
        assertThat(first.at("/conversation/resolution").isNull()).isTrue();
        assertThat(second.outputs().path("reopened").asBoolean()).isFalse();
        assertThat(second.outcome()).isEqualTo(Outcome.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "whatsapp.conversation.assign | {'conversationId': 'OPEN', 'agentId': 'leo'}",
                "whatsapp.conversation.assign | {'conversationId': 'CLOSED', 'agentId': null}",
                "whatsapp.conversation.close  | {'conversationId': 'OPEN', 'resolution': 'Listo'}",
                "whatsapp.conversation.close  | {'conversationId': 'OPEN'}",
                "whatsapp.conversation.reopen | {'conversationId': 'CLOSED'}"
            })
    void what_one_call_did_is_taken_back(String tool, String inputs) {
        bench.ok("whatsapp.conversation.assign", of(other, "'agentId': 'ana'"));
        bench.ok("whatsapp.conversation.close", of(other, "'resolution': 'Antes'"));
        String before = bench.db.business();

        Bench.Ended done =
                bench.call(tool, inputs.replace("OPEN", open.toString()).replace("CLOSED", other.toString()));
        assertThat(done.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(bench.db.business()).isNotEqualTo(before);

        assertThat(bench.takeBack(done.execution())).isEmpty();
        assertThat(bench.db.business()).isEqualTo(before);
    }

    @Test
    void the_latest_word_comes_first_and_filters_narrow_the_list() {
        UUID ana = bench.contact("Ana", "3001234567");
        chat.says(Chat.ANA, "wamid.3", "Otra vez yo", chat.start.plusSeconds(90));
        bench.ok("whatsapp.conversation.assign", of(other, "'agentId': 'leo'"));

        assertThat(ids("{}")).containsExactly(open, other);
        assertThat(ids("{'assignedTo': 'leo'}")).containsExactly(other);
        assertThat(ids("{'unassignedOnly': true, 'assignedTo': 'leo'}")).containsExactly(open);
        assertThat(ids("{'contactId': '" + ana + "'}")).containsExactly(open);
        assertThat(ids("{'contactId': '" + UUID.randomUUID() + "'}")).isEmpty();
        bench.ok("whatsapp.conversation.close", id(open));
        assertThat(ids("{}")).containsExactly(other);
        assertThat(ids("{'status': 'closed'}")).containsExactly(open);
        assertThat(ids("{'status': 'all'}")).containsExactly(open, other);
        assertThat(bench.call("whatsapp.conversation.list", "{'assignedTo': 'nadie'}")
                        .field())
                .isEqualTo("/assignedTo");
    }

    @Test
    void a_page_says_how_many_there_are() {
        JsonNode page = bench.ok("whatsapp.conversation.list", "{'page': 2, 'pageSize': 1}");

        assertThat(page.at("/conversations/0/id").asText()).isEqualTo(open.toString());
        assertThat(page.path("total").asInt()).isEqualTo(2);
        assertThat(page.path("totalPages").asInt()).isEqualTo(2);
    }

    @Test
    void the_window_closes_two_minutes_before_its_day_is_over() {
        chat.says("573005550001", "wamid.8", "Hace rato", chat.start.minus(Duration.ofHours(24)));
        JsonNode old = bench.ok("whatsapp.conversation.list", "{}").at("/conversations/2");
        JsonNode late = bench.ok("whatsapp.conversation.list", "{}").at("/conversations/0");

        assertThat(old.path("windowExpiresAt").isNull()).isTrue();
        assertThat(Duration.between(
                        Instant.parse(late.path("lastCustomerMessageAt").asText()),
                        Instant.parse(late.path("windowExpiresAt").asText())))
                .isEqualTo(Duration.ofHours(24).minusMinutes(2));
    }

    private List<UUID> ids(String query) {
        List<UUID> ids = new ArrayList<>();
        bench.ok("whatsapp.conversation.list", query)
                .path("conversations")
                .forEach(each -> ids.add(Bench.id(each, "id")));
        return ids;
    }

    private static String of(UUID conversation, String more) {
        return IncomingTest.of(conversation, more);
    }

    private static String id(UUID conversation) {
        return "{'conversationId': '" + conversation + "'}";
    }
}
