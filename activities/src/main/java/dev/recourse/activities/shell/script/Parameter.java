package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A variable on its way into a word: {@code $x}, <code>${x:-y}</code> and whatever else stands between those braces. */
final class Parameter {
    private static final Set<String> QUIET_OPERATORS = Names.of("# ## % %% :? ? :+ + ^ , /# /%");
    private static final String PLAIN_NUMBER = "-?[0-9]{1,4}";

    private final Expansion expansion;
    private final Scene scene;
    private final String name;
    private final Piece piece;
    private final boolean quoted;

    Parameter(Expansion expansion, Scene scene, String name, Piece piece, boolean quoted) {
        this.expansion = expansion;
        this.scene = scene;
        this.name = name;
        this.piece = piece;
        this.quoted = quoted;
    }

    void simple() {
        value(quoted || name.equals("#") || name.equals("?"));
    }

    private void value(boolean whole) {
        List<Word> words = scene.value(name).orElse(List.of());
        boolean all = name.equals("@") || name.equals("*");
        if (words.isEmpty()) {
            piece.unknown(whole, scene.origin(name));
        } else {
            piece.expanded(Word.joined(words), whole && !all);
        }
    }

    private void unknown() {
        piece.unknown(quoted, scene.origin(name));
    }

    /** One element of an array, or all of them. */
    void element(String index, List<Node> rest) {
        List<Word> elements = scene.value(name).orElse(List.of());
        int at = index.matches(PLAIN_NUMBER) ? Integer.parseInt(index) : -1;
        if (!rest.isEmpty() || elements.isEmpty()) {
            unknown();
        } else if (index.equals("@") || index.equals("*")) {
            piece.expanded(Word.joined(elements), false);
        } else if (at >= 0 && at < elements.size()) {
            piece.expanded(elements.get(at).text(), quoted);
        } else {
            unknown();
        }
    }

    /** The value with what an operator makes of it. */
    void operation(List<Node> rest) {
        if (rest.isEmpty()) {
            value(quoted);
            return;
        }
        String operator = rest.get(0).text();
        List<Node> operands = rest.subList(1, rest.size());
        switch (operator) {
            case ":-", "-", ":=", "=" -> fallback(operator, operands);
            case ":" -> slice(operands);
            case "/", "//" -> replaced(operator, operands);
            case "^^", ",," -> cased(operator);
            default -> alternative(operator, operands);
        }
    }

    private void fallback(String operator, List<Node> operands) {
        Optional<List<Word>> value = scene.value(name);
        if (value.isEmpty()) {
            unknown();
        } else if (!value.get().isEmpty()) {
            value(quoted);
        } else {
            Word word = expansion.one(operands);
            piece.expanded(word, quoted);
            if (operator.endsWith("=")) {
                scene.set(name, List.of(word));
            }
        }
    }

    private void slice(List<Node> operands) {
        expansion.notHiding();
        String value = single();
        List<String> numbers = operands.stream()
                .map(Node::text)
                .map(String::strip)
                .filter(text -> !text.equals(":"))
                .toList();
        boolean plain = numbers.stream().allMatch(number -> number.matches(PLAIN_NUMBER));
        if (value == null || !plain || numbers.isEmpty() || numbers.size() > 2) {
            unknown();
            return;
        }
        int offset = Integer.parseInt(numbers.get(0));
        int from = Math.min(value.length(), offset < 0 ? Math.max(0, value.length() + offset) : offset);
        int length = numbers.size() == 2 ? Integer.parseInt(numbers.get(1)) : value.length();
        int to = length < 0 ? value.length() + length : Math.min(value.length(), from + length);
        piece.expanded(value.substring(from, Math.max(from, to)), quoted);
    }

    private void replaced(String operator, List<Node> operands) {
        String value = single();
        List<String> parts = operands.stream()
                .filter(node -> !node.is("/"))
                .map(node -> expansion.one(node).text())
                .toList();
        boolean literal = parts.stream().allMatch(part -> part.chars().noneMatch(c -> "*?[\\&".indexOf(c) >= 0));
        if (value == null || parts.isEmpty() || !literal || parts.get(0).matches("|[#%].*")) {
            unknown();
            return;
        }
        String old = parts.get(0);
        String by = parts.size() > 1 ? parts.get(1) : "";
        piece.expanded(
                operator.equals("//")
                        ? value.replace(old, by)
                        : value.replaceFirst(Pattern.quote(old), Matcher.quoteReplacement(by)),
                quoted);
    }

    private void cased(String operator) {
        String value = single();
        if (value == null) {
            unknown();
        } else {
            boolean upper = operator.equals("^^");
            piece.expanded(upper ? value.toUpperCase(Locale.ROOT) : value.toLowerCase(Locale.ROOT), quoted);
        }
    }

    private void alternative(String operator, List<Node> operands) {
        if (!QUIET_OPERATORS.contains(operator)) {
            throw NotUnderstood.ask(); // such as @P, which expands the value like a prompt
        }
        boolean set = scene.value(name).filter(words -> !words.isEmpty()).isPresent();
        if (operator.endsWith("+") && set && operands.size() == 1) {
            expansion.into(operands.get(0), piece, quoted);
        } else {
            unknown();
        }
    }

    private @Nullable String single() {
        List<Word> words = scene.value(name).orElse(List.of());
        return words.size() == 1 ? words.get(0).text() : null;
    }
}
