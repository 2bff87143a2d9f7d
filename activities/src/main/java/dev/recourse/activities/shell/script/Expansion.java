package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expands the words of a script as bash would, as far as it can be known before it runs. */
final class Expansion {
    private final Scene scene;

    Expansion(Scene scene) {
        this.scene = scene;
    }

    /** The words that one word of the source becomes: none, one or several. */
    List<Word> words(Node node) {
        return words(List.of(node));
    }

    /** The words of nodes that stand side by side; what touches is one word. */
    List<Word> words(List<Node> nodes) {
        List<Word> words = new ArrayList<>();
        Piece piece = new Piece();
        int end = -1;
        for (Node node : nodes) {
            if (end >= 0 && node.start() > end) {
                words.addAll(piece.words());
                piece = new Piece();
            }
            into(node, piece, false);
            end = node.end();
        }
        words.addAll(piece.words());
        return words;
    }

    /** The same without splitting: what an assignment or a quoted word takes. */
    Word one(Node node) {
        return one(List.of(node));
    }

    Word one(List<Node> nodes) {
        Piece piece = new Piece();
        nodes.forEach(node -> into(node, piece, true));
        return piece.whole();
    }

    /** The text of a here-document's body; null where it holds something unknown. */
    @Nullable
    String body(Node body, boolean literal) {
        if (literal || body.children().isEmpty()) {
            return literal ? body.text() : Escapes.removed(body.text(), "$`\\");
        }
        Piece piece = new Piece();
        quoted(body, body.start(), body.end(), piece);
        Word whole = piece.whole();
        return whole.known() ? whole.text() : null;
    }

    /** Adds to a word what a node becomes. */
    void into(Node node, Piece piece, boolean quoted) {
        switch (node.kind()) {
            case "word",
                    "number",
                    "extglob_pattern",
                    "regex",
                    "test_operator",
                    "variable_name",
                    "special_variable_name" -> bare(node, piece, quoted);
            case "string", "translated_string" -> string(node, piece);
            case "string_content" -> piece.literal(Escapes.removed(node.text(), "$`\"\\"), true);
            case "raw_string" -> raw(node, piece);
            case "ansi_c_string" -> piece.literal(AnsiC.decoded(inner(node.text(), 2)), true);
            case "concatenation", "command_name", "binary_expression", "postfix_expression", "unary_expression" ->
                children(node, piece, quoted);
            case "brace_expression" -> piece.literal(node.text(), false);
            case "simple_expansion" ->
                parameter(node.text().strip().substring(1), piece, quoted).simple();
            case "expansion" -> braced(node, piece, quoted);
            case "command_substitution" -> substitution(node, piece, quoted);
            case "process_substitution" -> piece.unknown(true, Origins.of(node));
            case "arithmetic_expansion" -> arithmetic(piece, quoted);
            case "array" -> throw NotUnderstood.ask();
            case "$" -> dollar(node, piece, quoted);
            case "\"" -> {}
            default -> other(node, piece, quoted);
        }
    }

    // Text

