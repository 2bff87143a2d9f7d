package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ToolFailure;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of messages as WhatsApp's API takes them.
 *
 * <p>What is over a limit is refused with {@code VALIDATION_ERROR} and all its fields, whose names are those of the
 * parameters here: {@code /text}, {@code /media/link}, {@code /buttons/0/title}, {@code /sections/0/rows/1/id} …
 */
final class MessageBody {
    /** The longest id that WhatsApp gives or echoes. */
    static final int MAX_ID_CHARS = 512;

    private static final int MAX_TEXT = 4096;
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern TEMPLATE_NAME = Pattern.compile("[a-z0-9_]{1,512}");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}(_[A-Za-z]{2,4})?");

    private MessageBody() {}

    /**
     * Whom a message is for.
     *
     * @param phone in E.164, with its plus
     * @param execution comes back in every status of the message, and settles an outcome that is not known
     * @param replyTo the id of the message that it answers, WhatsApp's own; null where it answers none
     */
    record To(String phone, UUID execution, @Nullable String replyTo) {
        To {
            if (!E164.matcher(phone).matches()) {
                throw new IllegalArgumentException("a message is for a phone in E.164");
            }
            if (replyTo != null && (replyTo.isBlank() || replyTo.length() > MAX_ID_CHARS)) {
                throw new IllegalArgumentException("a message answers another by its id");
            }
        }

        /** Shows no phone. */
        @Override
        public String toString() {
            return "To[" + execution + "]";
        }
    }

    /**
     * A text.
     *
     * @param previewUrl whether the first link in it is shown with a picture
     */
    static ObjectNode text(To to, String text, boolean previewUrl) {
        new Limits().text("/text", text, MAX_TEXT).refuse();
        ObjectNode body = message(to, "text");
        body.putObject("text").put("preview_url", previewUrl).put("body", text);
        return body;
    }

    static ObjectNode media(To to, Media media) {
        Limits limits = new Limits();
        media.check("/media", limits);
        limits.refuse();
        ObjectNode body = message(to, media.kind().wire());
        body.set(media.kind().wire(), media.json());
        return body;
    }

    static ObjectNode interactive(To to, Interactive interactive) {
        Limits limits = new Limits();
        interactive.check(limits);
        limits.refuse();
        ObjectNode body = message(to, "interactive");
        body.set("interactive", interactive.json());
        return body;
    }

    /**
     * A template with its values.
     *
     * @param language as the template has it, such as {@code es} or {@code es_CO}
     * @param components of {@link TemplateText#fill}
     */
    static ObjectNode template(To to, String name, String language, ArrayNode components) {
        if (!TEMPLATE_NAME.matcher(name).matches()
                || !LANGUAGE.matcher(language).matches()) {
            throw ToolFailure.notFound("TEMPLATE_NOT_FOUND");
        }
        ObjectNode body = message(to, "template");
        ObjectNode template = body.putObject("template").put("name", name);
        template.putObject("language").put("code", language);
        if (!components.isEmpty()) {
            template.set("components", components);
        }
        return body;
    }

    /** Says that a message which came in was read. */
    static ObjectNode read(String wamid) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("messaging_product", "whatsapp")
                .put("status", "read")
                .put("message_id", wamid);
    }

    private static ObjectNode message(To to, String type) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("messaging_product", "whatsapp")
                .put("recipient_type", "individual")
                .put("to", to.phone());
        if (to.replyTo() != null) {
            body.putObject("context").put("message_id", to.replyTo());
        }
        return body.put("type", type)
                .put("biz_opaque_callback_data", to.execution().toString());
    }
}
