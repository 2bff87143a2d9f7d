package dev.recourse.activities.shell.terms;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lists of names that can be read aloud: a text with blanks between them. */
public final class Names {

    private Names() {}

    /**
     * The names in a text, in its order.
     *
     * @throws IllegalArgumentException if one stands there twice
     */
    public static Set<String> of(String text) {
        List<String> names = text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
        Set<String> each = new LinkedHashSet<>(names);
        if (each.size() < names.size()) {
            throw new IllegalArgumentException("A name stands twice in: " + text);
        }
        return Collections.unmodifiableSet(each);
    }
}
