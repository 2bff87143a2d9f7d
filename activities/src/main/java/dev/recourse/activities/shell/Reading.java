package dev.recourse.activities.shell;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Programs that read and print: allowed, but for options that write or run something, secrets and endless devices. */
final class Reading {
    /** Nothing they take names a file that they would read. */
    private static final List<String> TALKING = List.of(
            "true",
            "false",
            ":",
            "[",
            "test",
            "pwd",
            "whoami",
            "id",
            "groups",
            "uname",
            "uptime",
            "arch",
            "nproc",
            "free",
            "df",
            "du",
            "lsblk",
            "lscpu",
            "lsusb",
            "lspci",
            "lsmod",
            "lsof",
            "ps",
            "pstree",
            "pgrep",
            "pidof",
            "w",
            "who",
            "last",
            "cal",
            "ls",
            "dir",
            "vdir",
            "ll",
            "seq",
            "factor",
            "expr",
            "basename",
            "dirname",
            "realpath",
            "readlink",
            "stat",
            "which",
            "whereis",
            "type",
            "whatis",
            "apropos",
            "help",
            "info",
            "tldr",
            "getconf",
            "locale",
            "tput",
            "clear",
            "tty",
            "sleep",
            "printenv",
            "blkid",
            "findmnt",
            "vmstat",
            "iostat",
            "netstat",
            "ss",
            "getfacl",
            "lsattr",
            "numfmt",
            "logname",
            "users",
            "finger",
            "getent",
            "pmap",
            "top",
            "htop",
            "cloc",
            "tokei",
            "mktemp",
            "fc-list",
            "figlet",
            "cowsay",
            "jobs",
            "times",
            "shopt",
            "dirs",
            "hostid",
            "lsns",
            "lsipc",
            "sar",
            "mpstat",
            "pidstat",
            "echo",
            "dircolors",
            "bc",
            "man",
            "tree",
            "file",
            "date",
            "hostname",
            "ifconfig",
            "mount",
            "fdisk",
            "sysctl",
            "dmesg",
            "journalctl",
            "ip");

    private static final List<String> PRINTING = List.of(
            "cat",
            "tac",
            "nl",
            "head",
            "tail",
            "wc",
            "cut",
            "paste",
            "tr",
            "rev",
            "fold",
            "fmt",
            "expand",
            "unexpand",
            "column",
            "comm",
            "join",
            "md5sum",
            "sha1sum",
            "sha224sum",
            "sha256sum",
            "sha384sum",
            "sha512sum",
            "b2sum",
            "cksum",
            "sum",
            "md5",
            "shasum",
            "cmp",
            "diff",
            "diff3",
            "colordiff",
            "grep",
            "egrep",
            "fgrep",
            "zgrep",
            "jq",
            "od",
            "hexdump",
            "hd",
            "strings",
            "nm",
            "objdump",
            "readelf",
            "size",
            "base64",
            "base32",
            "basenc",
            "tsort",
            "look",
            "zcat",
            "bzcat",
            "xzcat",
            "bat",
            "batcat",
            "pr",
            "dos2unix",
            "unix2dos",
            "csvlook",
            "sort",
            "shuf",
            "uniq",
            "rg",
            "ag",
            "ack",
            "yq",
            "xxd",
            "iconv",
            "xmllint",
            "less",
            "more",
            "zless",
            "cksum32");

    private static final Set<String> LOOKS_AT_DEVICES = Set.of(
            "ls",
            "dir",
            "vdir",
            "ll",
            "stat",
            "lsblk",
            "blkid",
            "df",
            "du",
            "findmnt",
            "readlink",
            "realpath",
            "fdisk",
            "lsof",
            "file",
            "test",
            "[");
    private static final Set<String> NEVER_READS = Set.of(
            "echo",
            "man",
            "which",
            "whereis",
            "type",
            "whatis",
            "apropos",
            "help",
            "info",
            "tldr",
            "basename",
            "dirname",
            "pgrep",
            "pidof",
            "ps",
            "sleep",
            "seq",
            "expr",
            "true",
            "false",
            ":",
            "test",
            "[",
            "cowsay",
            "figlet",
            "date",
            "tput",
            "mktemp");
    private static final Set<String> MATCHING =
            Set.of("grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "jq", "yq", "tr");

    /** Options that write a file. */
    private static final Map<String, Set<String>> WRITES = Map.of(
            "sort", Set.of("-o", "--output"),
            "shuf", Set.of("-o", "--output"),
            "tree", Set.of("-o"),
            "iconv", Set.of("-o", "--output"),
            "xmllint", Set.of("-o", "--output"));

    /** Options that start a program, or change something. */
    private static final Map<String, Pattern> RUNS = Map.ofEntries(
            Map.entry("sort", Pattern.compile("--comp.*")),
            Map.entry("rg", Pattern.compile("--pre(=.*)?|--hostname-bin.*")),
            Map.entry("ag", Pattern.compile("--pager.*")),
            Map.entry("ack", Pattern.compile("--pager.*")),
            Map.entry("bat", Pattern.compile("--pager.*")),
            Map.entry("batcat", Pattern.compile("--pager.*")),
            Map.entry("man", Pattern.compile("-[PHTXZ].*|--pager.*|--html.*|--browser.*")),
            Map.entry("less", Pattern.compile("\\+.*|-k.*|--lesskey.*|-[oO].*")),
            Map.entry("more", Pattern.compile("\\+.*")),
            Map.entry("zless", Pattern.compile("\\+.*")),
            Map.entry("info", Pattern.compile("-o|--output.*|--restore.*")));

    /** What would change the machine: these programs only tell about it otherwise. */
    private static final Map<String, Pattern> CHANGES = Map.of(
            "date", Pattern.compile("-s.*|--set.*|[0-9]{8,}.*"),
            "hostname", Pattern.compile("[^-].*|-[bF].*|--file.*"),
            "file", Pattern.compile("-C|--compile"),
            "dmesg", Pattern.compile("-[a-zA-Z]*[CcDEn].*|--clear|--read-clear|--console.*"),
            "journalctl", Pattern.compile("--(vacuum|rotate|flush|setup|relinquish|sync|update).*"),
            "sysctl", Pattern.compile("-w|--write|-p.*|--load.*|--system|[^-].*=.*"),
            "ip", Pattern.compile("add|del|delete|set|flush|change|replace|up|down|netns|exec"),
            "ifconfig", Pattern.compile("up|down|[0-9]+\\..*|netmask|hw|add|del"));

    private Reading() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(rules, Reading::judge, TALKING);
        Rule.put(rules, Reading::judge, PRINTING);
        Rule.put(rules, Reading::printf, "printf");
    }

