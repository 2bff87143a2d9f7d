package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.rules.Programs;
import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pipes: what each command hands on to the next one, as far as it can be told. */
final class Pipes {
    private static final int MAX_WORDS = 32;

    private final Walk walk;

    Pipes(Walk walk) {
        this.walk = walk;
    }

    void pipeline(Node node, Stdin stdin) {
        Stdin flowing = stdin;
        for (Node part : node.children()) {
            if (!Kinds.token(part)) {
                Stdin in = flowing;
                walk.scene().branch(() -> walk.statements().statement(part, in));
                flowing = out(part, in);
            }
        }
    }

    private Stdin out(Node node, Stdin in) {
        boolean redirected = node.is("redirected_statement");
        Node command = redirected ? node.children().get(0) : node;
        Word.Origin origin = in.origin().and(Origins.of(command));
        Stdin from = redirected ? walk.redirections().in(node, in) : in;
        if (!command.is("command")) {
            return new Stdin(true, null, origin, from.words());
        }
        List<Word> words = words(command);
        String printed = redirected ? null : walk.expansion().printed(command);
        return printed != null
                ? new Stdin(true, printed, origin, limited(Word.split(printed)))
                : new Stdin(true, passed(from, words), origin, limited(named(from, words)));
    }

    /** What flows in flows on, and with it what the arguments may stand for. */
    private static List<Word> named(Stdin from, List<Word> words) {
        List<Word> flowing = new ArrayList<>(from.words());
        words.stream().skip(1).filter(word -> !word.isOption()).forEach(flowing::add);
        return flowing;
    }

    private static List<Word> limited(List<Word> words) {
        return words.subList(0, Math.min(words.size(), MAX_WORDS));
    }

    /** cat alone hands on what it reads. */
    private static @Nullable String passed(Stdin from, List<Word> words) {
        boolean cat = Programs.baseName(Word.first(words)).equals("cat");
        return cat && words.size() == 1 ? from.text() : null;
    }

    private List<Word> words(Node command) {
        try {
            return walk.expansion()
                    .words(command.children().stream()
                            .filter(child -> Kinds.word(child) || child.is("command_name"))
                            .toList());
        } catch (NotUnderstood e) {
            return List.of();
        }
    }
}
