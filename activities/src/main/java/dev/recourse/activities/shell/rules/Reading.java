package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Programs that read and print: allowed, but for options that write or run something, secrets and endless devices. */
final class Reading {
    /** Nothing they take names a file that they would read. */
    private static final Set<String> TALKING = Names.of("""
            true false : [ test pwd whoami id groups uname uptime arch nproc free df du lsblk lscpu
            lsusb lspci lsmod lsof ps pstree pgrep pidof w who last cal ls dir vdir ll seq factor
            expr basename dirname realpath readlink stat which whereis type whatis apropos help info
            tldr getconf locale tput clear tty sleep printenv blkid findmnt vmstat iostat netstat ss
            getfacl lsattr numfmt logname users finger getent pmap top htop cloc tokei mktemp
            fc-list figlet cowsay jobs times shopt dirs hostid lsns lsipc sar mpstat pidstat echo
            dircolors bc man tree file date hostname ifconfig mount fdisk sysctl dmesg journalctl ip
            """);

    private static final Set<String> PRINTING = Names.of("""
            cat tac nl head tail wc cut paste tr rev fold fmt expand unexpand column comm join
            md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum md5 shasum cmp
            diff diff3 colordiff grep egrep fgrep zgrep jq od hexdump hd strings nm objdump readelf
            size base64 base32 basenc tsort look zcat bzcat xzcat bat batcat pr dos2unix unix2dos
            csvlook sort shuf uniq rg ag ack yq xxd iconv xmllint less more zless cksum32
            """);

    private static final Set<String> LOOKS_AT_DEVICES = Names.of("""
            ls dir vdir ll stat lsblk blkid df du findmnt readlink realpath fdisk lsof file test [
            """);
    private static final Set<String> NEVER_READS = Names.of("""
            echo man which whereis type whatis apropos help info tldr basename dirname pgrep pidof
            ps sleep seq expr true false : test [ cowsay figlet date tput mktemp
            """);
    private static final Set<String> MATCHING = Names.of("grep egrep fgrep zgrep rg ag ack jq yq tr");

    /** Options that write a file. */
    private static final Map<String, String> WRITES = Map.of(
            "sort", "-o --output",
            "shuf", "-o --output",
            "tree", "-o",
            "iconv", "-o --output",
            "xmllint", "-o --output");

    /** Options that start a program, or change something. */
    private static final Map<String, String> RUNS = Map.ofEntries(
            Map.entry("sort", "--comp.*"),
            Map.entry("rg", "--pre(=.*)?|--hostname-bin.*"),
            Map.entry("ag", "--pager.*"),
            Map.entry("ack", "--pager.*"),
            Map.entry("bat", "--pager.*"),
            Map.entry("batcat", "--pager.*"),
            Map.entry("man", "-[PHTXZ].*|--pager.*|--html.*|--browser.*"),
            Map.entry("less", "\\+.*|-k.*|--lesskey.*|-[oO].*"),
            Map.entry("more", "\\+.*"),
            Map.entry("zless", "\\+.*"),
            Map.entry("info", "-o|--output.*|--restore.*"));

    /** What would change the machine: these programs only tell about it otherwise. */
    private static final Map<String, String> CHANGES = Map.of(
            "date", "-s.*|--set.*|[0-9]{8,}.*",
            "hostname", "[^-].*|-[bF].*|--file.*",
            "file", "-C|--compile",
            "dmesg", "-[a-zA-Z]*[CcDEn].*|--clear|--read-clear|--console.*",
            "journalctl", "--(vacuum|rotate|flush|setup|relinquish|sync|update).*",
            "sysctl", "-w|--write|-p.*|--load.*|--system|[^-].*=.*",
            "ip", "add|del|delete|set|flush|change|replace|up|down|netns|exec",
            "ifconfig", "up|down|[0-9]+\\..*|netmask|hw|add|del");

    private Reading() {}

    static void rules(Rules rules) {
        rules.put(TALKING, Reading::judge);
        rules.put(PRINTING, Reading::judge);
        rules.put("printf", Reading::printf);
    }

    private static Verdict judge(Invocation call) {
        if (matches(call, RUNS)) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        if (matches(call, CHANGES)) {
            return Verdict.deny(Reason.SYSTEM);
        }
        Verdict special = special(call);
        if (NEVER_READS.contains(call.program())) {
            return special;
        }
        boolean pattern = MATCHING.contains(call.program()) && !call.flag('f');
        return special.and(writes(call)).and(reads(call, pattern ? call.rest() : call.operands()));
    }

    private static boolean matches(Invocation call, Map<String, String> patterns) {
        String pattern = patterns.get(call.program());
        return pattern != null
                && call.args().stream().anyMatch(arg -> arg.collapsed().matches(pattern));
    }

    private static Verdict special(Invocation call) {
        List<Word> operands = call.operands();
        return switch (call.program()) {
            case "mount" -> operands.isEmpty() && call.args().size() <= 2 ? Verdict.ALLOW : Verdict.deny(Reason.DISK);
            case "fdisk" -> call.flag('l') || call.onlyHelp() ? Verdict.ALLOW : Verdict.deny(Reason.DISK);
            case "uniq", "xxd" ->
                operands.size() > 1 ? call.place(operands.get(1)).written() : Verdict.ALLOW;
            case "yq" -> call.flag('i') ? call.worst(operands).written() : Verdict.ALLOW;
            case "dos2unix", "unix2dos" -> call.worst(operands).written();
            case "bc" -> operands.isEmpty() ? Verdict.ALLOW : Verdict.ask(Reason.CODE);
            case "test", "[" -> evaluates(call) ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION) : Verdict.ALLOW;
            case "seq" -> call.given("[0-9]{9,}|inf") ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW;
            case "sleep" -> call.given("inf.*|[0-9.]+d|[0-9]{5,}.*") ? Verdict.ask(Reason.ENDLESS) : Verdict.ALLOW;
            default -> Verdict.ALLOW;
        };
    }

    /** test -v and its like evaluate an index that they are given as text. */
    private static boolean evaluates(Invocation call) {
        return call.args().stream().map(Word::text).anyMatch(Word::substitutes);
    }

    private static Verdict printf(Invocation call) {
        if (call.arg(0).startsWith("-v")) {
            call.scene().forget(call.arg(0).length() > 2 ? call.arg(0).substring(2) : call.arg(1));
            return Word.substitutes(call.line()) ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION) : Verdict.ALLOW;
        }
        return call.line().matches("(?s).*%[0-9]{7,}.*") ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW;
    }

    private static Verdict writes(Invocation call) {
        String options = WRITES.get(call.program());
        return options == null
                ? Verdict.ALLOW
                : call.worst(call.values(options)).written();
    }

    /** What is said about reading all of these. */
    static Verdict reads(Invocation call, List<Word> files) {
        return LOOKS_AT_DEVICES.contains(call.program())
                ? Verdict.ALLOW
                : Verdict.ALLOW.andEach(files, file -> read(call, file));
    }

    private static Verdict read(Invocation call, Word file) {
        return switch (call.place(file)) {
            case ENDLESS -> bounded(call) ? Verdict.ALLOW : Verdict.deny(Reason.EXHAUSTS);
            case DEVICE, NETWORK -> Verdict.deny(Reason.READS_DEVICE);
            default -> Place.secret(file) ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW;
        };
    }

    private static boolean bounded(Invocation call) {
        return call.program().equals("head")
                && call.values("-c --bytes").stream()
                        .anyMatch(size -> size.matches("[0-9]{1,6}[kK]?|[0-9]{1,3}[mM]?B?"));
    }
}
