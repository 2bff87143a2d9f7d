package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ToolFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A template as WhatsApp stores it: which values it needs, how it reads with them, and what is sent of it. */
final class TemplateText {
    private static final int MAX_HEADER = 60;
    private static final int MAX_BODY = 1024;
    private static final int MAX_BUTTON_VALUE = 1024;

    private final Placeholders header;
    private final Media.@Nullable Kind media;
    private final Placeholders body;
    private final String footer;
    private final Map<String, Button> buttons;

    private TemplateText(
            Placeholders header, Media.@Nullable Kind media, Placeholders body, String footer, List<Button> buttons) {
        this.header = header;
        this.media = media;
        this.body = body;
        this.footer = footer;
        this.buttons = new LinkedHashMap<>();
        buttons.forEach(button -> this.buttons.put(Integer.toString(this.buttons.size()), button));
    }

    /**
     * What a template needs, for callers who don't know it.
     *
     * @param media in lower case, null where the header is none
     * @param buttons places, from {@code 0}, of the buttons that need a value
     */
    record Needs(List<String> header, @Nullable String media, List<String> body, List<String> buttons) {}

    /**
     * A template with its values.
     *
     * @param components as {@link MessageBody#template} takes them
     * @param text as the recipient reads it, without pictures and buttons
     */
    record Filled(ArrayNode components, String text) {}

    /**
     * Reads the stored components.
     *
     * @throws ToolFailure {@code TEMPLATE_UNSUPPORTED} for kinds of templates whose values we don't know
     */
    static TemplateText of(JsonNode components) {
        Placeholders header = new Placeholders("");
        Media.Kind media = null;
        Placeholders body = new Placeholders("");
        String footer = "";
        List<Button> buttons = new ArrayList<>();
        for (JsonNode component : components) {
            String type = lower(component, "type");
            switch (type) {
                case "header" -> {
                    media = media(component);
                    header = new Placeholders(media == null ? text(component) : "");
                }
                case "body" -> body = new Placeholders(text(component));
                case "footer" -> footer = text(component);
                case "buttons" -> component.path("buttons").forEach(button -> buttons.add(Button.of(button)));
                default -> throw unsupported(type);
            }
        }
        return new TemplateText(header, media, body, footer, buttons);
    }

    Needs needs() {
        return new Needs(header.names(), media == null ? null : media.wire(), body.names(), wanting());
    }

    /**
     * The template with exactly the values it needs.
     *
     * @throws ToolFailure {@code TEMPLATE_PARAMS_MISMATCH} with every value that is missing, blank, too long or of no
     *     use, under {@code /headerParams}, {@code /headerMedia}, {@code /templateParams} and {@code /buttonParams}
     */
    Filled fill(TemplateValues values) {
        Limits limits = new Limits();
        header.check("/headerParams", values.header(), limits, MAX_HEADER);
        checkMedia(values.media(), limits);
        body.check("/templateParams", values.body(), limits, MAX_BODY);
        checkButtons(values.buttons(), limits);
        limits.refuse("TEMPLATE_PARAMS_MISMATCH");
        return new Filled(components(values), text(values));
    }

    private void checkMedia(@Nullable Media given, Limits limits) {
        if (media == null && given != null) {
            limits.wrong("/headerMedia", "PARAM_NOT_WANTED");
        } else if (media != null && given == null) {
            limits.wrong("/headerMedia", "PARAM_MISSING");
        } else if (media != null && given != null) {
            if (given.kind() != media) {
                limits.wrong("/headerMedia", "NOT_ALLOWED", Map.of("allowed", List.of(media.wire())));
            }
            if (given.caption() != null) {
                limits.wrong("/headerMedia/caption", "NOT_WITH_THIS_MEDIA");
            }
            given.check("/headerMedia", limits);
        }
    }

