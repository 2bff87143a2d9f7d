package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One node of a parsed script, a plain value: nothing native is behind it any more. */
record Node(String kind, int start, int end, List<Node> children, String source) {
    private static final Pattern BLANK = Pattern.compile("(\\s|\\\\\\n)*");

    String text() {
        return source.substring(start, end);
    }

    /** Whether its text is such, by a regular expression. */
    boolean matches(String pattern) {
        return text().matches(pattern);
    }

    boolean is(String other) {
        return kind.equals(other);
    }

    boolean isOneOf(Set<String> kinds) {
        return kinds.contains(kind);
    }

    Optional<Node> child(String childKind) {
        return children.stream().filter(child -> child.is(childKind)).findFirst();
    }

    /** The text of a child; empty where there is none. */
    String textOf(String childKind) {
        return child(childKind).map(Node::text).orElse("");
    }

    Node last() {
        return children.get(children.size() - 1);
    }

    /** Visits the nodes of these kinds in this one or this one itself, without going into those that are found. */
    void each(Set<String> kinds, Consumer<Node> found) {
        if (isOneOf(kinds)) {
            found.accept(this);
        } else {
            children.forEach(child -> child.each(kinds, found));
        }
    }

    /** Whether something of that kind is in it, or is it. */
    boolean has(String searched) {
        return is(searched) || children.stream().anyMatch(child -> child.has(searched));
    }

    /**
     * Makes sure that everything in it is in one of its children: source between them would be source that nobody judged.
     *
     * @throws NotUnderstood if there is more than blanks
     */
    void covered() {
        int at = start;
        for (Node child : children) {
            gap(at, child.start);
            at = Math.max(at, child.end);
        }
        if (!children.isEmpty()) {
            gap(at, end);
        }
    }

    private void gap(int from, int to) {
        if (to > from && !BLANK.matcher(source.substring(from, to)).matches()) {
            throw NotUnderstood.ask();
        }
    }

    @Override
    public String toString() {
        return kind + children;
    }
}
