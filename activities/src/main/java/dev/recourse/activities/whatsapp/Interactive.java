package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is answered with a tap: buttons, or a list that opens. */
sealed interface Interactive {
    int MAX_BODY = 1024;
    int MAX_LINE = 60;

    /** Notes where it is over WhatsApp's limits. */
    void check(Limits limits);

    /** As it stands under {@code interactive}. */
    ObjectNode json();

    /** The text, and the lines above and below it. */
    record Words(
            @Nullable String header, String body, @Nullable String footer) {
        private void check(Limits limits) {
            limits.optional("/header", header, MAX_LINE).text("/body", body, MAX_BODY);
            limits.optional("/footer", footer, MAX_LINE);
        }

        private ObjectNode json(String type) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", type);
            if (header != null) {
                json.putObject("header").put("type", "text").put("text", header);
            }
            json.putObject("body").put("text", body);
            if (footer != null) {
                json.putObject("footer").put("text", footer);
            }
            return json;
        }
    }

    /** One to three buttons below a text. */
    record Buttons(Words words, List<Button> buttons) implements Interactive {
        private static final int MAX_BUTTONS = 3;
        private static final int MAX_TITLE = 20;
        private static final int MAX_ID = 256;

        public Buttons {
            buttons = List.copyOf(buttons);
        }

        @Override
        public void check(Limits limits) {
            words.check(limits);
            limits.items("/buttons", buttons, 1, MAX_BUTTONS)
                    .unique("/buttons", buttons.stream().map(Button::id).toList());
            for (int i = 0; i < buttons.size(); i++) {
                limits.text("/buttons/" + i + "/id", buttons.get(i).id(), MAX_ID);
                limits.text("/buttons/" + i + "/title", buttons.get(i).title(), MAX_TITLE);
            }
        }

        @Override
        public ObjectNode json() {
            ObjectNode json = words.json("button");
            ArrayNode list = json.putObject("action").putArray("buttons");
            buttons.forEach(button -> list.addObject()
                    .put("type", "reply")
                    .putObject("reply")
                    .put("id", button.id())
                    .put("title", button.title()));
            return json;
        }
    }

    /**
     * One button.
     *
     * @param id what comes back when it is tapped
     */
    record Button(String id, String title) {}

    /** A list behind a button: up to ten rows, in sections. */
    record Choices(Words words, String label, List<Section> sections) implements Interactive {
        private static final int MAX_LABEL = 20;
        private static final int MAX_SECTIONS = 10;
        private static final int MAX_ROWS = 10;
        private static final int MAX_TITLE = 24;
        private static final int MAX_DESCRIPTION = 72;
        private static final int MAX_ID = 200;

        public Choices {
            sections = List.copyOf(sections);
        }

        @Override
        public void check(Limits limits) {
            words.check(limits);
            limits.text("/label", label, MAX_LABEL).items("/sections", sections, 1, MAX_SECTIONS);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < sections.size(); i++) {
                check("/sections/" + i, sections.get(i), limits);
                sections.get(i).rows().forEach(row -> ids.add(row.id()));
            }
            limits.items("/sections", ids, 1, MAX_ROWS).unique("/sections", ids);
        }

        @Override
        public ObjectNode json() {
            ObjectNode json = words.json("list");
            ArrayNode list = json.putObject("action").put("button", label).putArray("sections");
            for (Section section : sections) {
                ObjectNode one = list.addObject();
                if (section.title() != null) {
                    one.put("title", section.title());
                }
                ArrayNode rows = one.putArray("rows");
                section.rows().forEach(row -> row(rows.addObject(), row));
            }
            return json;
        }

        private void check(String at, Section section, Limits limits) {
            // Where there is more than one, each needs its title.
            if (sections.size() > 1) {
                limits.text(at + "/title", section.title(), MAX_TITLE);
            } else {
                limits.optional(at + "/title", section.title(), MAX_TITLE);
            }
            for (int i = 0; i < section.rows().size(); i++) {
                Row row = section.rows().get(i);
                String here = at + "/rows/" + i;
                limits.text(here + "/id", row.id(), MAX_ID).text(here + "/title", row.title(), MAX_TITLE);
                limits.optional(here + "/description", row.description(), MAX_DESCRIPTION);
            }
        }

        private static void row(ObjectNode json, Row row) {
            json.put("id", row.id()).put("title", row.title());
            if (row.description() != null) {
                json.put("description", row.description());
            }
        }
    }

    /**
     * Rows under a title.
     *
     * @param title needed where there is more than one section
     */
    record Section(@Nullable String title, List<Row> rows) {
        public Section {
            rows = List.copyOf(rows);
        }
    }

    /**
     * One row.
     *
     * @param id what comes back when it is chosen
     */
    record Row(String id, String title, @Nullable String description) {}
}