    private void checkButtons(Map<String, String> given, Limits limits) {
        List<String> known = new ArrayList<>();
        buttons.forEach((place, button) -> {
            String value = given.get(place);
            if (button.takesValue()) {
                known.add(place);
                limits.optional("/buttonParams/" + place, value, MAX_BUTTON_VALUE);
            }
            if (value == null && button.needsValue()) {
                limits.wrong("/buttonParams/" + place, "PARAM_MISSING");
            }
        });
        Placeholders.extra("/buttonParams", new TreeSet<>(given.keySet()), known, limits);
    }

    private ArrayNode components(TemplateValues values) {
        ArrayNode components = JsonNodeFactory.instance.arrayNode();
        Media picture = values.media();
        if (picture != null) {
            ObjectNode parameter = parameters(components, "header").addObject();
            parameter.put("type", picture.kind().wire()).set(picture.kind().wire(), picture.json());
        }
        if (!header.names().isEmpty()) {
            header.write(parameters(components, "header"), values.header());
        }
        if (!body.names().isEmpty()) {
            body.write(parameters(components, "body"), values.body());
        }
        buttons.forEach((place, button) -> {
            String value = values.buttons().get(place);
            if (value != null) {
                button.write(components.addObject().put("type", "button"), place, value);
            }
        });
        return components;
    }

    private String text(TemplateValues values) {
        return Stream.of(header.filled(values.header()), body.filled(values.body()), footer)
                .filter(part -> !part.isBlank())
                .collect(Collectors.joining("\n\n"));
    }

    private List<String> wanting() {
        return buttons.entrySet().stream()
                .filter(button -> button.getValue().needsValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static ArrayNode parameters(ArrayNode components, String type) {
        return components.addObject().put("type", type).putArray("parameters");
    }

    private static Media.@Nullable Kind media(JsonNode header) {
        String format = lower(header, "format");
        return switch (format) {
            case "", "text" -> null;
            case "image", "video", "document" -> Media.Kind.valueOf(format.toUpperCase(Locale.ROOT));
            default -> throw unsupported("header " + format);
        };
    }

    private static String text(JsonNode component) {
        return component.path("text").asText("");
    }

    private static String lower(JsonNode node, String field) {
        return node.path(field).asText("").toLowerCase(Locale.ROOT);
    }

    private static ToolFailure unsupported(String part) {
        return ToolFailure.precondition("TEMPLATE_UNSUPPORTED").with("part", part);
    }

    /** A button below a template, and what it takes. */
    private enum Button {
        PLAIN("", false),
        QUICK_REPLY("quick_reply", false),
        URL("url", true),
        COPY_CODE("copy_code", true),
        FLOW("flow", false),
        CATALOG("catalog", false);

        private final String subType;
        private final boolean needsValue;

        Button(String subType, boolean needsValue) {
            this.subType = subType;
            this.needsValue = needsValue;
        }

        static Button of(JsonNode stored) {
            String type = lower(stored, "type");
            return switch (type) {
                case "quick_reply" -> QUICK_REPLY;
                case "url" ->
                    new Placeholders(stored.path("url").asText("")).names().isEmpty() ? PLAIN : URL;
                // The button of a one-time password is sent as an address that ends with the password.
                case "otp" -> URL;
                case "copy_code" -> COPY_CODE;
                case "flow" -> FLOW;
                case "catalog" -> CATALOG;
                case "phone_number", "voice_call" -> PLAIN;
                default -> throw unsupported("button " + type);
            };
        }

        boolean takesValue() {
            return this != PLAIN;
        }

        boolean needsValue() {
            return needsValue;
        }

        void write(ObjectNode component, String place, String value) {
            component.put("sub_type", subType).put("index", place);
            ObjectNode parameter = component.putArray("parameters").addObject();
            switch (this) {
                case URL -> parameter.put("type", "text").put("text", value);
                case COPY_CODE -> parameter.put("type", "coupon_code").put("coupon_code", value);
                case FLOW -> parameter.put("type", "action").putObject("action").put("flow_token", value);
                case CATALOG ->
                    parameter.put("type", "action").putObject("action").put("thumbnail_product_retailer_id", value);
                default -> parameter.put("type", "payload").put("payload", value);
            }
        }
    }
}
