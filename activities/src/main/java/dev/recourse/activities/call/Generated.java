package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Leaves out of outputs what is another each time: ids and times that nobody gave. */
final class Generated {

    private static final Pattern ID_OR_TIME =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z");

    private final Set<String> given;

    private Generated(Collection<String> given) {
        this.given = new HashSet<>(given);
    }

    /** @param given texts of the inputs: an id among them is no made up one */
    static JsonNode leftOut(JsonNode outputs, Collection<String> given) {
        return new Generated(given).without(outputs);
    }

    private JsonNode without(JsonNode json) {
        if (json.isTextual()) {
            String text = ID_OR_TIME
                    .matcher(json.textValue())
                    .replaceAll(found -> given.contains(found.group()) ? found.group() : "*");
            return JsonNodeFactory.instance.textNode(text);
        }
        if (json.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            json.forEach(each -> copy.add(without(each)));
            return copy;
        }
        if (json.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            json.properties().forEach(field -> copy.set(field.getKey(), without(field.getValue())));
            return copy;
        }
        return json;
    }
}
