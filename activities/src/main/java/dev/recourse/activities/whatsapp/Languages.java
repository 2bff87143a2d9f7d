package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.whatsapp.Templates;
import java.util.List;
import java.util.Optional;

/** Which of a template's languages is sent: the one that is asked for, else its only one, else Spanish. */
final class Languages {
    private static final String USUAL = "es";

    private Languages() {}

    /**
     * The template in the language to send, if it may be sent.
     *
     * @param stored the template in every language it has
     * @throws ToolFailure {@code TEMPLATE_NOT_FOUND}, with the languages there are; {@code TEMPLATE_NOT_APPROVED};
     *     {@code TEMPLATE_PAUSED}
     */
    static Templates.Row choose(List<Templates.Row> stored, Optional<String> asked) {
        String wanted = asked.orElseGet(() -> stored.size() == 1 ? stored.get(0).language() : USUAL);
        Templates.Row template = stored.stream()
                .filter(row -> row.language().equals(wanted))
                .findFirst()
                .orElseThrow(() -> notFound(stored));
        return switch (template.status()) {
            case "APPROVED" -> template;
            case "PAUSED", "DISABLED" -> throw ToolFailure.external("TEMPLATE_PAUSED", null);
            default -> throw ToolFailure.precondition("TEMPLATE_NOT_APPROVED");
        };
    }

    private static ToolFailure notFound(List<Templates.Row> stored) {
        ToolFailure failure = ToolFailure.notFound("TEMPLATE_NOT_FOUND");
        return stored.isEmpty()
                ? failure
                : failure.detail(
                        "languages",
                        stored.stream().map(Templates.Row::language).toList());
    }
}
