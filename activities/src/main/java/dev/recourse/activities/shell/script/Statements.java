package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Statements of a script, one after the other: where each kind of node goes. */
final class Statements {
    private final Walk walk;
    private final Scene scene;
    private final Pipes pipes;
    private final Blocks blocks;

    Statements(Walk walk) {
        this.walk = walk;
        this.scene = walk.scene();
        this.pipes = new Pipes(walk);
        this.blocks = new Blocks(walk);
    }

    void statement(Node node, Stdin stdin) {
        if (Kinds.token(node)) {
            return;
        }
        node.covered();
        switch (node.kind()) {
            case "program", "compound_statement", "do_group", "else_clause", "negated_command" -> all(node, stdin);
            case "if_statement", "elif_clause" -> scene.branch(() -> all(node, stdin));
            case "subshell" -> subshell(node, stdin);
            case "list" -> list(node, stdin);
            case "pipeline" -> pipes.pipeline(node, stdin);
            case "redirected_statement" -> redirected(node, stdin);
            case "command" -> walk.commands().command(node, stdin, List.of());
            case "variable_assignment" -> walk.variables().assignment(node, true);
            case "variable_assignments" ->
                node.children().forEach(child -> walk.variables().assignment(child, true));
            case "declaration_command" -> walk.variables().declaration(node);
            case "unset_command" -> walk.variables().unset(node);
            case "test_command" -> walk.variables().test(node);
            case "for_statement" -> blocks.forEach(node, stdin);
            case "c_style_for_statement" -> blocks.counted(node, stdin);
            case "while_statement" -> blocks.loop(node, stdin);
            case "case_statement" -> blocks.choice(node, stdin);
            case "function_definition" -> blocks.function(node);
            default -> throw NotUnderstood.ask();
        }
    }

    private void all(Node node, Stdin stdin) {
        List<Node> children = node.children();
        for (int i = 0; i < children.size(); i++) {
            boolean background = i + 1 < children.size() && children.get(i + 1).is("&");
            if (background && scene.inLoop()) {
                walk.say(Verdict.deny(Reason.EXHAUSTS));
            }
            statement(children.get(i), stdin);
        }
    }

    /** What changes inside changes nothing outside, but nobody knows that of the value of a variable. */
    private void subshell(Node node, Stdin stdin) {
        Set<String> before = Set.copyOf(scene.folders());
        scene.branch(() -> all(node, stdin));
        scene.stand(before);
    }

    /** Behind {@code cd x &&} one stands in x; behind anything else maybe not. */
    private void list(Node node, Stdin stdin) {
        Set<String> before = Set.copyOf(scene.folders());
        Node left = node.children().get(0);
        statement(left, stdin);
        Word target = node.child("&&").isPresent() ? cdTarget(left) : null;
        if (target != null) {
            scene.stand(scene.reached(target, before));
        }
        for (Node right : node.children().subList(1, node.children().size())) {
            scene.branch(() -> statement(right, stdin));
        }
        if (target != null) {
            Set<String> both = new LinkedHashSet<>(before);
            both.addAll(scene.folders());
            scene.stand(both);
        }
    }

    private @Nullable Word cdTarget(Node left) {
        Node last = left.is("list") && left.child("&&").isPresent() ? left.last() : left;
        if (!last.is("command") || !last.text().startsWith("cd ")) {
            return null;
        }
        List<Word> words = walk.expansion().words(last.children());
        return words.size() == 2 ? words.get(1) : null;
    }

    private void redirected(Node node, Stdin stdin) {
        Stdin in = walk.redirections().in(node, stdin);
        endlessOutput(node);
        List<Node> arguments = Redirections.arguments(node);
        for (Node child : node.children()) {
            if (child.isOneOf(Kinds.REDIRECTS)) {
                walk.redirections().redirect(child, in);
            } else if (child.is("command")) {
                walk.commands().command(child, in, arguments);
            } else if (arguments.isEmpty()) {
                statement(child, in);
            } else {
                throw NotUnderstood.ask();
            }
        }
    }

    /** yes writes for ever; into a file that is a full disk. */
    private void endlessOutput(Node node) {
        boolean yes = node.children().get(0).matches("yes( .*)?");
        boolean file = node.children().stream()
                .anyMatch(child -> child.is("file_redirect") && !child.text().contains("/dev/null"));
        if (yes && file) {
            walk.say(Verdict.deny(Reason.EXHAUSTS));
        }
    }
}
