package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.UUID;

/** How single values of an answer are written, for people and for programs. */
final class Values {
    private Values() {}

    /** One line of JSON. */
    static String json(JsonNode value) {
        return value.toString();
    }

    /** JSON over several lines. */
    static String indentedJson(JsonNode value) {
        return value.toPrettyString();
    }

    /** A value inside a line: a text without quotes, nothing as –, the rest as JSON. */
    static String inline(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "–";
        }
        return Texts.oneLine(value.isTextual() ? value.asText() : json(value));
    }

    /** A text of the answer, or nothing. */
    static String text(JsonNode object, String key) {
        JsonNode value = object.path(key);
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    /** The first part of an id, which is enough to tell ids apart on a screen. */
    static String shortId(String id) {
        return id.length() > 8 ? id.substring(0, 8) : id;
    }

    /** {@code "12 ms"}, {@code "3.4 s"}; nothing where there is no time. */
    static String duration(JsonNode millis) {
        if (!millis.isNumber()) {
            return "";
        }
        double value = millis.asDouble();
        return value < 10_000 ? Math.round(value) + " ms" : String.format(Locale.ROOT, "%.1f s", value / 1000);
    }

    /** {@code "1 step"}, {@code "2 steps"}. */
    static String count(int count, String one) {
        return count + " " + one + (count == 1 ? "" : "s");
    }

    /** Whether a text is somebody's id, which people can't read. */
    static boolean isId(String text) {
        try {
            return text.length() == 36 && UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
