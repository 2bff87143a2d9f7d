package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Programs that start another one: judged by what they start, unwrapped again and again. */
final class Wrappers {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    private static final Verdict FREE = Verdict.ALLOW;
    private static final Verdict RIGHTS = Verdict.ask(Reason.PRIVILEGES);
    private static final Verdict UNUSUAL = Verdict.ask(Reason.OPTION_RUNS);

    private Wrappers() {}

    static void rules(Rules rules) {
        rules.put("nohup setsid command builtin busybox toybox chronic unbuffer", wraps(FREE, 0, ""));
        rules.put("nice", wraps(FREE, 0, "-n --adjustment"));
        rules.put("ionice", wraps(FREE, 0, "-c -n --class --classdata"));
        rules.put("timeout", wraps(FREE, 1, "-s -k --signal --kill-after"));
        rules.put("gtimeout", wraps(FREE, 1, "-s -k"));
        rules.put("stdbuf", wraps(FREE, 0, "-i -o -e"));
        rules.put("time", wraps(FREE, 0, "-f -o"));
        rules.put("exec", wraps(FREE, 0, "-a"));
        rules.put("caffeinate", wraps(FREE, 0, "-t -w"));

        rules.put("sudo", wraps(RIGHTS, 0, """
                -u -g -C -D -h -p -R -r -t -T -U --user --group --host --prompt --chdir
                """));
        rules.put("doas", wraps(RIGHTS, 0, "-u -C"));
        rules.put("pkexec", wraps(RIGHTS, 0, "--user"));
        rules.put("gosu su-exec chroot", wraps(RIGHTS, 1, ""));
        rules.put("nsenter", wraps(Verdict.deny(Reason.PRIVILEGES), 0, "-t --target"));

        unusual(rules);
        rules.put("env genv", Wrappers::env);
        rules.put("su runuser script sg tmux screen capsh newgrp runas expect", Wrappers::line);
    }

    private static void unusual(Rules rules) {
        rules.put("""
                coproc unshare numactl prlimit setpriv setarch fakeroot torsocks firejail bwrap
                dbus-run-session entr valgrind
                """, wraps(UNUSUAL, 0, ""));
        rules.put("strace ltrace", wraps(UNUSUAL, 0, "-e -o -p -s"));
        rules.put("proxychains", wraps(UNUSUAL, 0, "-f"));
        rules.put("xvfb-run", wraps(UNUSUAL, 0, "-s -n"));
        rules.put("hyperfine", wraps(UNUSUAL, 0, "-w -r -m -M"));
        rules.put("gdb", wraps(UNUSUAL, 0, "-ex -x -p"));
        rules.put("daemonize", wraps(UNUSUAL, 0, "-p -u"));
        rules.put("wsl", wraps(UNUSUAL, 0, "-u -d"));
        rules.put("flock", wraps(UNUSUAL, 1, "-w -E --timeout"));
        rules.put("taskset", wraps(UNUSUAL, 1, "-p"));
        rules.put("chrt", wraps(UNUSUAL, 1, ""));
        rules.put("faketime", wraps(UNUSUAL, 1, "-f"));
        rules.put("watch", wraps(Verdict.ask(Reason.ENDLESS), 0, "-n --interval"));
        rules.put("start-stop-daemon", wraps(Verdict.deny(Reason.PERSISTS), 0, "--exec --pidfile"));
    }

    /**
     * The rule of a program that starts what its arguments say.
     *
     * @param floor the least that is said, whatever is started
     * @param before how many words stand before the command
     * @param withValue options that take the next word
     */
    private static Rule wraps(Verdict floor, int before, String withValue) {
        Set<String> valued = Names.of(withValue);
        return call -> call.onlyHelp() || tellsOnly(call) ? Verdict.ALLOW : started(call, floor, before, valued);
    }

    private static Verdict started(Invocation call, Verdict floor, int before, Set<String> withValue) {
        List<Word> inner = command(call.args(), withValue);
        int begins = Math.min(before, inner.size());
        begins += call.isOneOf("sudo doas") ? assignments(inner.subList(begins, inner.size())) : 0;
        List<Word> command = inner.subList(begins, inner.size());
        Verdict verdict = lines(call, floor).and(environment(call, inner.subList(0, begins)));
        if (command.isEmpty()) {
            boolean redirects = call.isOneOf("exec nice time");
            return redirects ? verdict : verdict.and(Verdict.ask(Reason.PRIVILEGES));
        }
        boolean viaShell = call.isOneOf("watch hyperfine");
        return verdict.and(viaShell ? call.runs(Word.joined(command)) : call.runs(command))
                .and(anyTail(call));
    }

