package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.rules.Environment;
import dev.recourse.activities.shell.rules.Invocation;
import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;

/** What a script does to its variables, and what it asks about them. */
final class Variables {
    private static final String ARRAY_INDEX_RUNS = "(?s).*\\[[^\\]]*'[^']*(\\$\\(|`).*";
    private static final String PLAIN_COMPARISON = "(?s)\\[{1,2} (-[a-uw-z]|[^-]).* (=|==|!=) .*";

    private final Walk walk;
    private final Scene scene;

    Variables(Walk walk) {
        this.walk = walk;
        this.scene = walk.scene();
    }

    /**
     * Judges an assignment.
     *
     * @param stays whether it is for what follows, not for a single command
     */
    void assignment(Node node, boolean stays) {
        if (!node.is("variable_assignment")) {
            throw NotUnderstood.ask();
        }
        walk.substitutions(node);
        Node target = node.children().get(0);
        boolean element = target.is("subscript");
        String name = element ? target.children().get(0).text() : target.text();
        List<Word> value = value(node);
        Invocation call = new Invocation("export", List.of(), scene, Stdin.NONE, walk.commands());
        value.forEach(word -> walk.say(Environment.judge(call, name, word)));
        if (name.equals("IFS")) {
            scene.forgetAll();
        } else if (stays && (element || node.child("+=").isPresent())) {
            scene.forget(name);
        } else if (stays) {
            scene.set(name, value);
        }
    }

    private List<Word> value(Node node) {
        List<Node> values = node.children()
                .subList(Math.min(2, node.children().size()), node.children().size());
        List<Word> words = words(values);
        return words.isEmpty() ? List.of(Word.of("")) : words;
    }

    private List<Word> words(List<Node> values) {
        if (values.size() != 1) {
            return walk.expansion().words(values);
        }
        Node value = values.get(0);
        if (!value.is("array")) {
            return List.of(walk.expansion().one(value));
        }
        return walk.expansion()
                .words(value.children().stream()
                        .filter(child -> !child.is("(") && !child.is(")"))
                        .toList());
    }

    /** export, declare and their like. */
    void declaration(Node node) {
        walk.substitutions(node);
        for (Node child : node.children()) {
            if (child.is("variable_assignment")) {
                assignment(child, true);
            } else if (!child.is("variable_name") && !child.kind().matches("export|declare|typeset|local|readonly")) {
                declared(child);
            }
        }
        if (scene.isHiding() && node.matches("(?s)\\w+\\s+(-\\w+\\s+)*-\\w*i.*")) {
            walk.say(Verdict.deny(Reason.HIDDEN_SUBSTITUTION));
        }
        if (node.matches("(?s)\\w+\\s+(-\\w+\\s+)*-\\w*n.*") && !node.text().startsWith("export")) {
            scene.forgetAll();
            walk.say(Verdict.ask(Reason.SHELL_STATE));
        }
    }

    /** {@code declare "x=rm"} assigns as well. */
    private void declared(Node child) {
        for (Word word : walk.expansion().words(child)) {
            boolean option = word.known() && word.matches("[-+][a-zA-Z]+");
            if (!option) {
                scene.forgetAll();
                boolean hidden = Word.substitutes(word.text());
                walk.say(hidden ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION) : Verdict.ask(Reason.SHELL_STATE));
            }
        }
    }

    void unset(Node node) {
        walk.substitutions(node);
        if (node.text().contains("$") || node.text().contains("`")) {
            walk.say(Verdict.ask(Reason.SHELL_STATE));
        }
        if (node.matches("(?s).*\\b(PATH|HIST\\w*|IFS|HOME)\\b.*")) {
            walk.say(Verdict.ask(Reason.ENVIRONMENT_ASK));
        }
        scene.forgetAll();
        scene.undefine();
    }

    /** Conditions run nothing but substitutions; an index given as text they would evaluate. */
    void test(Node node) {
        walk.substitutions(node);
        boolean indexes = scene.isHiding() || node.matches(ARRAY_INDEX_RUNS);
        if (indexes && !node.matches(PLAIN_COMPARISON)) {
            walk.say(Verdict.ask(Reason.HIDDEN_SUBSTITUTION));
        }
        if (node.text().startsWith("((")) {
            scene.forgetAll();
        }
    }
}
