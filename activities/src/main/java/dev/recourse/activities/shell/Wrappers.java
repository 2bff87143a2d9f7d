package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Programs that start another one: judged by what they start, unwrapped again and again. */
final class Wrappers {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    /**
     * How a wrapper's command is found.
     *
     * @param withValue options that take the next word
     * @param before how many words stand before the command
     * @param floor the least that is said, whatever is started
     */
    private record Shape(Set<String> withValue, int before, Verdict floor) {}

    private static final Verdict FREE = Verdict.ALLOW;
    private static final Verdict RIGHTS = Verdict.ask(Reason.PRIVILEGES);
    private static final Verdict UNUSUAL = Verdict.ask(Reason.OPTION_RUNS);

    private static final Map<String, Shape> SHAPES = Map.ofEntries(
            Map.entry(
                    "sudo",
                    new Shape(
                            Set.of(
                                    "-u",
                                    "-g",
                                    "-C",
                                    "-D",
                                    "-h",
                                    "-p",
                                    "-R",
                                    "-r",
                                    "-t",
                                    "-T",
                                    "-U",
                                    "--user",
                                    "--group",
                                    "--host",
                                    "--prompt",
                                    "--chdir"),
                            0,
                            RIGHTS)),
            Map.entry("doas", new Shape(Set.of("-u", "-C"), 0, RIGHTS)),
            Map.entry("pkexec", new Shape(Set.of("--user"), 0, RIGHTS)),
            Map.entry("gosu", new Shape(Set.of(), 1, RIGHTS)),
            Map.entry("su-exec", new Shape(Set.of(), 1, RIGHTS)),
            Map.entry("nice", new Shape(Set.of("-n", "--adjustment"), 0, FREE)),
            Map.entry("ionice", new Shape(Set.of("-c", "-n", "--class", "--classdata"), 0, FREE)),
            Map.entry("timeout", new Shape(Set.of("-s", "-k", "--signal", "--kill-after"), 1, FREE)),
            Map.entry("gtimeout", new Shape(Set.of("-s", "-k"), 1, FREE)),
            Map.entry("nohup", new Shape(Set.of(), 0, FREE)),
            Map.entry("setsid", new Shape(Set.of(), 0, FREE)),
            Map.entry("stdbuf", new Shape(Set.of("-i", "-o", "-e"), 0, FREE)),
            Map.entry("time", new Shape(Set.of("-f", "-o"), 0, FREE)),
            Map.entry("command", new Shape(Set.of(), 0, FREE)),
            Map.entry("builtin", new Shape(Set.of(), 0, FREE)),
            Map.entry("exec", new Shape(Set.of("-a"), 0, FREE)),
            Map.entry("busybox", new Shape(Set.of(), 0, FREE)),
            Map.entry("toybox", new Shape(Set.of(), 0, FREE)),
            Map.entry("chronic", new Shape(Set.of(), 0, FREE)),
            Map.entry("unbuffer", new Shape(Set.of(), 0, FREE)),
            Map.entry("caffeinate", new Shape(Set.of("-t", "-w"), 0, FREE)),
            Map.entry("coproc", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("chroot", new Shape(Set.of(), 1, RIGHTS)),
            Map.entry("unshare", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("nsenter", new Shape(Set.of("-t", "--target"), 0, Verdict.deny(Reason.PRIVILEGES))),
            Map.entry("flock", new Shape(Set.of("-w", "-E", "--timeout"), 1, UNUSUAL)),
            Map.entry("strace", new Shape(Set.of("-e", "-o", "-p", "-s"), 0, UNUSUAL)),
            Map.entry("ltrace", new Shape(Set.of("-e", "-o", "-p", "-s"), 0, UNUSUAL)),
            Map.entry("taskset", new Shape(Set.of("-p"), 1, UNUSUAL)),
            Map.entry("chrt", new Shape(Set.of(), 1, UNUSUAL)),
            Map.entry("numactl", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("prlimit", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("setpriv", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("setarch", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("faketime", new Shape(Set.of("-f"), 1, UNUSUAL)),
            Map.entry("fakeroot", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("torsocks", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("proxychains", new Shape(Set.of("-f"), 0, UNUSUAL)),
            Map.entry("firejail", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("bwrap", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("dbus-run-session", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("xvfb-run", new Shape(Set.of("-s", "-n"), 0, UNUSUAL)),
            Map.entry("entr", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("watch", new Shape(Set.of("-n", "--interval"), 0, Verdict.ask(Reason.ENDLESS))),
            Map.entry("hyperfine", new Shape(Set.of("-w", "-r", "-m", "-M"), 0, UNUSUAL)),
            Map.entry("valgrind", new Shape(Set.of(), 0, UNUSUAL)),
            Map.entry("gdb", new Shape(Set.of("-ex", "-x", "-p"), 0, UNUSUAL)),
            Map.entry("start-stop-daemon", new Shape(Set.of("--exec", "--pidfile"), 0, Verdict.deny(Reason.PERSISTS))),
            Map.entry("daemonize", new Shape(Set.of("-p", "-u"), 0, UNUSUAL)),
            Map.entry("wsl", new Shape(Set.of("-u", "-d"), 0, UNUSUAL)));

    /** Options whose value is a command line. */
    private static final Set<String> LINES =
            Set.of("-c", "--command", "-ex", "--session-command", "-S", "--split-string", "-cmd");

    private Wrappers() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(rules, Wrappers::judge, SHAPES.keySet());
        Rule.put(rules, Wrappers::env, "env", "genv");
        Rule.put(rules, Wrappers::xargs, "xargs", "gxargs");
        Rule.put(rules, Wrappers::parallel, "parallel");
        Rule.put(
                rules,
                Wrappers::line,
                "su",
                "runuser",
                "script",
                "sg",
                "tmux",
                "screen",
                "capsh",
                "newgrp",
                "runas",
                "expect");
    }

    private static Verdict judge(Invocation call) {
        Shape shape = SHAPES.getOrDefault(call.program(), new Shape(Set.of(), 0, UNUSUAL));
        if (call.onlyHelp() || tellsOnly(call)) {
            return Verdict.ALLOW;
        }
        Verdict verdict = lines(call, shape.floor());
        List<Word> inner = inner(call.args(), shape.withValue());
        int before = Math.min(shape.before(), inner.size());
        Verdict environment = assignments(call, inner.subList(0, before));
        List<Word> command = afterAssignments(call, inner.subList(before, inner.size()));
        verdict = verdict.and(environment).and(assignments(call, inner.subList(before, inner.size() - command.size())));
        if (command.isEmpty()) {
            return nothing(call, verdict);
        }
        boolean viaShell = call.program().equals("watch") || call.program().equals("hyperfine");
        return verdict.and(viaShell ? call.runs(joined(command)) : call.runs(command))
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

    private static Verdict nothing(Invocation call, Verdict verdict) {
        boolean redirects = call.program().equals("exec")
                || call.program().equals("nice")
                || call.program().equals("time");
        return redirects ? verdict : verdict.and(Verdict.ask(Reason.PRIVILEGES));
    }

    private static List<Word> inner(List<Word> args, Set<String> withValue) {
        int i = 0;
        while (i < args.size() && (args.get(i).isOption() || args.get(i).is("-"))) {
            if (args.get(i).is("--")) {
                return args.subList(i + 1, args.size());
            }
            i += withValue.contains(args.get(i).text()) ? 2 : 1;
        }
        return args.subList(Math.min(i, args.size()), args.size());
    }

    private static List<Word> afterAssignments(Invocation call, List<Word> words) {
        int i = 0;
        boolean takes = call.program().equals("sudo") || call.program().equals("doas");
        while (takes
                && i < words.size()
                && ASSIGNMENT.matcher(words.get(i).text()).matches()) {
            i++;
        }
        return words.subList(i, words.size());
    }

    private static Verdict assignments(Invocation call, List<Word> words) {
        Verdict verdict = Verdict.ALLOW;
        for (Word word : words) {
            if (ASSIGNMENT.matcher(word.text()).matches()) {
                int equals = word.text().indexOf('=');
                verdict = verdict.and(Environment.judge(call, word.text().substring(0, equals), word.from(equals + 1)));
            }
        }
        return verdict;
    }

    /** An option nobody knows may take a value: then the command begins a word later, and would be missed. */
    private static Verdict anyTail(Invocation call) {
        Verdict verdict = Verdict.ALLOW;
        for (int i = 0; i < Math.min(call.args().size(), 6); i++) {
            String name = Programs.baseName(call.args().get(i).text());
            if (i > 0 && (Deleting.NAMES.contains(name) || Interpreters.SHELLS.contains(name) || name.equals("dd"))) {
                Verdict inner = call.runs(call.args().subList(i, call.args().size()));
                verdict = inner.denied() ? verdict.and(inner) : verdict;
            }
        }
        return verdict;
    }

    private static Verdict lines(Invocation call, Verdict floor) {
        Verdict verdict = floor;
        for (Word line : call.values(Set.of("-c", "--command", "-ex"))) {
            boolean counts = Set.of("ionice", "chrt", "taskset", "nice", "time", "strace", "stdbuf")
                    .contains(call.program());
            if (!counts) {
                verdict = verdict.and(Interpreters.shellText(call, line));
            }
        }
        return verdict;
    }

    static String joined(List<Word> words) {
        return String.join(" ", words.stream().map(Word::text).toList());
    }

    private static Verdict env(Invocation call) {
        List<Word> args = call.args();
        Verdict verdict = Verdict.ALLOW;
        int i = 0;
        while (i < args.size()) {
            String text = args.get(i).text();
            if (ASSIGNMENT.matcher(text).matches()) {
                verdict = verdict.and(assignments(call, List.of(args.get(i))));
                i++;
            } else if (text.matches("-S.*|--split-string.*|-[iv0]*S.*")) {
                return verdict.and(split(call, args.subList(i, args.size())));
            } else if (text.matches("-u|--unset|-C|--chdir")) {
                verdict =
                        verdict.and(text.matches("-C|--chdir") ? Verdict.ask(Reason.WRITES_SOMEWHERE) : Verdict.ALLOW);
                i += 2;
            } else if (args.get(i).isOption() || args.get(i).is("-")) {
                i++;
            } else {
                return verdict.and(call.runs(args.subList(i, args.size())));
            }
        }
        return verdict;
    }

    private static Verdict split(Invocation call, List<Word> args) {
        String first = args.get(0).text().replaceFirst("^(--split-string=?|-[iv0]*S)", "");
        boolean apart = first.isEmpty() && args.size() > 1;
        String line = apart ? args.get(1).collapsed() : first;
        List<Word> words = new ArrayList<>(
                Stdin.split(line.replace("'", "").replace("\"", "").replace("\\", "")));
        words.addAll(args.subList(apart ? 2 : 1, args.size()));
        return words.isEmpty()
                ? Verdict.ask(Reason.OPTION_RUNS)
                : Verdict.ask(Reason.OPTION_RUNS).and(env(call.with("env", words)));
    }

    private static Verdict xargs(Invocation call) {
        Set<String> valued = Set.of(
                "-n",
                "-P",
                "-I",
                "-L",
                "-d",
                "-s",
                "-E",
                "-a",
                "--max-args",
                "--max-procs",
                "--delimiter",
                "--replace",
                "--arg-file");
        List<Word> command = new ArrayList<>(inner(call.args(), valued));
        if (command.isEmpty()) {
            return Verdict.ALLOW;
        }
        List<Word> placeholders = call.values(Set.of("-I", "--replace"));
        String placeholder = placeholders.isEmpty() ? null : placeholders.get(0).text();
        Verdict verdict = call.runs(
                fed(
                        command,
                        placeholder,
                        new Word(
                                String.valueOf(Word.UNKNOWN),
                                false,
                                call.stdin().origin())),
                Stdin.UNKNOWN);
        List<Word> flowing = call.stdin().words();
        if (!flowing.isEmpty() && placeholder == null) {
            List<Word> all = new ArrayList<>(command);
            all.addAll(flowing);
            verdict = verdict.and(deniedOnly(call.runs(all, Stdin.UNKNOWN)));
        }
        for (Word word : flowing) {
            verdict = verdict.and(deniedOnly(call.runs(fed(command, placeholder, word), Stdin.UNKNOWN)));
        }
        boolean interprets =
                Interpreters.SHELLS.contains(Programs.baseName(command.get(0).text()));
        return interprets && verdict.allowed() ? Verdict.ask(Reason.PIPED_CODE) : verdict;
    }

    private static Verdict deniedOnly(Verdict verdict) {
        return verdict.denied() ? verdict : Verdict.ALLOW;
    }

    private static List<Word> fed(List<Word> command, @Nullable String placeholder, Word word) {
        List<Word> argv = new ArrayList<>();
        for (Word each : command) {
            argv.add(
                    placeholder == null
                            ? each
                            : new Word(
                                    each.text().replace(placeholder, word.text()),
                                    each.glob(),
                                    each.origin().and(word.origin())));
        }
        if (placeholder == null) {
            argv.add(word);
        }
        return argv;
    }

    private static Verdict parallel(Invocation call) {
        List<Word> command = inner(call.args(), Set.of("-j", "-a", "-n", "--jobs", "-I"));
        int sources = command.stream().map(Word::text).toList().indexOf(":::");
        List<Word> before = sources < 0 ? command : command.subList(0, sources);
        List<Word> after = sources < 0 ? List.of() : command.subList(sources + 1, command.size());
        Verdict verdict = Verdict.ask(Reason.OPTION_RUNS);
        if (before.isEmpty()) {
            for (Word line : after) {
                verdict = verdict.and(Interpreters.shellText(call, line));
            }
            return verdict;
        }
        for (Word each : after.isEmpty() ? List.of(Word.of(String.valueOf(Word.UNKNOWN))) : after) {
            verdict = verdict.and(Interpreters.shellText(
                    call, Word.of(joined(fed(before, joined(before).contains("{}") ? "{}" : null, each)))));
        }
        return verdict;
    }

    /** Programs that take a whole command line as one word. */
    private static Verdict line(Invocation call) {
        Verdict verdict = Verdict.ask(Reason.OPTION_RUNS);
        for (Word line : call.values(LINES)) {
            verdict = verdict.and(Interpreters.shellText(call, line));
        }
        for (Word arg : call.args()) {
            if (arg.text().indexOf(' ') > 0) {
                Verdict inner = Interpreters.shellText(call, arg);
                verdict = inner.denied() ? verdict.and(inner) : verdict;
            }
        }
        return verdict.and(anyTail(call.with(call.program(), call.args())));
    }
}
