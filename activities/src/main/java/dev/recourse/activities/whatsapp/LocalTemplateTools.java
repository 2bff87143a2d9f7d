package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.whatsapp.Templates;
import dev.recourse.db.workspace.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Templates, in one transaction of one caller. */
final class LocalTemplateTools implements TemplateTools {
    private static final int MOST = 1000;

    private final Templates templates;

    LocalTemplateTools(Tx tx, Caller caller) {
        this.templates = tx.table(Templates.class);
    }

    @Override
    public TemplateList list(TemplateQuery in) {
        String status = in.status() == null ? null : in.status().name();
        List<Template> found = templates.all(status, MOST).stream()
                .map(LocalTemplateTools::shown)
                .toList();
        return new TemplateList(found, found.size());
    }

    private static Template shown(Templates.Row row) {
        JsonNode components = Json.recorded(row.components());
        Optional<List<Variable>> variables = variables(components);
        JsonNode header = component(components, "HEADER");
        return new Template(
                row.name(),
                row.language(),
                Category.valueOf(row.category()),
                State.valueOf(row.status()),
                row.quality(),
                header.isMissingNode()
                        ? null
                        : header.path("format").asText("text").toLowerCase(Locale.ROOT),
                component(components, "BODY").path("text").asText(""),
                variables.orElse(List.of()),
                variables.isPresent() && row.status().equals("APPROVED"));
    }

    /** What a send must fill; empty for kinds of templates that can't be sent. */
    private static Optional<List<Variable>> variables(JsonNode components) {
        try {
            TemplateText.Needs needs = TemplateText.of(components).needs();
            List<Variable> variables = new ArrayList<>();
            Optional.ofNullable(needs.media()).ifPresent(media -> variables.add(new Variable(Part.HEADER, media)));
            needs.header().forEach(name -> variables.add(new Variable(Part.HEADER, name)));
            needs.body().forEach(name -> variables.add(new Variable(Part.BODY, name)));
            needs.buttons().forEach(place -> variables.add(new Variable(Part.BUTTON, place)));
            return Optional.of(variables);
        } catch (ToolFailure unsupported) {
            return Optional.empty();
        }
    }

    private static JsonNode component(JsonNode components, String type) {
        for (JsonNode each : components) {
            if (each.path("type").asText("").equalsIgnoreCase(type)) {
                return each;
            }
        }
        return MissingNode.getInstance();
    }
}
