package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Programs that look for files, and may delete what they find or start something with it. */
final class Finding {
    private static final Set<String> NARROWING = Names.of("""
            -name -iname -path -ipath -wholename -regex -iregex -empty -mtime -mmin -newer -size
            -atime -ctime -user -lname -samefile -inum
            """);
    private static final Set<String> STARTS = Names.of("-exec -execdir -ok -okdir");
    private static final Set<String> WRITES = Names.of("-fprint -fprint0 -fprintf -fls");

    private Finding() {}

    static void rules(Rules rules) {
        rules.put("find gfind bfs", Finding::find);
        rules.put("fd fdfind", Finding::fd);
    }

    private static Verdict find(Invocation call) {
        List<Word> args = call.args();
        List<Word> roots = roots(args);
        boolean narrow = narrow(args);
        Verdict verdict = Verdict.ALLOW;
        for (int i = 0; i < args.size(); i++) {
            String action = args.get(i).text();
            if (action.equals("-delete")) {
                verdict = verdict.and(deletes(call, roots, narrow));
            } else if (WRITES.contains(action)) {
                verdict = verdict.and(
                        i + 1 < args.size() ? call.place(args.get(i + 1)).written() : Verdict.ALLOW);
            } else if (STARTS.contains(action)) {
                verdict = verdict.and(starts(call, command(args, i + 1), roots, narrow));
            } else if (!args.get(i).known() && args.get(i).isOption()) {
                verdict = verdict.and(Verdict.ask(Reason.DYNAMIC_COMMAND));
            }
        }
        return verdict.and(anyAction(call, roots));
    }

    /** A word that only the run tells could be any action. */
    private static Verdict anyAction(Invocation call, List<Word> roots) {
        boolean any = call.args().stream()
                .anyMatch(arg -> arg.text().startsWith(String.valueOf(Word.UNKNOWN)) && !roots.contains(arg));
        boolean split = call.args().stream().anyMatch(arg -> arg.is(String.valueOf(Word.UNKNOWN)));
        return any && split ? Verdict.ask(Reason.DYNAMIC_COMMAND) : Verdict.ALLOW;
    }

    private static List<Word> roots(List<Word> args) {
        List<Word> roots = new ArrayList<>();
        for (Word arg : args) {
            if (arg.matches("-[HLPOD].*")) {
                continue;
            }
            if (arg.isOption() || arg.is("(") || arg.is("!") || arg.is("\\(")) {
                break;
            }
            roots.add(arg);
        }
        return roots.isEmpty() ? List.of(Word.of(".")) : roots;
    }

    /** Whether it looks for something, not for everything. */
    private static boolean narrow(List<Word> args) {
        for (int i = 0; i < args.size(); i++) {
            String value = i + 1 < args.size() ? args.get(i + 1).text() : "";
            if (NARROWING.contains(args.get(i).text()) && !value.matches("[*.?/]*\\*[*.?/]*")) {
                return true;
            }
        }
        return false;
    }

    private static Verdict deletes(Invocation call, List<Word> roots, boolean narrow) {
        Place worst = call.worst(roots);
        boolean contained = worst.inside() || (narrow && (worst == Place.WORK_ALL || worst == Place.UNKNOWN));
        return contained ? Verdict.ask(Reason.FIND_DELETES_HERE) : Verdict.deny(Reason.FIND_DELETES);
    }

    private static List<Word> command(List<Word> args, int from) {
        int to = from;
        while (to < args.size()
                && !args.get(to).is(";")
                && !(args.get(to).is("+") && to > from && args.get(to - 1).is("{}"))) {
            to++;
        }
        return args.subList(Math.min(from, args.size()), to);
    }

    /** Each place that {} may stand for is judged as if it were written there. */
    private static Verdict starts(Invocation call, List<Word> command, List<Word> roots, boolean narrow) {
        return Verdict.ALLOW.andEach(roots, root -> {
            List<Word> argv = command.stream()
                    .map(word -> found(word, root, call, narrow))
                    .toList();
            return call.runs(argv, Stdin.NONE);
        });
    }

    private static Word found(Word word, Word root, Invocation call, boolean narrow) {
        if (!word.text().contains("{}")) {
            return word;
        }
        boolean everything = call.place(root).outside() || !narrow;
        String under = everything ? root.text() : root.text() + "/" + Word.UNKNOWN;
        return new Word(word.text().replace("{}", under), false, root.origin());
    }

    private static Verdict fd(Invocation call) {
        List<Word> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).matches("-[xX]|--exec(-batch)?")) {
                List<Word> argv = new ArrayList<>(call.from(i + 1));
                argv.add(call.operands().stream()
                        .filter(word -> call.place(word).outside())
                        .findFirst()
                        .orElse(Word.of("./" + Word.UNKNOWN)));
                return call.runs(argv);
            }
        }
        return Verdict.ALLOW;
    }
}