    private void bare(Node node, Piece piece, boolean quoted) {
        if (!node.children().isEmpty()) {
            children(node, piece, quoted);
            return;
        }
        String text = node.text();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                if (text.charAt(i + 1) != '\n') {
                    piece.literal(text.substring(i + 1, i + 2), true);
                }
                i += 2;
            } else if (Character.isWhitespace(c) && !quoted) {
                throw NotUnderstood.ask(); // the grammar took the end of a line for a part of a word
            } else {
                piece.literal(String.valueOf(c), quoted);
                i++;
            }
        }
    }

    private void children(Node node, Piece piece, boolean quoted) {
        int at = node.start();
        for (Node child : node.children()) {
            if (child.start() > at) {
                piece.literal(node.source().substring(at, child.start()), quoted);
            }
            into(child, piece, quoted);
            at = child.end();
        }
        if (node.end() > at) {
            piece.literal(node.source().substring(at, node.end()), quoted);
        }
    }

    /** A lone dollar is text; before a quote it only asks for a translation; before a name the grammar lost its way. */
    private static void dollar(Node node, Piece piece, boolean quoted) {
        char next = node.end() < node.source().length() ? node.source().charAt(node.end()) : ' ';
        if (Character.isLetterOrDigit(next) || "_{([@*#?$!-'".indexOf(next) >= 0) {
            throw NotUnderstood.ask();
        }
        if (next != '"') {
            piece.literal("$", quoted);
        }
    }

    /** Leaves such as operators inside a word are text; anything with children that is not known is not. */
    private static void other(Node node, Piece piece, boolean quoted) {
        if (!node.children().isEmpty()) {
            throw NotUnderstood.ask();
        }
        piece.literal(node.text(), quoted);
    }

    // Quotes

    /** The grammar gives blanks in a string now to this child, now to none: everything between the quotes counts. */
    private void string(Node node, Piece piece) {
        String text = node.text();
        int open = text.indexOf('"');
        if (open < 0 || !text.endsWith("\"") || text.length() < open + 2) {
            throw NotUnderstood.ask();
        }
        piece.touch();
        hidden(text.contains("\\") ? text.replace("\\", "") : "");
        quoted(node, node.start() + open + 1, node.end() - 1, piece);
    }

    private void quoted(Node node, int from, int to, Piece piece) {
        int at = from;
        for (Node child : node.children()) {
            if (child.kind().endsWith("expansion") || child.isOneOf(Kinds.SUBSTITUTIONS)) {
                int blanks = child.text().length() - child.text().stripLeading().length();
                int start = Math.max(at, child.start() + blanks);
                piece.literal(Escapes.removed(node.source().substring(at, start), "$`\"\\"), true);
                into(child, piece, true);
                at = child.end();
            }
        }
        if (to > at) {
            piece.literal(Escapes.removed(node.source().substring(at, to), "$`\"\\"), true);
        }
    }

    private void raw(Node node, Piece piece) {
        String inner = inner(node.text(), 1);
        piece.touch();
        hidden(inner);
        piece.literal(inner, true);
    }

    /** What stands between the quotes of a text. */
    private static String inner(String text, int open) {
        return text.substring(open, Math.max(open, text.length() - 1));
    }

    /** Text that is a command once something evaluates it, as an index of an array is evaluated. */
    private void hidden(String text) {
        if (Word.substitutes(text)) {
            scene.hides();
        }
    }

    // Expansions

    private Parameter parameter(String name, Piece piece, boolean quoted) {
        return new Parameter(this, scene, name, piece, quoted);
    }

    private void braced(Node node, Piece piece, boolean quoted) {
        List<Node> parts = node.children();
        if (parts.size() < 3 || !parts.get(0).text().strip().equals("${")) {
            throw NotUnderstood.ask();
        }
        Node first = parts.get(1);
        List<Node> rest = parts.subList(2, parts.size() - 1);
        if (first.is("subscript")) {
            element(first.text(), rest, piece, quoted);
        } else if (first.is("variable_name") || first.is("special_variable_name")) {
            parameter(first.text(), piece, quoted).operation(rest);
        } else {
            piece.unknown(quoted, Word.Origin.PLAIN);
        }
    }

    private void element(String subscript, List<Node> rest, Piece piece, boolean quoted) {
        notHiding();
        int open = subscript.indexOf('[');
        if (open < 0) {
            throw NotUnderstood.ask();
        }
        parameter(subscript.substring(0, open), piece, quoted).element(inner(subscript, open + 1), rest);
    }

    private void arithmetic(Piece piece, boolean quoted) {
        notHiding();
        piece.unknown(quoted, Word.Origin.PLAIN);
    }

    /** What evaluates an index runs what is hidden in it. */
    void notHiding() {
        if (scene.isHiding()) {
            throw NotUnderstood.deny(Reason.HIDDEN_SUBSTITUTION);
        }
    }

    private void substitution(Node node, Piece piece, boolean quoted) {
        String output = output(node);
        if (output == null) {
            piece.unknown(quoted, Origins.of(node));
        } else {
            piece.expanded(output.replaceFirst("\n+$", ""), quoted);
        }
    }

    /** What a substitution prints, where it is a plain echo, printf or pwd; null where only the run will tell. */
    private @Nullable String output(Node node) {
        List<Node> inner =
                node.children().stream().filter(child -> child.is("command")).toList();
        boolean alone = node.children().size() == 3 && inner.size() == 1;
        return alone ? printed(inner.get(0)) : null;
    }

    /** What a command prints; null where only the run will tell. */
    @Nullable
    String printed(Node command) {
        boolean plain = command.child("variable_assignment").isEmpty()
                && command.child("file_redirect").isEmpty()
                && command.child("herestring_redirect").isEmpty();
        List<Word> words = plain ? words(command.children()) : List.of();
        if (words.isEmpty() || !scene.definesNothing() || !words.stream().allMatch(Word::known)) {
            return null;
        }
        List<String> texts = words.stream().map(Word::text).toList();
        return Printed.by(texts.get(0), texts.subList(1, texts.size()));
    }
}
