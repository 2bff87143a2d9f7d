package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;

/**
 * One walk through a parsed script: what it has come to know, and the verdict so far.
 *
 * <p>A kind of node that nobody names, a piece of source between nodes that is not blank, and an error node all end the
 * walk: what isn't understood isn't allowed.
 */
final class Walk {
    private final Scene scene;
    private final Expansion expansion;
    private final Statements statements;
    private final Commands commands;
    private final Redirections redirections;
    private final Variables variables;
    private Verdict verdict = Verdict.ALLOW;

    Walk(Scene scene) {
        this.scene = scene;
        this.expansion = new Expansion(scene);
        this.commands = new Commands(this);
        this.redirections = new Redirections(this);
        this.variables = new Variables(this);
        this.statements = new Statements(this);
    }

    Scene scene() {
        return scene;
    }

    Expansion expansion() {
        return expansion;
    }

    Statements statements() {
        return statements;
    }

    Commands commands() {
        return commands;
    }

    Redirections redirections() {
        return redirections;
    }

    Variables variables() {
        return variables;
    }

    Verdict verdict() {
        return verdict;
    }

    void say(Verdict more) {
        verdict = verdict.and(more);
    }

    /** Whatever is substituted is judged as a script of its own, wherever it stands. */
    void substitutions(Node node) {
        node.each(Kinds.SUBSTITUTIONS, this::substitution);
    }

    private void substitution(Node node) {
        Walk inner = new Walk(scene.inner());
        for (Node child : node.children()) {
            if (child.isOneOf(Kinds.REDIRECTS)) {
                inner.redirections.redirect(child, Stdin.NONE);
            } else {
                inner.statements.statement(child, Stdin.NONE);
            }
        }
        node.covered();
        say(inner.verdict);
        if (node.matches("(?s).*\\b(curl|wget)\\b.*")) {
            scene.fetched();
        }
    }
}
