package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;

/** Shells: the script they are given is judged like the one they are started in, and never runs unasked. */
final class Shells {
    static final Set<String> NAMES = Names.of("sh bash dash zsh ksh ash mksh fish csh tcsh rbash pwsh powershell cmd");

    /** Those that speak another language than bash. */
    private static final String OTHERS = "fish csh tcsh pwsh powershell cmd";

    private Shells() {}

    static void rules(Rules rules) {
        rules.put(NAMES, Shells::shell);
    }

    private static Verdict shell(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            Word arg = args.get(i);
            if (takesCommand(call, arg)) {
                return Verdict.ask(Reason.CODE).and(command(call, call.from(i + 1)));
            }
            if (arg.matches("--rcfile|--init-file")) {
                return Verdict.deny(Reason.OPTION_RUNS);
            }
            if (arg.matches("[-+][oO]")) {
                i++;
            } else if (arg.matches("-[a-zA-Z]*s[a-zA-Z]*") && !call.isOneOf(OTHERS)) {
                return Code.piped(call);
            } else if (!arg.isOption() && !arg.matches("[+].*")) {
                return checksOnly(call) ? Verdict.ALLOW : Code.file(call, arg);
            }
        }
        if (call.flag('i')) {
            return call.stdin().there() ? Verdict.deny(Reason.REMOTE_SHELL) : Verdict.ask(Reason.CODE);
        }
        return Code.piped(call);
    }

    /** bash -n reads a script and runs none of it. */
    private static boolean checksOnly(Invocation call) {
        return call.arg(0).equals("-n") && call.args().size() == 2;
    }

    private static boolean takesCommand(Invocation call, Word arg) {
        return arg.matches(
                call.isOneOf(OTHERS)
                        ? "(?i)-c|/c|/k|/r|-command|-encodedcommand|-enc|-e|-ec|-co.*|--command"
                        : "[-+][a-zA-Z]*c[a-zA-Z]*|--command");
    }

    private static Verdict command(Invocation call, List<Word> rest) {
        List<Word> words = rest.stream()
                .dropWhile(word -> word.isOption() && !word.text().contains(" "))
                .toList();
        if (words.isEmpty()) {
            return Verdict.ask(Reason.CODE);
        }
        if (call.isOneOf(OTHERS)) {
            Word all = Word.of(Word.joined(words));
            return Code.judge(all.collapsed()).and(call.runs(all).ifDenied());
        }
        Word script = words.get(0);
        if (!script.known()) {
            return call.runs(script);
        }
        Scene inner = call.scene().started();
        if (words.size() > 1) {
            inner.set("0", List.of(words.get(1)));
            inner.arguments(words.subList(2, words.size()));
        }
        return call.judge().script(script.text(), inner, call.stdin());
    }
}
