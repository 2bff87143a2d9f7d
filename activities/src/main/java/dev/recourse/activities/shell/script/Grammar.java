package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.treesitter.TSNode;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;
import org.treesitter.TreeSitterBash;

/** Parses bash with tree-sitter; the only place that touches the native library. */
final class Grammar {
    private static final int MAX_DEPTH = 160;
    private static final int MAX_NODES = 40_000;

    private final String source;
    private final int[] charAt;
    private int nodes;

    private Grammar(String source) {
        this.source = source;
        this.charAt = charOffsets(source);
    }

    /**
     * The tree of a script.
     *
     * @throws NotUnderstood if it is nested too deeply, or this machine has no native library
     */
    static Node parse(String source) {
        return new Grammar(source).parse();
    }

    private Node parse() {
        try (TSParser parser = new TSParser()) {
            parser.setLanguage(new TreeSitterBash());
            TSTree tree = parser.parseString(null, source);
            if (tree == null) {
                throw NotUnderstood.deny(Reason.NOT_UNDERSTOOD);
            }
            try (tree;
                    TSTreeCursor cursor = new TSTreeCursor(tree.getRootNode())) {
                return node(cursor, 0);
            }
        } catch (NotUnderstood e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            // The library says "no such platform" with a RuntimeException; a class that failed to load once, with an
            // Error.
            throw NotUnderstood.deny(Reason.NO_GRAMMAR);
        }
    }

    private Node node(TSTreeCursor cursor, int depth) {
        if (depth > MAX_DEPTH) {
            throw NotUnderstood.deny(Reason.TOO_DEEP);
        }
        if (++nodes > MAX_NODES) {
            throw NotUnderstood.deny(Reason.TOO_MANY);
        }
        TSNode here = cursor.currentNode();
        List<Node> children = new ArrayList<>();
        if (cursor.gotoFirstChild()) {
            do {
                children.add(node(cursor, depth + 1));
            } while (cursor.gotoNextSibling());
            cursor.gotoParent();
        }
        String kind = here.isMissing() ? "ERROR" : here.getType();
        return new Node(kind, charAt[here.getStartByte()], charAt[here.getEndByte()], List.copyOf(children), source);
    }

    /** The index of the character that begins at or after each byte of the UTF-8 form. */
    private static int[] charOffsets(String source) {
        int[] offsets = new int[source.getBytes(StandardCharsets.UTF_8).length + 1];
        int bytes = 0;
        for (int i = 0; i < source.length(); i += Character.charCount(source.codePointAt(i))) {
            int width = new String(Character.toChars(source.codePointAt(i))).getBytes(StandardCharsets.UTF_8).length;
            for (int j = 0; j < width; j++) {
                offsets[bytes++] = i;
            }
        }
        offsets[bytes] = source.length();
        return offsets;
    }
}
