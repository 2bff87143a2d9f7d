package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Programs that delete: rm and its like, find with its actions, and those of Windows. */
final class Deleting {
    static final Set<String> NAMES = Set.of("rm", "shred", "unlink", "rmdir", "srm", "wipe", "find");

    private static final Set<String> NARROWING = Set.of(
            "-name",
            "-iname",
            "-path",
            "-ipath",
            "-wholename",
            "-regex",
            "-iregex",
            "-empty",
            "-mtime",
            "-mmin",
            "-newer",
            "-size",
            "-atime",
            "-ctime",
            "-user",
            "-lname",
            "-samefile",
            "-inum");
    private static final Set<String> FIND_STARTS = Set.of("-exec", "-execdir", "-ok", "-okdir");
    private static final Set<String> FIND_WRITES = Set.of("-fprint", "-fprint0", "-fprintf", "-fls");

    private Deleting() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(rules, Deleting::rm, "rm", "srm", "grm", "trash", "trash-put");
        Rule.put(rules, call -> deletes(call, call.operands()), "unlink");
        Rule.put(rules, Deleting::rmdir, "rmdir", "rd");
        Rule.put(rules, Deleting::shred, "shred", "wipe", "scrub");
        Rule.put(rules, Deleting::find, "find", "gfind", "bfs");
        Rule.put(rules, Deleting::fd, "fd", "fdfind");
        Rule.put(rules, Deleting::windows, "del", "erase");
        Rule.put(rules, Deleting::removeItem, "remove-item", "ri");
    }

    private static Verdict rm(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        if (call.option("--no-preserve-root")) {
            return Verdict.deny(Reason.RM_RF);
        }
        boolean recursive = call.flag('r') || call.flag('R') || call.option("--recursive");
        // Windows shells know rm too, and take a slash for an option.
        return recursive ? deletesTrees(call, call.operands()) : deletes(call, call.operands());
    }

    private static Verdict deletesTrees(Invocation call, List<Word> trees) {
        Verdict verdict = trees.isEmpty() ? Verdict.ask(Reason.RM_RF_HERE) : Verdict.ALLOW;
        for (Word tree : trees) {
            verdict = verdict.and(deletesTree(call, tree));
        }
        return verdict;
    }

    private static Verdict deletesTree(Invocation call, Word tree) {
        Place place = call.place(tree);
        if (place.outside() || place == Place.WORK_ALL) {
            return Verdict.deny(Reason.RM_RF);
        }
        boolean temporary = place == Place.TEMPORARY && !tree.glob();
        return temporary || place == Place.SINK ? Verdict.ALLOW : Verdict.ask(Reason.RM_RF_HERE);
    }

    /** Single files of the working folder may go; anything that could be more is asked about. */
    private static Verdict deletes(Invocation call, List<Word> files) {
        Verdict verdict = files.isEmpty() ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW;
        for (Word file : files) {
            Place place = call.place(file);
            boolean plain = place.inside() && !file.glob();
            verdict = verdict.and(
                    place == Place.ELSEWHERE
                                    || (place == Place.HOME && !file.text().contains("/."))
                            ? file.glob() ? Verdict.deny(Reason.DELETES) : Verdict.ask(Reason.DELETES)
                            : place.outside()
                                    ? Verdict.deny(Reason.DELETES)
                                    : plain ? Verdict.ALLOW : Verdict.ask(Reason.DELETES_HERE));
        }
        return verdict;
    }

    private static Verdict rmdir(Invocation call) {
        boolean windows = call.args().stream()
                .anyMatch(arg -> arg.text().toLowerCase(Locale.ROOT).matches("/[sq]"));
        if (windows || call.program().equals("rd")) {
            return Verdict.deny(Reason.DELETES);
        }
        return deletes(call, call.operands());
    }

    private static Verdict shred(Invocation call) {
        Place worst = call.worst(call.operands(Set.of("-n", "-s")));
        boolean device = worst == Place.DEVICE;
        return worst.outside() || worst == Place.WORK_ALL
                ? Verdict.deny(device ? Reason.DISK : Reason.DELETES)
                : call.onlyHelp() ? Verdict.ALLOW : Verdict.ask(Reason.DELETES_HERE);
    }

    private static Verdict windows(Invocation call) {
        boolean switches = call.args().stream()
                .anyMatch(arg -> arg.text().toLowerCase(Locale.ROOT).matches("(/[a-z])+"));
        return switches
                ? Verdict.deny(Reason.DELETES)
                : Verdict.ask(Reason.DELETES_HERE).and(deletes(call, call.operands()));
    }

    private static Verdict removeItem(Invocation call) {
        boolean recursive = call.line().toLowerCase(Locale.ROOT).contains("-rec");
        return recursive ? Verdict.deny(Reason.RM_RF) : Verdict.ask(Reason.DELETES_HERE);
    }

    private static Verdict find(Invocation call) {
        List<Word> args = call.args();
        List<Word> roots = roots(args);
        boolean narrow = narrow(args);
        Verdict verdict = Verdict.ALLOW;
        for (int i = 0; i < args.size(); i++) {
            String action = args.get(i).text();
            if (action.equals("-delete")) {
                verdict = verdict.and(deletesFound(call, roots, narrow));
            } else if (FIND_WRITES.contains(action)) {
                verdict = verdict.and(i + 1 < args.size() ? Writing.to(call.place(args.get(i + 1))) : Verdict.ALLOW);
            } else if (FIND_STARTS.contains(action)) {
                verdict = verdict.and(starts(call, command(args, i + 1), roots, narrow));
            } else if (!args.get(i).known() && args.get(i).isOption()) {
                verdict = verdict.and(Verdict.ask(Reason.DYNAMIC_COMMAND));
            }
        }
        return verdict.and(option(call, roots));
    }

    /** A word that only the run tells could be any action. */
    private static Verdict option(Invocation call, List<Word> roots) {
        boolean any = call.args().stream()
                .anyMatch(arg -> arg.text().startsWith(String.valueOf(Word.UNKNOWN)) && !roots.contains(arg));
        boolean split = call.args().stream().anyMatch(arg -> arg.text().equals(String.valueOf(Word.UNKNOWN)));
        return any && split ? Verdict.ask(Reason.DYNAMIC_COMMAND) : Verdict.ALLOW;
    }

    private static List<Word> roots(List<Word> args) {
        List<Word> roots = new ArrayList<>();
        for (Word arg : args) {
            if (arg.text().matches("-[HLPOD].*")) {
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

    private static Verdict deletesFound(Invocation call, List<Word> roots, boolean narrow) {
        Place worst = call.worst(roots);
        boolean contained = worst.inside() || (worst == Place.WORK_ALL && narrow) || (worst == Place.UNKNOWN && narrow);
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
        Verdict verdict = Verdict.ALLOW;
        for (Word root : roots) {
            List<Word> argv = command.stream()
                    .map(word -> found(word, root, call, narrow))
                    .toList();
            verdict = verdict.and(call.runs(argv, Stdin.NONE));
        }
        return verdict;
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
            if (args.get(i).text().matches("-[xX]|--exec(-batch)?")) {
                List<Word> roots = call.operands().stream()
                        .filter(word -> call.place(word).outside())
                        .toList();
                List<Word> argv = new ArrayList<>(args.subList(i + 1, args.size()));
                argv.add(roots.isEmpty() ? Word.of("./" + Word.UNKNOWN) : roots.get(0));
                return call.runs(argv);
            }
        }
        return Verdict.ALLOW;
    }
}
