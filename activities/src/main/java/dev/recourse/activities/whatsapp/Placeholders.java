package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text of a template with its places: {@code {{1}}}, or {@code {{name}}}. */
record Placeholders(String text) {
    private static final Pattern PLACE = Pattern.compile("\\{\\{ {0,4}([A-Za-z0-9_]{1,64}) {0,4}}}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

    /** Each once: numbers in their order, names as they first appear. */
    List<String> names() {
        Set<String> found = new LinkedHashSet<>();
        PLACE.matcher(text).results().forEach(place -> found.add(place.group(1)));
        return found.stream().allMatch(Placeholders::number)
                ? found.stream().sorted(Comparator.comparing(Integer::valueOf)).toList()
                : List.copyOf(found);
    }

    /** Notes, under pointers below {@code at}, what is missing, blank, or has no place here. */
    void check(String at, Map<String, TemplateParameter> values, Limits limits, int most) {
        List<String> names = names();
        for (String name : names) {
            TemplateParameter value = values.get(name);
            if (value == null) {
                limits.wrong(at + "/" + name, "PARAM_MISSING");
            } else if (value.shown().isBlank()) {
                limits.wrong(at + "/" + name, "EMPTY");
            }
        }
        extra(at, new TreeSet<>(values.keySet()), names, limits);
        if (values.keySet().equals(Set.copyOf(names))) {
            limits.optional(at, names.isEmpty() ? null : filled(values), most);
        }
    }

    static void extra(String at, Set<String> given, List<String> known, Limits limits) {
        for (String name : given) {
            if (!known.contains(name)) {
                limits.wrong(
                        Limits.pointer(at, name),
                        known.isEmpty() ? "PARAM_NOT_WANTED" : "PARAM_UNKNOWN",
                        Map.of("known", known));
            }
        }
    }

    /** The text as it reads; what a value holds is never taken for a place. */
    String filled(Map<String, TemplateParameter> values) {
        return PLACE.matcher(text).replaceAll(place -> {
            TemplateParameter value = values.get(place.group(1));
            return Matcher.quoteReplacement(value == null ? place.group() : value.shown());
        });
    }

    /** The parameters in the order WhatsApp wants them; those with names carry theirs. */
    void write(ArrayNode parameters, Map<String, TemplateParameter> values) {
        for (String name : names()) {
            TemplateParameter value = values.get(name);
            if (value != null) {
                ObjectNode json = value.json();
                if (!number(name)) {
                    json.put("parameter_name", name);
                }
                parameters.add(json);
            }
        }
    }

    private static boolean number(String name) {
        return NUMBER.matcher(name).matches();
    }
}
