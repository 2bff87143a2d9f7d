package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Stdin;
import java.util.Set;

/** Here-documents: text that a command reads, and whatever the grammar hangs below them. */
final class HereDocuments {
    private static final Set<String> PARTS =
            Names.of("<< <<- heredoc_start heredoc_body heredoc_end heredoc_content file_descriptor");

    private final Walk walk;

    HereDocuments(Walk walk) {
        this.walk = walk;
    }

    /** What a command reads from one. */
    Stdin text(Node redirect) {
        Node body = redirect.child("heredoc_body").orElse(null);
        if (body == null) {
            return Stdin.text("");
        }
        String text = walk.expansion().body(body, literal(redirect));
        return text == null ? Stdin.unknown(Origins.of(body)) : Stdin.text(text);
    }

    /** The grammar hangs what follows on the line of {@code <<} below the here-document: it reads its output. */
    void redirect(Node redirect, Stdin stdin) {
        ends(redirect);
        if (!literal(redirect)) {
            redirect.child("heredoc_body").ifPresent(walk::substitutions);
        }
        for (Node child : redirect.children()) {
            if (child.is("file_redirect") || child.is("herestring_redirect")) {
                walk.redirections().redirect(child, stdin);
            } else if (Kinds.word(child)) {
                walk.substitutions(child);
            } else if (!child.isOneOf(PARTS)) {
                walk.statements().statement(child, stdin);
            }
        }
    }

    private static boolean literal(Node redirect) {
        return redirect.textOf("heredoc_start").matches("(?s).*['\"\\\\].*");
    }

    /** Where a here-document ends is checked a second time: a command hidden in one would run. */
    private static void ends(Node redirect) {
        String delimiter = redirect.textOf("heredoc_start").replaceAll("['\"\\\\]", "");
        boolean tabs = redirect.child("<<-").isPresent();
        boolean early = redirect.textOf("heredoc_body")
                .lines()
                .map(line -> tabs ? line.replaceFirst("^\t+", "") : line)
                .anyMatch(delimiter::equals);
        boolean plain = delimiter.matches("[\\w.-]+")
                && redirect.child("heredoc_end")
                        .filter(end -> end.text().strip().equals(delimiter))
                        .filter(HereDocuments::alone)
                        .isPresent();
        if (early || !plain) {
            throw NotUnderstood.ask();
        }
    }

    /** Whether the end stands on a line of its own, or where a substitution ends. */
    private static boolean alone(Node end) {
        String source = end.source();
        boolean after = end.end() == source.length() || "\n)`".indexOf(source.charAt(end.end())) >= 0;
        int before = end.start() - 1;
        while (before >= 0 && source.charAt(before) == '\t') {
            before--;
        }
        return after && (before < 0 || source.charAt(before) == '\n');
    }
}
