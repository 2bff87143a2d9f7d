package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import java.util.Map;

/**
 * An answer.
 *
 * @param headers besides length and type
 */
record Reply(int status, String type, String body, Map<String, String> headers) {
    private static final String JSON = "application/json";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int BAD = 400;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;
    private static final int SERVER_ERROR = 500;

    static Reply json(int status, JsonNode json) {
        return new Reply(status, JSON, Json.write(json), Map.of());
    }

    /** An error as Meta writes it. The words quote what was sent, as real ones may. */
    static Reply meta(int code, String details) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode error = json.putObject("error");
        error.put("message", "(#" + code + ") " + details)
                .put("type", "OAuthException")
                .put("code", code)
                .put("fbtrace_id", "StandIn");
        error.putObject("error_data").put("messaging_product", "whatsapp").put("details", details);
        return json(status(code), json);
    }

    /** An error as 360dialog writes it. */
    static Reply dialog(int status, String words) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("meta").put("success", false).put("http_code", status).put("developer_message", words);
        return json(status, json);
    }

    static Reply plain(int status, String type, String body) {
        return new Reply(status, type, body, Map.of());
    }

    Reply with(String header, String value) {
        return new Reply(status, type, body, Map.of(header, value));
    }

    /** The whole answer as it goes over the wire. */
    byte[] bytes() {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " .\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Type: ").append(type).append("\r\n");
        head.append("Content-Length: ").append(Head.bytes(body).length).append("\r\n\r\n");
        return Head.bytes(head + body);
    }

    /** The status Meta's codes usually come with. */
    private static int status(int code) {
        return switch (code) {
            case 0, 190 -> UNAUTHORIZED;
            case 10, 200, 368, 130_497, 131_031 -> FORBIDDEN;
            case 132_001 -> NOT_FOUND;
            case 130_429, 131_056 -> TOO_MANY;
            case 131_016 -> UNAVAILABLE;
            case 1, 2, 131_000 -> SERVER_ERROR;
            default -> BAD;
        };
    }
}
