package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What stands in the place of one placeholder of a template's text. */
sealed interface TemplateParameter {
    /** As the message reads, as far as we can know: WhatsApp writes amounts and dates in the reader's own way. */
    String shown();

    /** As it stands among a component's {@code parameters}. */
    ObjectNode json();

    /** A text as it is. */
    record Text(String text) implements TemplateParameter {
        @Override
        public String shown() {
            return text;
        }

        @Override
        public ObjectNode json() {
            return typed("text").put("text", text);
        }
    }

    /**
     * An amount of money.
     *
     * @param code of ISO 4217
     * @param thousandths the amount, in thousandths
     */
    record Currency(String shown, String code, long thousandths) implements TemplateParameter {
        @Override
        public ObjectNode json() {
            ObjectNode json = typed("currency");
            json.putObject("currency")
                    .put("fallback_value", shown)
                    .put("code", code)
                    .put("amount_1000", thousandths);
            return json;
        }
    }

    /** A date or a time. */
    record DateTime(String shown) implements TemplateParameter {
        @Override
        public ObjectNode json() {
            ObjectNode json = typed("date_time");
            json.putObject("date_time").put("fallback_value", shown);
            return json;
        }
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