    private static Verdict judge(Invocation call) {
        String program = call.program();
        if (matches(call, RUNS)) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        if (matches(call, CHANGES)) {
            return Verdict.deny(Reason.SYSTEM);
        }
        Verdict special = special(call);
        if (NEVER_READS.contains(program)) {
            return special;
        }
        List<Word> operands = MATCHING.contains(program)
                        && !call.flag('f')
                        && !call.operands().isEmpty()
                ? call.operands().subList(1, call.operands().size())
                : call.operands();
        return special.and(writes(call)).and(reads(call, operands));
    }

    private static boolean matches(Invocation call, Map<String, Pattern> patterns) {
        Pattern pattern = patterns.get(call.program());
        return pattern != null
                && call.args().stream()
                        .anyMatch(arg -> pattern.matcher(arg.collapsed()).matches());
    }

    private static Verdict special(Invocation call) {
        return switch (call.program()) {
            case "mount" ->
                call.operands().isEmpty() && call.args().size() <= 2 ? Verdict.ALLOW : Verdict.deny(Reason.DISK);
            case "fdisk" -> call.flag('l') || call.onlyHelp() ? Verdict.ALLOW : Verdict.deny(Reason.DISK);
            case "uniq", "xxd" ->
                call.operands().size() > 1
                        ? Writing.to(call.place(call.operands().get(1)))
                        : Verdict.ALLOW;
            case "yq" -> call.flag('i') ? Writing.to(call.worst(call.operands())) : Verdict.ALLOW;
            case "dos2unix", "unix2dos" -> Writing.to(call.worst(call.operands()));
            case "bc" -> call.operands().isEmpty() ? Verdict.ALLOW : Verdict.ask(Reason.CODE);
            case "test", "[", "echo" -> evaluates(call) ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION) : Verdict.ALLOW;
            case "seq" ->
                call.args().stream().anyMatch(arg -> arg.text().matches("[0-9]{9,}|inf"))
                        ? Verdict.deny(Reason.EXHAUSTS)
                        : Verdict.ALLOW;
            case "sleep" ->
                call.args().stream().anyMatch(arg -> arg.text().matches("inf.*|[0-9.]+d|[0-9]{5,}.*"))
                        ? Verdict.ask(Reason.ENDLESS)
                        : Verdict.ALLOW;
            default -> Verdict.ALLOW;
        };
    }

    /** test -v and its like evaluate an index that they are given as text. */
    private static boolean evaluates(Invocation call) {
        return !call.program().equals("echo")
                && call.args().stream()
                        .anyMatch(arg -> arg.text().contains("$(") || arg.text().contains("`"));
    }

    private static Verdict printf(Invocation call) {
        if (call.arg(0).startsWith("-v")) {
            call.scene().forget(call.arg(0).length() > 2 ? call.arg(0).substring(2) : call.arg(1));
            return call.line().contains("$(") || call.line().contains("`")
                    ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION)
                    : Verdict.ALLOW;
        }
        return call.line().matches("(?s).*%[0-9]{7,}.*") ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW;
    }

    private static Verdict writes(Invocation call) {
        Set<String> options = WRITES.get(call.program());
        return options == null ? Verdict.ALLOW : Writing.to(call.worst(call.values(options)));
    }

    static Verdict reads(Invocation call, List<Word> files) {
        Verdict verdict = Verdict.ALLOW;
        for (Word file : files) {
            verdict = verdict.and(read(call, file));
        }
        return verdict;
    }

    private static Verdict read(Invocation call, Word file) {
        Place place = call.place(file);
        boolean looks = LOOKS_AT_DEVICES.contains(call.program());
        if (!looks && place == Place.ENDLESS) {
            boolean bounded = call.program().equals("head")
                    && call.values(Set.of("-c", "--bytes")).stream()
                            .anyMatch(size -> size.text().matches("[0-9]{1,6}[kK]?|[0-9]{1,3}[mM]?B?"));
            return bounded ? Verdict.ALLOW : Verdict.deny(Reason.EXHAUSTS);
        }
        if (!looks && (place == Place.DEVICE || place == Place.NETWORK)) {
            return Verdict.deny(Reason.READS_DEVICE);
        }
        return !looks && Place.secret(file) ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW;
    }

    /** What is read by {@code <}. */
    static Verdict redirected(Place place, Word file) {
        return switch (place) {
            case ENDLESS -> Verdict.deny(Reason.EXHAUSTS);
            case DEVICE -> Verdict.deny(Reason.READS_DEVICE);
            case NETWORK -> Verdict.deny(Reason.REMOTE_SHELL);
            default -> Place.secret(file) ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW;
        };
    }
}
