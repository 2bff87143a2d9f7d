package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Programs that write files: allowed where they write into the working folder alone. */
final class Writing {
    private static final Pattern AWK_RUNS =
            Pattern.compile("system\\s*\\(|getline|\\|\\s*[\"&]|[\"\\w)]\\s*\\|\\s*\\w|@load|ENVIRON|/inet/");
    private static final Pattern AWK_WRITES = Pattern.compile("print[^}]*>");
    private static final Pattern TAR_RUNS = Pattern.compile(
            "--(checkpoint-action|to-command|use-compress-program|rsh-command|info-script|new-volume-script|rmt-command).*|-I.*|-F.*");
    private static final Set<String> DANGEROUS_TAR =
            Set.of("--absolute-names", "-P", "--remove-files", "--unlink-first", "--recursive-unlink");

    private Writing() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(
                rules,
                call -> all(call, call.operands(Set.of("-m", "-d", "-t", "-r", "-p", "-i"))),
                "touch",
                "mkdir",
                "mkfifo",
                "patch");
        Rule.put(rules, call -> all(call, call.operands()), "tee", "sponge");
        Rule.put(rules, Writing::copy, "cp", "install", "gcp");
        Rule.put(rules, Writing::move, "mv", "rename");
        Rule.put(rules, Writing::link, "ln", "link");
        Rule.put(rules, Writing::truncate, "truncate", "fallocate");
        Rule.put(rules, Writing::sed, "sed", "gsed");
        Rule.put(rules, Writing::awk, "awk", "gawk", "mawk", "nawk");
        Rule.put(rules, Writing::tar, "tar", "bsdtar", "gtar");
        Rule.put(
                rules,
                Writing::archive,
                "zip",
                "unzip",
                "gzip",
                "gunzip",
                "bzip2",
                "bunzip2",
                "xz",
                "unxz",
                "zstd",
                "unzstd",
                "7z",
                "jar");
        Rule.put(rules, Writing::split, "split", "csplit");
        Rule.put(rules, Writing::dd, "dd", "dcfldd", "dc3dd");
        Rule.put(rules, Rule.deny(Reason.DISK), "mknod");
    }

    /** Whether something may be written there. */
    static Verdict to(Place place) {
        return switch (place) {
            case SINK, TEMPORARY, WORK -> Verdict.ALLOW;
            case WORK_ALL, UNKNOWN -> Verdict.ask(Reason.WRITES_SOMEWHERE);
            case ELSEWHERE -> Verdict.ask(Reason.WRITES_OUTSIDE);
            case PRECIOUS -> Verdict.deny(Reason.PERSISTS);
            case HOME, SYSTEM, ROOT -> Verdict.deny(Reason.WRITES_OUTSIDE);
            case ENDLESS -> Verdict.ask(Reason.WRITES_SOMEWHERE);
            case DEVICE -> Verdict.deny(Reason.DISK);
            case NETWORK -> Verdict.deny(Reason.REMOTE_SHELL);
        };
    }

    static Verdict all(Invocation call, List<Word> files) {
        Verdict verdict = Verdict.ALLOW;
        for (Word file : files) {
            verdict = verdict.and(to(call.place(file)));
        }
        return verdict;
    }

    private static Verdict copy(Invocation call) {
        List<Word> files = call.operands(Set.of("-t", "-m", "-o", "-g", "-S", "--target-directory"));
        List<Word> targets = call.values(Set.of("-t", "--target-directory"));
        List<Word> to = targets.isEmpty() ? last(files) : targets;
        List<Word> from = targets.isEmpty() && !files.isEmpty() ? files.subList(0, files.size() - 1) : files;
        Verdict modes = call.values(Set.of("-m", "--mode")).stream().anyMatch(mode -> Machine.raises(mode.text()))
                ? Verdict.deny(Reason.PERMISSIONS)
                : Verdict.ALLOW;
        // Into the folder itself is the ordinary case of a copy.
        Verdict written = call.worst(to) == Place.WORK_ALL ? Verdict.ALLOW : all(call, to);
        boolean empties = !from.isEmpty() && call.worst(from) == Place.SINK;
        return written.and(Reading.reads(call, from))
                .and(modes)
                .and(empties ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW);
    }

    private static Verdict move(Invocation call) {
        List<Word> files = call.operands(Set.of("-t", "-S", "--target-directory"));
        List<Word> targets = call.values(Set.of("-t", "--target-directory"));
        List<Word> to = targets.isEmpty() ? last(files) : targets;
        List<Word> from = targets.isEmpty() && !files.isEmpty() ? files.subList(0, files.size() - 1) : files;
        Place taken = call.worst(from);
        if (taken.outside() || (call.worst(to) == Place.SINK && !to.isEmpty())) {
            return taken == Place.ELSEWHERE ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.deny(Reason.DELETES);
        }
        Verdict all = taken == Place.WORK_ALL ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW;
        Verdict written = call.worst(to) == Place.WORK_ALL ? Verdict.ALLOW : all(call, to);
        boolean renames = call.program().equals("rename");
        return written.and(all).and(renames ? Verdict.ask(Reason.CODE) : Verdict.ALLOW);
    }

    private static Verdict link(Invocation call) {
        List<Word> files = call.operands(Set.of("-t", "-S"));
        boolean out = files.stream().map(call::place).anyMatch(place -> place.outside() || place == Place.UNKNOWN);
        Verdict named = files.size() > 1 ? all(call, last(files)) : Verdict.ALLOW;
        return named.and(out ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW);
    }

    private static Verdict truncate(Invocation call) {
        boolean huge = call.values(Set.of("-s", "-l", "--size", "--length")).stream()
                .anyMatch(size -> size.text().matches("[+]?([0-9]+[TPEtpe].*|[0-9]{2,}[Gg].*|[0-9]{11,})"));
        Verdict size = huge ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW;
        return size.and(all(call, call.operands(Set.of("-s", "-l", "-o", "-r"))))
                .and(call.program().equals("truncate") ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW);
    }

    private static Verdict sed(Invocation call) {
        List<Word> scripts = new ArrayList<>(call.values(Set.of("-e", "--expression")));
        List<Word> files = new ArrayList<>(call.operands(Set.of("-e", "-f", "-l", "--expression", "--file")));
        boolean fromFile = !call.values(Set.of("-f", "--file")).isEmpty();
        if (scripts.isEmpty() && !fromFile && !files.isEmpty()) {
            scripts.add(files.remove(0));
        }
        boolean inPlace = call.option("--in-place")
                || call.args().stream().anyMatch(arg -> arg.text().matches("-[nErsuz]*i.*"));
        Verdict verdict = fromFile ? Verdict.ask(Reason.CODE) : Verdict.ALLOW;
        for (Word script : scripts) {
            verdict = verdict.and(sedScript(script));
        }
        return verdict.and(inPlace ? all(call, files) : Reading.reads(call, files));
    }

    private static Verdict sedScript(Word script) {
        return switch (SedScript.of(script.collapsed())) {
            case RUNS -> Verdict.deny(Reason.CODE_DANGEROUS);
            case UNKNOWN ->
                Code.dangerous(script.collapsed()) ? Verdict.deny(Reason.CODE_DANGEROUS) : Verdict.ask(Reason.CODE);
            case EDITS -> script.known() ? Verdict.ALLOW : Verdict.ask(Reason.CODE);
        };
    }

    private static Verdict awk(Invocation call) {
        Set<String> valued = Set.of("-F", "-v", "-f", "-e", "-i", "-l", "--source", "--file");
        List<Word> operands = new ArrayList<>(call.operands(valued));
        List<Word> programs = new ArrayList<>(call.values(Set.of("-e", "--source")));
        if (!call.values(Set.of("-f", "--file", "-i", "-l", "-E")).isEmpty()) {
            return Verdict.ask(Reason.CODE);
        }
        if (programs.isEmpty() && !operands.isEmpty()) {
            programs.add(operands.remove(0));
        }
        Verdict verdict = Reading.reads(call, operands);
        for (Word program : programs) {
            verdict = verdict.and(awkProgram(program));
        }
        return verdict;
    }

    private static Verdict awkProgram(Word program) {
        String text = program.collapsed();
        if (AWK_RUNS.matcher(text).find()) {
            return Code.dangerous(text) ? Verdict.deny(Reason.CODE_DANGEROUS) : Verdict.ask(Reason.CODE);
        }
        if (text.matches("(?s).*(while\\s*\\(\\s*1|for\\s*\\(\\s*;\\s*;).*")) {
            return Verdict.deny(Reason.EXHAUSTS);
        }
        boolean writes = AWK_WRITES.matcher(text).find();
        if (writes && Code.dangerous(text)) {
            return Verdict.deny(Reason.WRITES_OUTSIDE);
        }
        return writes || !program.known() ? Verdict.ask(Reason.CODE) : Verdict.ALLOW;
    }

    private static Verdict tar(Invocation call) {
        for (Word arg : call.args()) {
            if (TAR_RUNS.matcher(arg.text()).matches()) {
                return arg.text().matches("-I(z|x|b|pz|l).*|--use-compress-program=(z|x|b|pi)\\w*")
                        ? Verdict.ask(Reason.OPTION_RUNS)
                        : Verdict.deny(Reason.OPTION_RUNS);
            }
            if (DANGEROUS_TAR.contains(arg.text())) {
                return Verdict.ask(Reason.WRITES_OUTSIDE);
            }
        }
        String mode = call.arg(0).replaceFirst("^-", "");
        if (!call.arg(0).startsWith("--") && mode.contains("P")) {
            return Verdict.ask(Reason.WRITES_OUTSIDE);
        }
        boolean reads = mode.startsWith("t") || call.option("--list");
        boolean extracts = mode.contains("x") || call.option("--extract") || call.option("--get");
        Verdict folder = all(call, call.values(Set.of("-C", "--directory")));
        List<Word> files = call.operands(Set.of("-C", "-f", "--directory", "--file", "-T", "-X"));
        List<Word> named = bundled(call) && !files.isEmpty() ? files.subList(1, files.size()) : files;
        boolean packs = call.worst(named).outside();
        Verdict read = Reading.reads(call, named).and(packs ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW);
        Place archive = call.worst(call.values(Set.of("--file")));
        return reads || extracts
                ? folder.and(read)
                : folder.and(read).and(to(archive)).and(created(call, mode));
    }

    private static boolean bundled(Invocation call) {
        return call.arg(0).matches("-?[a-zA-Z]*f[a-zA-Z]*");
    }

    private static Verdict created(Invocation call, String mode) {
        int f = mode.indexOf('f');
        return f >= 0 && call.args().size() > 1 ? to(call.place(call.args().get(1))) : Verdict.ALLOW;
    }

    private static Verdict archive(Invocation call) {
        boolean runs =
                call.args().stream().anyMatch(arg -> arg.text().matches("-TT|--unzip-command.*|-T|--use-compress.*"));
        if (runs) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        if (call.arg(0).matches("-l|-v|-t|--list|--test|l|t|tf|tvf|-Z.*")) {
            return Verdict.ALLOW;
        }
        Place worst = call.worst(call.operands(Set.of("-x", "-i")));
        return worst == Place.WORK_ALL ? Verdict.ALLOW : to(worst);
    }

    private static Verdict split(Invocation call) {
        boolean filters = call.option("--filter");
        return filters
                ? Verdict.deny(Reason.OPTION_RUNS)
                : all(call, last(call.operands(Set.of("-b", "-l", "-n", "-a"))));
    }

    private static Verdict dd(Invocation call) {
        Verdict verdict = Verdict.ask(Reason.WRITES_SOMEWHERE);
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        for (Word arg : call.args()) {
            if (arg.text().startsWith("of=")) {
                Place place = call.place(arg.from(3));
                verdict = verdict.and(
                        place.outside()
                                ? Verdict.deny(place == Place.DEVICE ? Reason.DISK : Reason.WRITES_OUTSIDE)
                                : to(place));
            } else if (arg.text().startsWith("if=")) {
                Place place = call.place(arg.from(3));
                verdict = verdict.and(place == Place.DEVICE ? Verdict.deny(Reason.DISK) : Verdict.ALLOW);
            } else if (!arg.known()) {
                verdict = verdict.and(Verdict.ask(Reason.DYNAMIC_COMMAND));
            }
        }
        return verdict.and(unbounded(call));
    }

    /** An endless source needs a count, and a small one. */
    private static Verdict unbounded(Invocation call) {
        boolean endless = call.args().stream().anyMatch(arg -> arg.text().matches("if=/dev/(zero|u?random|full)"));
        boolean bounded = call.args().stream().anyMatch(arg -> arg.text().matches("count=[0-9]{1,5}[kK]?"))
                && call.args().stream().noneMatch(arg -> arg.text().matches("bs=([0-9]+[GTPE].*|[0-9]{3,}M)"));
        return endless && !bounded ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW;
    }

    static List<Word> last(List<Word> words) {
        return words.isEmpty() ? List.of() : words.subList(words.size() - 1, words.size());
    }
}
