package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.crm.Bench;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations of another workspace are, to every tool, as if they were not there. */
final class ApartTest {
    private static final Chat CHAT = new Chat();
    private static final UUID THEIRS = theirs();
    private static final UUID OURS = CHAT.bench.contact("Ana", "3001234567");

    private static UUID theirs() {
        ObjectNode body =
                Chat.body("206540352242922", value -> Chat.says(value, Chat.ANA, "wamid.1", "canario", CHAT.start));
        CHAT.incoming.receive(Bench.B, Json.write(body).getBytes(StandardCharsets.UTF_8));
        return CHAT.conversation(Chat.ANA);
    }

    @AfterAll
    static void close() {
        CHAT.close();
    }

    private static final UUID THEIR_CONTACT = CHAT.bench.contact(Bench.B, "Beatriz", "3001234567");

    static Stream<Arguments> whose() {
        return CHAT.bench.catalogue.list().stream()
                .filter(spec -> spec.name().module().equals("whatsapp"))
                .flatMap(spec -> Stream.of("contactId", "conversationId")
                        .filter(id -> spec.input(Locale.ENGLISH)
                                .at("/properties/" + id)
                                .isObject())
                        .filter(id -> !spec.name().action().equals("list") || id.equals("conversationId"))
                        .map(id -> Arguments.of(spec, id)));
    }

    @ParameterizedTest
    @MethodSource("whose")
    void what_is_anothers_is_answered_as_what_nobody_has(ToolSpec spec, String id) {
        String before = CHAT.bench.db.everything();

        assertThat(refusal(spec, id, id.equals("contactId") ? THEIR_CONTACT : THEIRS))
                .isEqualTo(refusal(spec, id, UUID.randomUUID()))
                .contains("_NOT_FOUND");
        assertThat(CHAT.bench.db.everything()).isEqualTo(before);
    }

    @Test
    void anothers_conversations_are_in_no_list() {
        assertThat(Json.write(CHAT.bench.ok("whatsapp.conversation.list", "{'status': 'all'}")))
                .doesNotContain("canario", THEIRS.toString());
    }

    private static String refusal(ToolSpec spec, String field, UUID id) {
        ObjectNode inputs = (ObjectNode) spec.passes();
        if (inputs.has("contactId")) {
            inputs.put("contactId", OURS.toString());
        }
        inputs.put(field, id.toString());
        return Json.write(Json.tree(CHAT.bench
                .call(Bench.A, spec.name().toString(), inputs, () -> {})
                .refusal()));
    }
}
