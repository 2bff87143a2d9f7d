package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.ModelFormat;
import dev.recourse.activities.tool.ToolSpec;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tools of a catalogue for somebody who asks for them by words: which, in whose form, in which language. */
final class ToolList {
    private final Catalogue catalogue;

    ToolList(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * @param name one of them only; null for all
     * @param format a model's; null for the catalogue's own
     * @throws WrongUsage if there is no such tool, with the nearest name, or no such format
     */
    ArrayNode of(@Nullable String name, @Nullable String format, Locale language) {
        List<ToolSpec> wanted = catalogue.list().stream()
                .filter(spec -> name == null || spec.name().toString().equals(name))
                .toList();
        if (wanted.isEmpty()) {
            throw new WrongUsage("There is no tool '" + name + "'." + hint(String.valueOf(name)));
        }
        return form(format).of(wanted, language);
    }

    private String hint(String name) {
        List<String> nearest = catalogue.nearest(name, Tooling.everyPermission(catalogue));
        return nearest.isEmpty() ? " recourse tools lists them." : " Did you mean " + nearest.get(0) + "?";
    }

    private static ModelFormat form(@Nullable String format) {
        return format == null
                ? ModelFormat.PLAIN
                : ModelFormat.of(format)
                        .orElseThrow(() ->
                                new WrongUsage("There is no format '" + format + "': it is mcp, openai or anthropic."));
    }
}
