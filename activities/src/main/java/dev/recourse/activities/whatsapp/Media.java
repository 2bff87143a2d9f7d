package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file that WhatsApp fetches from a link.
 *
 * @param caption for image, video and document
 * @param filename as the recipient sees it; for document
 */
record Media(
        Kind kind,
        String link,
        @Nullable String caption,
        @Nullable String filename) {
    private static final int MAX_CAPTION = 1024;
    private static final int MAX_FILENAME = 240;

    /** What can be sent, and what can stand beside it. */
    enum Kind {
        IMAGE(true),
        VIDEO(true),
        AUDIO(false),
        DOCUMENT(true),
        STICKER(false);

        private final boolean captioned;

        Kind(boolean captioned) {
            this.captioned = captioned;
        }

        /** WhatsApp's name for it. */
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Notes what WhatsApp or we would not take, under pointers below {@code at}. */
    void check(String at, Limits limits) {
        String broken = MediaLink.broken(link);
        if (broken != null) {
            limits.wrong(at + "/link", broken);
        }
        if (caption != null && !kind.captioned) {
            limits.wrong(at + "/caption", "NOT_WITH_THIS_MEDIA");
        }
        if (filename != null && kind != Kind.DOCUMENT) {
            limits.wrong(at + "/filename", "NOT_WITH_THIS_MEDIA");
        }
        limits.optional(at + "/caption", caption, MAX_CAPTION).optional(at + "/filename", filename, MAX_FILENAME);
    }

    /** As it stands under its kind's name. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("link", link);
        if (caption != null) {
            json.put("caption", caption);
        }
        if (filename != null) {
            json.put("filename", filename);
        }
        return json;
    }
}
