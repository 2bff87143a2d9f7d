package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.Bench;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MessageListTest {
    private final Chat chat = new Chat();
    private final UUID conversation = chat.says(Chat.ANA, "wamid.0", "0", chat.start);

    MessageListTest() {
        // three in each second: the time alone does not order them
        for (int i = 1; i < 9; i++) {
            chat.says(Chat.ANA, "wamid." + i, String.valueOf(i), chat.start.plusSeconds(i / 3));
        }
        chat.says("573109876543", "wamid.x", "de otro", chat.start);
    }

    @AfterEach
    void close() {
        chat.close();
    }

    @Test
    void the_newest_come_without_asking_and_the_oldest_of_them_first() {
        JsonNode page = list("'limit': 4");

        assertThat(texts(page)).containsExactly("5", "6", "7", "8");
        assertThat(page.path("hasMore").asBoolean()).isTrue();
        assertThat(texts(list("'limit': 50"))).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
        assertThat(list("'limit': 50").path("nextCursor").isNull()).isTrue();
    }

    @Test
    void cursors_lead_through_all_of_them_backwards_and_forwards() {
        List<String> back = new ArrayList<>();
        JsonNode page = list("'limit': 2");
        while (true) {
            back.addAll(0, texts(page));
            if (!page.path("hasMore").asBoolean()) {
                break;
            }
            page = list("'limit': 2, 'before': '" + page.path("nextCursor").asText() + "'");
        }
        assertThat(back).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");

        String first = list("'limit': 50").at("/messages/0/id").asText();
        List<String> forth = new ArrayList<>();
        page = list("'limit': 3, 'after': '" + first + "'");
        while (true) {
            forth.addAll(texts(page));
            if (!page.path("hasMore").asBoolean()) {
                break;
            }
            page = list("'limit': 3, 'after': '" + page.path("nextCursor").asText() + "'");
        }
        assertThat(forth).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
    }

    @Test
    void what_is_between_two_messages_is_given_oldest_first() {
        JsonNode all = list("'limit': 50");
        String second = all.at("/messages/1/id").asText();
        String sixth = all.at("/messages/5/id").asText();

        assertThat(texts(list("'after': '" + second + "', 'before': '" + sixth + "'")))
                .containsExactly("2", "3", "4");
    }

    @Test
    void a_message_of_another_thread_is_no_place_in_this_one() {
        String others = chat.bench.db.cell("select id from messages where wamid = 'wamid.x'");

        assertThat(refused("'before': '" + others + "'").code()).isEqualTo("MESSAGE_NOT_FOUND");
        assertThat(refused("'before': '" + UUID.randomUUID() + "'").code()).isEqualTo("MESSAGE_NOT_FOUND");
        for (String garbage : List.of("x", "AAAA", "MjAyNiB4", "ñ", "=".repeat(200))) {
            assertThat(refused("'after': '" + garbage + "'").code()).isEqualTo("CURSOR_INVALID");
        }
    }

    private JsonNode list(String more) {
        return chat.bench.ok("whatsapp.message.list", IncomingTest.of(conversation, more));
    }

    private Bench.Ended refused(String more) {
        return chat.bench.call("whatsapp.message.list", IncomingTest.of(conversation, more));
    }

    private static List<String> texts(JsonNode page) {
        List<String> texts = new ArrayList<>();
        page.path("messages").forEach(each -> texts.add(each.path("text").asText()));
        return texts;
    }
}
