package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What WhatsApp checks of messages that are no templates: what has to be there, and how long it may be. */
final class Shapes {
    private static final int MISSING = 131_008;
    private static final int INVALID = 131_009;
    private static final int UNSUPPORTED = 131_051;
    private static final int MAX_TEXT = 4096;
    private static final int MAX_BODY = 1024;
    private static final int MAX_LINE = 60;
    private static final int MAX_BUTTONS = 3;
    private static final int MAX_BUTTON = 20;
    private static final int MAX_ROWS = 10;
    private static final int MAX_ROW = 24;
    private static final int MAX_DESCRIPTION = 72;
    private static final int MAX_BUTTON_ID = 256;
    private static final int MAX_ROW_ID = 200;

    private Shapes() {}

    /** What is wrong with the part of a message that has its type's name; null for nothing. */
    static @Nullable Reply wrong(String type, JsonNode part) {
        return switch (type) {
            case "text" -> within(part.path("body"), MAX_TEXT) ? null : invalid("text.body");
            case "image", "video", "document" -> media(part, true);
            case "audio", "sticker" -> media(part, false);
            case "interactive" -> interactive(part);
            default -> Reply.meta(UNSUPPORTED, "Unsupported message type");
        };
    }

    private static @Nullable Reply media(JsonNode part, boolean captioned) {
        if (!part.has("id") && !part.path("link").asText().startsWith("https://")) {
            return Reply.meta(MISSING, "The required parameter link is missing.");
        }
        boolean caption = captioned ? optional(part.path("caption"), MAX_BODY) : !part.has("caption");
        return caption ? null : invalid("caption");
    }

    private static @Nullable Reply interactive(JsonNode part) {
        boolean words = within(part.path("body").path("text"), MAX_BODY)
                && optional(part.path("header").path("text"), MAX_LINE)
                && optional(part.path("footer").path("text"), MAX_LINE);
        if (!words) {
            return invalid("interactive.body");
        }
        boolean action = switch (part.path("type").asText()) {
            case "button" -> buttons(part.path("action").path("buttons"));
            case "list" ->
                within(part.path("action").path("button"), MAX_BUTTON)
                        && rows(part.path("action").path("sections"));
            default -> false;
        };
        return action ? null : invalid("interactive.action");
    }

    private static boolean buttons(JsonNode buttons) {
        Set<String> ids = new HashSet<>();
        for (JsonNode button : buttons) {
            JsonNode reply = button.path("reply");
            if (!button.path("type").asText().equals("reply")
                    || !within(reply.path("title"), MAX_BUTTON)
                    || !within(reply.path("id"), MAX_BUTTON_ID)
                    || !ids.add(reply.path("id").asText())) {
                return false;
            }
        }
        return !ids.isEmpty() && ids.size() <= MAX_BUTTONS;
    }

    private static boolean rows(JsonNode sections) {
        Set<String> ids = new HashSet<>();
        for (JsonNode section : sections) {
            if (sections.size() > 1 && !within(section.path("title"), MAX_ROW)) {
                return false;
            }
            for (JsonNode row : section.path("rows")) {
                if (!within(row.path("title"), MAX_ROW)
                        || !within(row.path("id"), MAX_ROW_ID)
                        || !optional(row.path("description"), MAX_DESCRIPTION)
                        || !ids.add(row.path("id").asText())) {
                    return false;
                }
            }
        }
        return !ids.isEmpty() && ids.size() <= MAX_ROWS;
    }

    private static boolean optional(JsonNode text, int most) {
        return text.isMissingNode() || within(text, most);
    }

    private static boolean within(JsonNode text, int most) {
        String value = text.asText();
        return text.isTextual() && !value.isBlank() && value.codePointCount(0, value.length()) <= most;
    }

    private static Reply invalid(String what) {
        return Reply.meta(INVALID, "Parameter value is not valid: " + what);
    }
}
