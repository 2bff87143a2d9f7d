package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;

/** Loops, branches and functions: what is inside may run never, once or for ever. */
final class Blocks {
    private static final int MAX_PASSES = 16;
    private static final String ENDLESS_COUNT =
            "(?s)for\\s*\\(\\(\\s*;\\s*;?.*|for\\s*\\(\\([^;]*;\\s*(1|true)?\\s*;.*";
    private static final String ALWAYS =
            "true|:|\\[ 1 ]|\\[\\[ 1 ]]|\\(\\( ?1 ?\\)\\)|\\[ (1|true) ]|! false|/bin/true|test 1|\\[ 1 -?(=|eq|==) ?1 ]";
    private static final String NEVER = "false|\\[ 0 = 1 ]|! true|! :";

    private final Walk walk;
    private final Scene scene;

    Blocks(Walk walk) {
        this.walk = walk;
        this.scene = walk.scene();
    }

    // Loops

    /** Each value of a short list is tried in turn; of a long one nobody knows which it is. */
    void forEach(Node node, Stdin stdin) {
        heads(node).forEach(walk::substitutions);
        String name = node.child("variable_name").map(Node::text).orElseThrow(NotUnderstood::ask);
        List<Word> values = walk.expansion()
                .words(heads(node).stream()
                        .filter(child -> Kinds.word(child) && !child.is("variable_name"))
                        .toList());
        boolean few = !values.isEmpty() && values.size() <= MAX_PASSES && !scene.inLoop();
        List<Word> tried = few ? values : List.of(Word.unknown(Word.Origin.of(values)));
        scene.loop(() -> {
            for (Word value : tried) {
                scene.bind(name, value);
                bodies(node, stdin);
            }
        });
        scene.forget(name);
    }

    void counted(Node node, Stdin stdin) {
        heads(node).forEach(walk::substitutions);
        scene.forgetAll();
        scene.loop(() -> bodies(node, stdin));
        if (node.matches(ENDLESS_COUNT)) {
            endless(node);
        }
    }

    void loop(Node node, Stdin stdin) {
        List<Node> condition =
                heads(node).stream().filter(child -> !Kinds.token(child)).toList();
        scene.loop(() -> {
            condition.forEach(child -> walk.statements().statement(child, stdin));
            bodies(node, stdin);
        });
        String words = condition.size() == 1 ? condition.get(0).text().strip() : "";
        if (words.matches(node.child("until").isPresent() ? NEVER : ALWAYS)) {
            endless(node);
        }
    }

    /** What stands before the body. */
    private static List<Node> heads(Node node) {
        return node.children().stream()
                .filter(child -> !child.isOneOf(Kinds.BODIES))
                .toList();
    }

    private void bodies(Node node, Stdin stdin) {
        if (scene.loopsTooDeep()) {
            walk.say(Verdict.ask(Reason.ENDLESS));
        }
        for (Node child : node.children()) {
            if (child.isOneOf(Kinds.BODIES)) {
                walk.statements().statement(child, stdin);
            }
        }
    }

    private void endless(Node node) {
        boolean rests = node.matches("(?s).*\\b(break|sleep|exit|return|read|wait)\\b.*");
        walk.say(rests ? Verdict.ask(Reason.ENDLESS) : Verdict.deny(Reason.EXHAUSTS));
    }

    // Branches and functions

    void choice(Node node, Stdin stdin) {
        for (Node child : node.children()) {
            if (child.is("case_item")) {
                scene.branch(() -> item(child, stdin));
            } else if (Kinds.word(child)) {
                walk.substitutions(child);
            } else if (!Kinds.token(child)) {
                throw NotUnderstood.ask();
            }
        }
    }

    private void item(Node node, Stdin stdin) {
        boolean body = false;
        for (Node child : node.children()) {
            if (body) {
                walk.statements().statement(child, stdin);
            } else {
                walk.substitutions(child);
            }
            body |= child.is(")");
        }
    }

    /** A body is judged once, where it stands; whoever calls itself in it never ends. */
    void function(Node node) {
        String name = node.child("word").map(Node::text).orElseThrow(NotUnderstood::ask);
        scene.enter(name);
        scene.branch(() -> {
            for (Node child : node.children()) {
                if (child.isOneOf(Kinds.REDIRECTS)) {
                    walk.redirections().redirect(child, Stdin.UNKNOWN);
                } else if (!child.is("word")) {
                    walk.statements().statement(child, Stdin.UNKNOWN);
                }
            }
        });
        scene.leave(name);
        scene.define(name);
        scene.forgetAll();
    }
}
