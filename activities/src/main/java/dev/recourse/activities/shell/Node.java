package dev.recourse.activities.shell;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One node of a parsed script, a plain value: nothing native is behind it any more. */
record Node(String kind, int start, int end, List<Node> children, String source) {

    String text() {
        return source.substring(start, end);
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

    Stream<Node> children(Set<String> kinds) {
        return children.stream().filter(child -> child.isOneOf(kinds));
    }

    /** Visits the nodes of these kinds below this one, without going into those that are found. */
    void below(Set<String> kinds, Consumer<Node> found) {
        for (Node child : children) {
            if (child.isOneOf(kinds)) {
                found.accept(child);
            } else {
                child.below(kinds, found);
            }
        }
    }

    /** Whether something of that kind is in it, or is it. */
    boolean has(String searched) {
        return is(searched) || children.stream().anyMatch(child -> child.has(searched));
    }

    @Override
    public String toString() {
        return kind + children;
    }
}
