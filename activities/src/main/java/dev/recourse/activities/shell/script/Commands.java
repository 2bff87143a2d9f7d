package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.rules.Invocation;
import dev.recourse.activities.shell.rules.Judge;
import dev.recourse.activities.shell.rules.Programs;
import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Single commands of a script: their words are expanded, and the rules are asked about the program. */
final class Commands implements Judge {
    /** Words that would not be names of programs, had the grammar not lost its way. */
    private static final Set<String> RESERVED = Names.of("""
            if then else elif fi do done for while until case esac select function { } in [[ ]] time{
            """);

    private final Walk walk;

    Commands(Walk walk) {
        this.walk = walk;
    }

    /**
     * Judges a command of the script.
     *
     * @param further arguments that the grammar did not hang below it
     */
    void command(Node node, Stdin stdin, List<Node> further) {
        walk.scene().count();
        node.covered();
        walk.substitutions(node);
        Stdin in = walk.redirections().in(node, stdin);
        List<Node> words = new ArrayList<>();
        for (Node child : node.children()) {
            if (child.is("variable_assignment")) {
                walk.variables().assignment(child, false);
            } else if (child.isOneOf(Kinds.REDIRECTS)) {
                walk.redirections().redirect(child, in);
            } else if (child.is("command_name") || Kinds.word(child)) {
                words.add(child);
            } else {
                throw NotUnderstood.ask();
            }
        }
        if (!Redirections.arguments(node).isEmpty()) {
            throw NotUnderstood.ask();
        }
        words.addAll(further);
        walk.say(command(walk.expansion().words(words), walk.scene(), in));
    }

    @Override
    public Verdict command(List<Word> argv, Scene scene, Stdin stdin) {
        scene.count();
        if (argv.isEmpty()) {
            return Verdict.ALLOW;
        }
        Word first = argv.get(0);
        Invocation call = new Invocation(first.text(), argv.subList(1, argv.size()), scene, stdin, this);
        if (!first.known()) {
            return dynamic(first, call);
        }
        return first.glob() ? Verdict.deny(Reason.DISGUISED) : named(call);
    }

    @Override
    public Verdict script(String text, Scene scene, Stdin stdin) {
        return Script.judge(text, scene, stdin);
    }

    private static Verdict named(Invocation call) {
        String name = call.program();
        if (call.scene().isIn(name)) {
            return Verdict.deny(Reason.EXHAUSTS);
        }
        if (call.scene().defines(name)) {
            // Its body was judged where it was defined.
            return Programs.knows(name) ? Programs.judge(call) : Verdict.ALLOW;
        }
        if (name.isBlank() || RESERVED.contains(name)) {
            return Verdict.ask(Reason.NOT_UNDERSTOOD);
        }
        return name.codePoints().anyMatch(Commands::invisible) ? Verdict.deny(Reason.DISGUISED) : Programs.called(call);
    }

    private static boolean invisible(int c) {
        return c != ' ' && (Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT);
    }

    /** Nobody knows what runs; what would run if the unknown were empty counts too. */
    private Verdict dynamic(Word first, Invocation call) {
        Verdict unknown = first.origin().verdict().and(Programs.forceful(call));
        String rest = first.collapsed();
        if (rest.isEmpty() || rest.matches("\\.?/")) {
            return unknown.and(shifted(call));
        }
        List<Word> argv = new ArrayList<>(List.of(Word.of(rest)));
        argv.addAll(call.args());
        Verdict collapsed = command(argv, call.scene().inner(), call.stdin());
        return unknown.and(collapsed.denied() ? Verdict.deny(Reason.DISGUISED) : Verdict.ALLOW);
    }

    /** Where the unknown word vanishes, the first argument is the command. */
    private Verdict shifted(Invocation call) {
        return call.args().isEmpty()
                ? Verdict.ALLOW
                : command(call.args(), call.scene().inner(), call.stdin()).ifDenied();
    }
}
