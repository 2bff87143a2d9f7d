package dev.recourse.activities.whatsapp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What fills the places of a template.
 *
 * @param header by placeholder, {@code 1} or a name
 * @param media for a header that is a picture, video or document; without a caption
 * @param body by placeholder
 * @param buttons by the button's place, from {@code 0}: the end of its address, the code it copies, what comes back
 */
record TemplateValues(
        Map<String, TemplateParameter> header,
        @Nullable Media media,
        Map<String, TemplateParameter> body,
        Map<String, String> buttons) {
    static final TemplateValues NONE = new TemplateValues(Map.of(), null, Map.of(), Map.of());

    TemplateValues {
        header = Map.copyOf(header);
        body = Map.copyOf(body);
        buttons = Map.copyOf(buttons);
    }

    /** Texts for the body alone. */
    static TemplateValues ofBody(Map<String, String> texts) {
        return new TemplateValues(Map.of(), null, texts(texts), Map.of());
    }

    /** Each text as a parameter. */
    static Map<String, TemplateParameter> texts(Map<String, String> texts) {
        Map<String, TemplateParameter> parameters = new LinkedHashMap<>();
        texts.forEach((name, text) -> parameters.put(name, new TemplateParameter.Text(text)));
        return parameters;
    }
}
