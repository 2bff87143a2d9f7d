package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message says in words, whichever way it went; its content is as the vendor writes it. */
final class MessageText {

    /** Where words may stand, by what they are worth. */
    private static final List<String> PLACES = List.of(
            "/renderedText",
            "/text/body",
            "/image/caption",
            "/video/caption",
            "/document/caption",
            "/document/filename",
            "/interactive/button_reply/title",
            "/interactive/list_reply/title",
            "/interactive/body/text",
            "/button/text",
            "/reaction/emoji",
            "/location/name",
            "/location/address");

    private MessageText() {}

    /** The words, or null where there are none, as of a picture without a caption. */
    static @Nullable String of(JsonNode content) {
        return PLACES.stream()
                .map(place -> content.at(place).asText(""))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse(null);
    }
}
