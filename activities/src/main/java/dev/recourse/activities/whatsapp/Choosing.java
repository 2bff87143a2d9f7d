package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.activities.whatsapp.SendingTools.InteractiveMessage;

/** Buttons or a list, as a caller gives them, as WhatsApp takes them. */
final class Choosing {

    private Choosing() {}

    /** @throws ToolFailure if it is both, or neither */
    static Interactive of(InteractiveMessage in) {
        if (in.buttons().isEmpty() == in.sections().isEmpty()) {
            throw ToolFailure.field(new Violation("/buttons", "BUTTONS_OR_SECTIONS"));
        }
        Interactive.Words words = new Interactive.Words(in.header(), in.body(), in.footer());
        return in.sections().isEmpty()
                ? new Interactive.Buttons(
                        words,
                        in.buttons().stream()
                                .map(each -> new Interactive.Button(each.id(), each.title()))
                                .toList())
                : list(words, in);
    }

    private static Interactive list(Interactive.Words words, InteractiveMessage in) {
        if (in.label() == null) {
            throw ToolFailure.field(new Violation("/label", "FIELD_REQUIRED"));
        }
        return new Interactive.Choices(
                words, in.label(), in.sections().stream().map(Choosing::section).toList());
    }

    private static Interactive.Section section(SendingTools.Section in) {
        return new Interactive.Section(
                in.title(),
                in.rows().stream()
                        .map(row -> new Interactive.Row(row.id(), row.title(), row.description()))
                        .toList());
    }
}
