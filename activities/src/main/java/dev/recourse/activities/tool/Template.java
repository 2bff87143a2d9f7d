package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sentence with {@code {dot.paths}} into a tool's outputs. */
record Template(String text, List<String> paths) {
    private static final Pattern PATH = Pattern.compile("\\{([a-zA-Z][a-zA-Z0-9.]*)}");

    static Template of(String text) {
        return new Template(
                text, PATH.matcher(text).results().map(found -> found.group(1)).toList());
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** The sentence; what the outputs don't have reads as a dash. */
    String fill(JsonNode outputs) {
        return PATH.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(outputs, found)));
    }

    /** The sentence, unless a path leads nowhere. */
    Optional<String> fillAll(JsonNode outputs) {
        boolean all = paths.stream()
                .allMatch(path ->
                        at(outputs, path).isValueNode() && !at(outputs, path).isNull());
        return all ? Optional.of(fill(outputs)) : Optional.empty();
    }

    private static String value(JsonNode outputs, MatchResult found) {
        JsonNode value = at(outputs, found.group(1));
        return value.isValueNode() && !value.isNull() ? value.asText() : "—";
    }

    private static JsonNode at(JsonNode outputs, String path) {
        JsonNode value = outputs;
        for (String step : path.split("\\.", -1)) {
            value = value.path(step);
        }
        return value;
    }
}
