package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects where a message is over WhatsApp's limits, so that one refusal names every field; nothing is ever cut to fit. */
final class Limits {
    private final List<Violation> wrong = new ArrayList<>();

    /** A text that has to be there. */
    Limits text(String field, @Nullable String text, int most) {
        return text == null || text.isBlank() ? wrong(field, "EMPTY") : atMost(field, text, most);
    }

    /** A text that may be left out, but not be blank. */
    Limits optional(String field, @Nullable String text, int most) {
        return text == null ? this : text(field, text, most);
    }

    Limits items(String field, Collection<?> items, int least, int most) {
        return items.size() < least || items.size() > most
                ? wrong(field, "ITEMS_BETWEEN", Map.of("min", least, "max", most))
                : this;
    }

    /** Every name stands for one thing. */
    Limits unique(String field, List<String> names) {
        Set<String> seen = new HashSet<>();
        return names.stream().allMatch(seen::add) ? this : wrong(field, "NOT_UNIQUE");
    }

    Limits wrong(String field, String code) {
        return wrong(field, code, Map.of());
    }

    Limits wrong(String field, String code, Map<String, Object> args) {
        wrong.add(new Violation(field, code, args));
        return this;
    }

    /** @throws ToolFailure with all that was found, if anything was */
    void refuse() {
        refuse("VALIDATION_ERROR");
    }

    /** The same under a code of its own. */
    void refuse(String code) {
        if (!wrong.isEmpty()) {
            throw ToolFailure.invalid(code, wrong);
        }
    }

    /** The pointer to a name below another, as RFC 6901 has it. */
    static String pointer(String at, String name) {
        return at + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** Characters as JSON Schema counts them. */
    private Limits atMost(String field, String text, int most) {
        return text.codePointCount(0, text.length()) > most
                ? wrong(field, "LENGTH_AT_MOST", Map.of("max", most))
                : this;
    }
}
