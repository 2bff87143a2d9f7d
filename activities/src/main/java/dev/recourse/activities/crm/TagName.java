package dev.recourse.activities.crm;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The name of a tag.
 *
 * @param shown as it was written
 * @param key the same for all names that read the same
 */
record TagName(String shown, String key) {
    private static final int MAX_CHARS = 50;
    private static final int MAX_KEY_CHARS = 100;

    /**
     * A name that was written.
     *
     * @throws ToolFailure {@code TAG_NAME_REQUIRED}, or saying that it is too long
     */
    static TagName of(String field, String written) {
        String shown = Line.required(field, Line.visible(written), "TAG_NAME_REQUIRED", MAX_CHARS);
        String key = Line.key(shown);
        if (key.codePointCount(0, key.length()) > MAX_KEY_CHARS) {
            throw ToolFailure.invalid(List.of(new Violation(field, "LENGTH_AT_MOST", Map.of("max", MAX_CHARS))));
        }
        return new TagName(shown, key);
    }

    /** Names in the order of their keys, the first of those that read the same. */
    static Collection<TagName> all(String field, List<String> written) {
        TreeMap<String, TagName> names = new TreeMap<>();
        for (int i = 0; i < written.size(); i++) {
            TagName name = of(field + "/" + i, written.get(i));
            names.putIfAbsent(name.key, name);
        }
        return names.values();
    }
}
