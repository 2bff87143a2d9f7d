package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What 360dialog and WhatsApp would say to a request: keys, shapes, recipients, templates, and how often to the same person. */
final class Vendor {
    private static final int OK = 200;
    private static final int BAD = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int CODE_DIGITS = 6;
    private static final int PAIR_LIMIT = 131_056;
    private static final int MISSING = 131_008;
    private static final int INVALID = 131_009;
    private static final int UNEXPECTED = 100;
    private static final int MAX_CALLBACK = 512;
    private static final Pattern PHONE = Pattern.compile("\\+?[1-9][0-9]{6,14}");

    /** Codes that a recipient whose number ends with them is answered with. */
    private static final Set<Integer> MAGIC = Set.of(
            130_429, 130_472, 130_497, 131_000, 131_016, 131_026, 131_031, 131_042, 131_047, 131_048, 131_049, 131_050,
            131_051, 131_053, 131_056);

    private static final Set<String> COMMON =
            Set.of("messaging_product", "recipient_type", "to", "type", "context", "biz_opaque_callback_data");

    private final Templates templates;
    private final Set<String> inbound = new HashSet<>();
    private final Map<String, Instant> lastTo = new HashMap<>();
    private Duration pairLimit = Duration.ZERO;
    private int ids;

    Vendor(Templates templates) {
        this.templates = templates;
    }

    /** A message that came in from a person, and can be marked as read. */
    synchronized String inbound() {
        String wamid = wamid();
        inbound.add(wamid);
        return wamid;
    }

    synchronized void pairLimit(Duration between) {
        pairLimit = between;
    }

    /** Answers a request; a message that is taken is told before. */
    synchronized Reply answer(Received request, Head head, Consumer<Taken> taken) {
        Reply stranger = stranger(request.key());
        if (stranger != null) {
            return stranger;
        }
        return switch (head.method() + " " + head.place()) {
            case "POST /messages" -> message(request, head, taken);
            case "GET /v1/configs/templates" ->
                Reply.json(OK, templates.page(head.number("offset", 0), head.number("limit", Templates.PAGE)));
            default -> Reply.dialog(NOT_FOUND, "Not found");
        };
    }

    /** The last six digits of a number, where they are a code; else 0. An 8 before them means later, in a status. */
    static int magic(String phone, boolean later) {
        int from = phone.length() - CODE_DIGITS;
        if (from < 1 || later != (phone.charAt(from - 1) == '8')) {
            return 0;
        }
        String end = phone.substring(from);
        int code = end.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(end) : 0;
        return MAGIC.contains(code) ? code : 0;
    }

    private static @Nullable Reply stranger(String key) {
        if (key.isBlank() || key.startsWith("invalid")) {
            return Reply.dialog(UNAUTHORIZED, "Invalid api key");
        }
        if (key.startsWith("unpaid")) {
            return Reply.dialog(BAD, "Access blocked: pending payment");
        }
        return key.startsWith("disabled") ? Reply.dialog(BAD, "Account is disabled") : null;
    }

    private Reply message(Received request, Head head, Consumer<Taken> taken) {
        if (!head.header("content-type").startsWith("application/json")) {
            return Reply.dialog(BAD, "Content-Type must be application/json");
        }
        try {
            JsonNode body = Json.read(request.body());
            if (!body.path("messaging_product").asText().equals("whatsapp")) {
                return Reply.meta(UNEXPECTED, "The parameter messaging_product is required.");
            }
            return body.has("status") ? read(body) : message(request, body, taken);
        } catch (ToolFailure noJson) {
            return Reply.meta(UNEXPECTED, "Invalid JSON");
        }
    }

    private Reply read(JsonNode body) {
        boolean known = body.path("status").asText().equals("read")
                && inbound.contains(body.path("message_id").asText());
        return known
                ? Reply.json(OK, JsonNodeFactory.instance.objectNode().put("success", true))
                : Reply.meta(INVALID, "Parameter value is not valid: message_id");
    }

    private Reply message(Received request, JsonNode body, Consumer<Taken> taken) {
        String to = body.path("to").asText();
        String type = body.path("type").asText();
        Reply wrong = wrong(body, to, type);
        if (wrong != null) {
            return wrong;
        }
        int code = magic(to, false);
        if (code != 0) {
            return Reply.meta(code, "Recipient " + to);
        }
        if (tooSoon(to)) {
            return Reply.meta(PAIR_LIMIT, "(Business Account, Consumer Account) pair rate limit hit");
        }
        Taken message = new Taken(
                request.number(),
                wamid(),
                to,
                waId(to),
                type,
                body.path("biz_opaque_callback_data").asText());
        taken.accept(message);
        return Reply.json(OK, accepted(message));
    }

    private @Nullable Reply wrong(JsonNode body, String to, String type) {
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (!COMMON.contains(field.getKey()) && !field.getKey().equals(type)) {
                return Reply.meta(UNEXPECTED, "Unexpected key \"" + field.getKey() + "\" on param");
            }
        }
        if (!PHONE.matcher(to).matches()
                || !body.path("recipient_type").asText("individual").equals("individual")
                || body.path("biz_opaque_callback_data").asText().length() > MAX_CALLBACK) {
            return Reply.meta(INVALID, "Parameter value is not valid");
        }
        if (body.has("context")
                && body.path("context").path("message_id").asText().isBlank()) {
            return Reply.meta(MISSING, "The required parameter context.message_id is missing.");
        }
        JsonNode part = body.path(type);
        if (!part.isObject()) {
            return Reply.meta(MISSING, "The required parameter " + type + " is missing.");
        }
        return type.equals("template") ? templates.wrong(part) : Shapes.wrong(type, part);
    }

    private boolean tooSoon(String to) {
        Instant now = Instant.now();
        Instant last = lastTo.put(to, now);
        return last != null && last.plus(pairLimit).isAfter(now);
    }

    private String wamid() {
        ids++;
        byte[] unique = ("stand-in " + System.nanoTime() + " " + ids).getBytes(StandardCharsets.US_ASCII);
        return "wamid." + Base64.getEncoder().encodeToString(unique);
    }

    /** Digits without a plus; for some countries others than were given. */
    static String waId(String to) {
        String digits = to.startsWith("+") ? to.substring(1) : to;
        return digits.startsWith("549") ? "54" + digits.substring("549".length()) : digits;
    }

    private static ObjectNode accepted(Taken message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("messaging_product", "whatsapp");
        json.putArray("contacts").addObject().put("input", message.to()).put("wa_id", message.waId());
        ArrayNode messages = json.putArray("messages");
        ObjectNode one = messages.addObject().put("id", message.wamid());
        if (message.type().equals("template")) {
            one.put("message_status", "accepted");
        }
        return json;
    }
}
