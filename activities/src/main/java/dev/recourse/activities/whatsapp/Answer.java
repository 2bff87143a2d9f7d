package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What came back from 360dialog, as far as it can be read. Two ways of saying an error are known: Meta's, which has a
 * {@code code}, and 360dialog's own, which has words alone.
 *
 * @param status HTTP's
 * @param json missing where the body was none, too long, or no JSON
 * @param retryAfter in seconds, where the header said it
 */
record Answer(int status, JsonNode json, OptionalInt retryAfter) {
    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");
    private static final Pattern CODE = Pattern.compile("[0-9]{1,9}");

    /** Reads what there is to read; a body that breaks off is none, and the status counts alone. */
    static Answer of(Response response) {
        return new Answer(response.code(), body(response), seconds(response.header("Retry-After")));
    }

    /** Whether it says that all went well. */
    boolean success() {
        return status >= OK && status < REDIRECT;
    }

    /** The error code of Meta's list. */
    OptionalInt code() {
        JsonNode code = error().path("code");
        if (code.isIntegralNumber() && code.canConvertToInt()) {
            return OptionalInt.of(code.intValue());
        }
        return code.isTextual() && CODE.matcher(code.textValue()).matches()
                ? OptionalInt.of(Integer.parseInt(code.textValue()))
                : OptionalInt.empty();
    }

    /** 360dialog's words for developers, in lower case; empty where there are none. Never shown: they may quote the message. */
    String words() {
        return json.path("meta").path("developer_message").asText("").toLowerCase(Locale.ROOT);
    }

    /** What WhatsApp took, if it says so. */
    Optional<Sent.Accepted> message() {
        return text(json.path("messages").path(0).path("id"))
                .filter(id -> success())
                .map(id -> new Sent.Accepted(
                        id, text(json.path("contacts").path(0).path("wa_id")).orElse(null)));
    }

    /** Whether it says {@code success}, as the answer to a read mark does. */
    boolean done() {
        return success() && json.path("success").asBoolean(false);
    }

    private JsonNode error() {
        JsonNode error = json.path("error");
        return error.isObject() ? error : json.path("errors").path(0);
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.ofNullable(node.textValue())
                .filter(text -> !text.isBlank() && text.length() <= MessageBody.MAX_ID_CHARS);
    }

    private static JsonNode body(Response response) {
        try (InputStream in = response.body().byteStream()) {
            byte[] bytes = in.readNBytes(Json.MAX_DOCUMENT_BYTES + 1);
            return Json.read(bytes);
        } catch (IOException | ToolFailure unreadable) {
            return MissingNode.getInstance();
        }
    }

    private static OptionalInt seconds(@Nullable String header) {
        return header != null && SECONDS.matcher(header.strip()).matches()
                ? OptionalInt.of(Integer.parseInt(header.strip()))
                : OptionalInt.empty();
    }
}
