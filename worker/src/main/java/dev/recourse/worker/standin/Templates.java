package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The templates of the stand-in's account, and what WhatsApp says when one is sent with other values than it has places. */
final class Templates {
    static final int PAGE = 250;

    private static final int NO_SUCH = 132_001;
    private static final int COUNT = 132_000;
    private static final int FORMAT = 132_012;
    private static final int PAUSED = 132_015;
    private static final int DISABLED = 132_016;
    private static final Pattern PLACE = Pattern.compile("\\{\\{ *([A-Za-z0-9_]+) *}}");

    private final List<ObjectNode> all = new ArrayList<>();

    /** A template as 360dialog lists it; one of the same name and language is replaced. */
    synchronized void put(ObjectNode template) {
        all.removeIf(one -> same(one, template.path("name"), template.path("language")));
        all.add(template);
    }

    synchronized ObjectNode page(int from, int most) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("waba_templates");
        all.stream().skip(from).limit(most).forEach(list::add);
        return json.put("count", list.size()).put("total", all.size());
    }

    /** What is wrong with the {@code template} part of a message; null for nothing. */
    synchronized @Nullable Reply wrong(JsonNode sent) {
        JsonNode template = all.stream()
                .filter(one ->
                        same(one, sent.path("name"), sent.path("language").path("code")))
                .findFirst()
                .orElse(null);
        if (template == null) {
            return Reply.meta(NO_SUCH, "Template name does not exist in the translation");
        }
        return switch (template.path("status").asText().toUpperCase(Locale.ROOT)) {
            case "APPROVED" -> components(template.path("components"), sent.path("components"));
            case "PAUSED" -> Reply.meta(PAUSED, "Template is paused");
            case "DISABLED" -> Reply.meta(DISABLED, "Template is disabled");
            default -> Reply.meta(NO_SUCH, "Template is not approved");
        };
    }

    private static @Nullable Reply components(JsonNode stored, JsonNode sent) {
        for (JsonNode one : stored) {
            String type = one.path("type").asText();
            Reply wrong = switch (type) {
                case "HEADER" -> header(one, component(sent, "header", null));
                case "BODY" -> text(one.path("text").asText(), component(sent, "body", null));
                case "BUTTONS" -> buttons(one.path("buttons"), sent);
                default -> null;
            };
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static @Nullable Reply header(JsonNode stored, JsonNode parameters) {
        String format = stored.path("format").asText("TEXT").toLowerCase(Locale.ROOT);
        if (format.equals("text")) {
            return text(stored.path("text").asText(), parameters);
        }
        JsonNode media = parameters.path(0);
        if (parameters.size() != 1 || !media.path("type").asText().equals(format)) {
            return Reply.meta(FORMAT, "header: Format mismatch, expected " + format);
        }
        return media.path(format).has("link") || media.path(format).has("id")
                ? null
                : Reply.meta(FORMAT, "header: no link");
    }

    private static @Nullable Reply text(String text, JsonNode parameters) {
        Set<String> places = new HashSet<>();
        PLACE.matcher(text).results().forEach(place -> places.add(place.group(1)));
        if (parameters.size() != places.size()) {
            return Reply.meta(
                    COUNT,
                    "number of localizable_params (" + parameters.size()
                            + ") does not match the expected number of params (" + places.size() + ")");
        }
        boolean named = places.stream().anyMatch(place -> !place.chars().allMatch(Character::isDigit));
        for (JsonNode parameter : parameters) {
            if (named && !places.remove(parameter.path("parameter_name").asText())) {
                return Reply.meta(COUNT, "Parameter name is missing or unknown");
            }
            boolean empty = parameter.path("type").asText().equals("text")
                    && parameter.path("text").asText().isBlank();
            if (empty) {
                return Reply.meta(FORMAT, "Parameter text is empty");
            }
        }
        return null;
    }

    private static @Nullable Reply buttons(JsonNode stored, JsonNode sent) {
        for (int i = 0; i < stored.size(); i++) {
            JsonNode button = stored.path(i);
            String type = button.path("type").asText();
            boolean needs = type.equals("COPY_CODE")
                    || type.equals("OTP")
                    || PLACE.matcher(button.path("url").asText()).find();
            if (needs && component(sent, "button", Integer.toString(i)).size() != 1) {
                return Reply.meta(COUNT, "Button at index " + i + " of type " + type + " requires a parameter");
            }
        }
        return null;
    }

    /** The parameters of one component that was sent; an empty list where there is none. */
    private static JsonNode component(JsonNode sent, String type, @Nullable String index) {
        for (JsonNode one : sent) {
            boolean place = index == null || one.path("index").asText().equals(index);
            if (one.path("type").asText().equals(type) && place) {
                return one.path("parameters");
            }
        }
        return JsonNodeFactory.instance.arrayNode();
    }

    private static boolean same(JsonNode template, JsonNode name, JsonNode language) {
        return template.path("name").equals(name) && template.path("language").equals(language);
    }

    /** What an account has to begin with: one text, one with a picture and a button, one with names, one that is paused. */
    static Templates usual() {
        Templates templates = new Templates();
        for (String json : List.of("""
                {"name": "hello_customer", "language": "es", "status": "APPROVED", "category": "UTILITY", "id": "1",
                 "components": [{"type": "BODY", "text": "Hola {{1}}, gracias por escribirnos."}]}
                """, """
                {"name": "order_shipped", "language": "es", "status": "APPROVED", "category": "UTILITY", "id": "2",
                 "components": [{"type": "HEADER", "format": "TEXT", "text": "Pedido {{1}}"},
                                {"type": "BODY", "text": "{{1}}, su pedido llega el {{2}}."},
                                {"type": "FOOTER", "text": "Responda NO para no recibir más mensajes."},
                                {"type": "BUTTONS", "buttons": [
                                   {"type": "URL", "text": "Seguir", "url": "https://shop.example/track/{{1}}"},
                                   {"type": "QUICK_REPLY", "text": "Gracias"}]}]}
                """, """
                {"name": "new_season", "language": "es", "status": "APPROVED", "category": "MARKETING", "id": "3",
                 "components": [{"type": "HEADER", "format": "IMAGE"},
                                {"type": "BODY", "text": "{{name}}, llegó la colección {{season}}."}]}
                """, """
                {"name": "old_offer", "language": "es", "status": "PAUSED", "category": "MARKETING", "id": "4",
                 "components": [{"type": "BODY", "text": "Solo hoy."}]}
                """)) {
            templates.put((ObjectNode) Json.read(json));
        }
        return templates;
    }
}
