package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;

/** Where the commands of a script read from and write to. */
final class Redirections {
    private final Walk walk;
    private final HereDocuments documents;

    Redirections(Walk walk) {
        this.walk = walk;
        this.documents = new HereDocuments(walk);
    }

    /** Judges what a redirection reads or writes. */
    void redirect(Node redirect, Stdin stdin) {
        switch (redirect.kind()) {
            case "file_redirect" -> file(redirect);
            case "herestring_redirect" -> walk.substitutions(redirect);
            default -> documents.redirect(redirect, stdin);
        }
    }

    // What is read

    /** What a node reads: its last redirection of the input, or what comes to it anyway. */
    Stdin in(Node node, Stdin stdin) {
        Stdin in = stdin;
        for (Node child : node.children()) {
            in = switch (child.kind()) {
                case "heredoc_redirect" -> documents.text(child);
                case "herestring_redirect" -> string(child);
                case "file_redirect" -> child.child("<").isPresent() ? fileIn(child) : in;
                default -> in;
            };
        }
        return in;
    }

    private static Stdin fileIn(Node redirect) {
        boolean process = redirect.has("process_substitution");
        return process ? Stdin.unknown(Origins.of(redirect)) : Stdin.UNKNOWN;
    }

    private Stdin string(Node redirect) {
        Word word = walk.expansion().one(redirect.last());
        return word.known() ? Stdin.text(word.text()) : Stdin.unknown(word.origin());
    }

    // Files

    private void file(Node redirect) {
        redirect.covered();
        walk.substitutions(redirect);
        String operator = operator(redirect);
        List<Node> targets = target(words(redirect));
        if (operator.endsWith("&-") || targets.isEmpty()) {
            return;
        }
        boolean process = targets.get(0).is("process_substitution");
        for (Word target : walk.expansion().words(targets)) {
            boolean descriptor = operator.endsWith("&") && target.matches("[0-9]+-?|-");
            Place place = Place.of(target, walk.scene().folders());
            if (!descriptor && operator.startsWith("<")) {
                walk.say(read(place, target));
            } else if (!descriptor && !process) {
                walk.say(place.written());
            }
        }
    }

    private static Verdict read(Place place, Word file) {
        return switch (place) {
            case ENDLESS -> Verdict.deny(Reason.EXHAUSTS);
            case DEVICE -> Verdict.deny(Reason.READS_DEVICE);
            case NETWORK -> Verdict.deny(Reason.REMOTE_SHELL);
            default -> Place.secret(file) ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW;
        };
    }

    private static String operator(Node redirect) {
        return redirect.children().stream()
                .map(Node::kind)
                .filter(kind -> kind.contains(">") || kind.startsWith("<"))
                .findFirst()
                .orElseThrow(NotUnderstood::ask);
    }

    // Arguments

    /** The grammar hangs arguments that follow a redirection below it: they are the command's. */
    static List<Node> arguments(Node node) {
        List<Node> arguments = new ArrayList<>();
        for (Node child : node.children()) {
            if (child.is("file_redirect")) {
                List<Node> words = words(child);
                arguments.addAll(words.subList(target(words).size(), words.size()));
            } else if (child.is("heredoc_redirect")) {
                arguments.addAll(arguments(child));
                arguments.addAll(words(child));
            }
        }
        return arguments;
    }

    private static List<Node> words(Node redirect) {
        return redirect.children().stream()
                .filter(child -> Kinds.word(child) && !child.is("="))
                .toList();
    }

    /** The words that touch the first one. */
    private static List<Node> target(List<Node> words) {
        int end = Math.min(1, words.size());
        while (end < words.size()
                && words.get(end).start() == words.get(end - 1).end()) {
            end++;
        }
        return words.subList(0, end);
    }
}