    /** command -v, busybox --list and their like start nothing; sudo -l neither. */
    private static boolean tellsOnly(Invocation call) {
        String first = call.arg(0);
        return switch (call.program()) {
            case "command" -> first.matches("-[vV]+");
            case "sudo" -> call.args().size() == 1 && first.matches("-[lvkKnV]|--list|--validate");
            case "busybox", "toybox" -> call.args().isEmpty() || first.equals("--list");
            default -> false;
        };
    }

    /** What stands behind the options. */
    static List<Word> command(List<Word> args, Set<String> withValue) {
        int i = 0;
        while (i < args.size() && (args.get(i).isOption() || args.get(i).is("-"))) {
            if (args.get(i).is("--")) {
                return args.subList(i + 1, args.size());
            }
            i += withValue.contains(args.get(i).text()) ? 2 : 1;
        }
        return args.subList(Math.min(i, args.size()), args.size());
    }

    /** How many words from the first one on set a variable. */
    private static int assignments(List<Word> words) {
        return (int) words.stream().takeWhile(Wrappers::assigns).count();
    }

    private static boolean assigns(Word word) {
        return ASSIGNMENT.matcher(word.text()).matches();
    }

    private static Verdict environment(Invocation call, List<Word> words) {
        return Verdict.ALLOW.andEach(words.stream().filter(Wrappers::assigns).toList(), word -> {
            int equals = word.text().indexOf('=');
            return Environment.judge(call, word.text().substring(0, equals), word.from(equals + 1));
        });
    }

    /** An option nobody knows may take a value: then the command begins a word later, and would be missed. */
    private static Verdict anyTail(Invocation call) {
        Verdict verdict = Verdict.ALLOW;
        for (int i = 1; i < Math.min(call.args().size(), Programs.TAIL); i++) {
            if (Programs.harmful(call.args().get(i))) {
                verdict = verdict.and(call.runs(call.from(i)).ifDenied());
            }
        }
        return verdict;
    }

    /** Options whose value is a command line; for some programs they are something else. */
    private static Verdict lines(Invocation call, Verdict floor) {
        return call.isOneOf("ionice chrt taskset nice time strace stdbuf")
                ? floor
                : floor.andEach(call.values("-c --command -ex"), call::runs);
    }

    private static Verdict env(Invocation call) {
        List<Word> args = call.args();
        Verdict verdict = Verdict.ALLOW;
        int i = 0;
        while (i < args.size()) {
            Word arg = args.get(i);
            if (assigns(arg)) {
                verdict = verdict.and(environment(call, List.of(arg)));
                i++;
            } else if (arg.matches("-S.*|--split-string.*|-[iv0]*S.*")) {
                return verdict.and(split(call, call.from(i)));
            } else if (arg.matches("-u|--unset|-C|--chdir")) {
                boolean moves = arg.matches("-C|--chdir");
                verdict = verdict.and(moves ? Verdict.ask(Reason.WRITES_SOMEWHERE) : Verdict.ALLOW);
                i += 2;
            } else if (arg.isOption() || arg.is("-")) {
                i++;
            } else {
                return verdict.and(call.runs(call.from(i)));
            }
        }
        return verdict;
    }

    private static Verdict split(Invocation call, List<Word> args) {
        String first = args.get(0).text().replaceFirst("^(--split-string=?|-[iv0]*S)", "");
        boolean apart = first.isEmpty() && args.size() > 1;
        String line = apart ? args.get(1).collapsed() : first;
        List<Word> words = new ArrayList<>(Word.split(line.replaceAll("['\"\\\\]", "")));
        words.addAll(args.subList(apart ? 2 : 1, args.size()));
        Verdict verdict = Verdict.ask(Reason.OPTION_RUNS);
        return words.isEmpty() ? verdict : verdict.and(env(call.with("env", words)));
    }

    /** Programs that take a whole command line as one word. */
    private static Verdict line(Invocation call) {
        List<Word> lines = call.values("-c --command -ex --session-command -S --split-string -cmd");
        List<Word> maybe =
                call.args().stream().filter(arg -> arg.text().indexOf(' ') > 0).toList();
        return Verdict.ask(Reason.OPTION_RUNS)
                .andEach(lines, call::runs)
                .andEach(maybe, arg -> call.runs(arg).ifDenied())
                .and(anyTail(call));
    }
}
