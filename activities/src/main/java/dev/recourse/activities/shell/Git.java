package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** git: what it can take back itself is allowed; what loses or shares work is asked about; what starts programs is denied. */
final class Git {
    private static final Set<String> QUIET = Set.of(
            "status",
            "log",
            "show",
            "diff",
            "shortlog",
            "describe",
            "rev-parse",
            "rev-list",
            "ls-files",
            "ls-tree",
            "blame",
            "annotate",
            "cat-file",
            "merge-base",
            "name-rev",
            "show-ref",
            "for-each-ref",
            "grep",
            "whatchanged",
            "count-objects",
            "check-ignore",
            "var",
            "version",
            "help",
            "add",
            "commit",
            "fetch",
            "pull",
            "merge",
            "init",
            "mv",
            "cherry",
            "range-diff",
            "-v",
            "show-branch",
            "verify-commit",
            "diff-tree",
            "diff-index",
            "diff-files",
            "cherry-pick",
            "revert",
            "stage",
            "switch",
            "fsck",
            "update-index",
            "check-attr",
            "request-pull",
            "format-patch",
            "archive",
            "bundle",
            "apply",
            "am",
            "--version",
            "--help",
            "");
    private static final Set<String> KEEPING_STASH =
            Set.of("", "push", "list", "show", "pop", "apply", "save", "branch");
    private static final Pattern RUNNING_KEYS = Pattern.compile(
            "(?i)(alias\\..*|core\\.(pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy|worktree|attributesfile)|.*\\.(textconv|command|cmd|path|program|driver|clean|smudge|process|helper)"
                    + "|diff\\.external|credential\\..*|pager\\..*|sequence\\.editor|gpg\\..*|protocol\\..*|uploadpack\\..*|receive\\..*|http\\.(proxy|sslverify).*|url\\..*|include.*|filter\\..*|init\\.templatedir|web\\.browser|man\\..*|browser\\..*|interactive\\.difffilter|remote\\..*\\.(uploadpack|receivepack|vcs|proxy))");
    private static final Set<String> GLOBAL_WITH_VALUE = Set.of(
            "-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix");

    private Git() {}

    static Verdict judge(Invocation call) {
        List<Word> args = call.args();
        Verdict verdict = Verdict.ALLOW;
        int i = 0;
        while (i < args.size() && args.get(i).isOption() && !args.get(i).text().matches("--version|--help|-v|-h")) {
            String option = args.get(i).text();
            String value = i + 1 < args.size() ? args.get(i + 1).text() : "";
            verdict = verdict.and(global(call, option, value));
            i += GLOBAL_WITH_VALUE.contains(option) ? 2 : 1;
        }
        if (i >= args.size()) {
            return verdict;
        }
        return verdict.and(command(call.with(args.get(i).text(), args.subList(i + 1, args.size()))));
    }

    private static Verdict global(Invocation call, String option, String value) {
        if (option.equals("-c") || option.equals("--config-env")) {
            return setting(
                    value.replaceFirst("=.*", ""),
                    Word.of(value.contains("=") ? value.substring(value.indexOf('=') + 1) : ""));
        }
        if (option.startsWith("--exec-path=") || option.equals("--exec-path")) {
            return Verdict.deny(Reason.GIT_RUNS);
        }
        if (option.equals("-C") || option.startsWith("--git-dir") || option.startsWith("--work-tree")) {
            Place place = call.place(Word.of(option.contains("=") ? option.substring(option.indexOf('=') + 1) : value));
            return place.outside() && place != Place.PRECIOUS ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW;
        }
        return Verdict.ALLOW;
    }

    private static Verdict setting(String key, Word value) {
        if (!RUNNING_KEYS.matcher(key).matches()) {
            return Verdict.ALLOW;
        }
        boolean quiet = key.matches("(?i)core\\.(pager|editor)|pager\\..*")
                && value.text().matches("cat|less|false|true|vi|vim|nano|");
        boolean plainAlias = key.matches("(?i)alias\\..*") && !value.text().contains("!") && value.known();
        return quiet || plainAlias ? Verdict.ALLOW : Verdict.deny(Reason.GIT_RUNS);
    }

    private static Verdict command(Invocation call) {
        if (runs(call)) {
            return Verdict.deny(Reason.GIT_RUNS);
        }
        Verdict output = Writing.all(call, call.values(Set.of("--output")));
        return output.and(
                switch (call.program()) {
                    case "push" -> Verdict.ask(forced(call) ? Reason.GIT_LOSES : Reason.GIT_SHARES);
                    case "clean" ->
                        call.flag('n') || call.option("--dry-run") ? Verdict.ALLOW : Verdict.ask(Reason.GIT_LOSES);
                    case "reset" ->
                        call.option("--hard") || call.option("--merge") || call.option("--keep")
                                ? Verdict.ask(Reason.GIT_LOSES)
                                : Verdict.ALLOW;
                    case "checkout" -> checkout(call);
                    case "restore" ->
                        call.option("--staged") && !call.option("--worktree") && !call.flag('W')
                                ? Verdict.ALLOW
                                : Verdict.ask(Reason.GIT_LOSES);
                    case "switch" ->
                        call.flag('f') || call.option("--force") || call.option("--discard-changes") || call.flag('C')
                                ? Verdict.ask(Reason.GIT_LOSES)
                                : Verdict.ALLOW;
                    case "branch" ->
                        call.flag('D')
                                        || call.flag('M')
                                        || call.flag('f')
                                        || (call.option("--delete") && call.option("--force"))
                                ? Verdict.ask(Reason.GIT_LOSES)
                                : Verdict.ALLOW;
                    case "tag" ->
                        call.flag('d') || call.option("--delete") || call.flag('f')
                                ? Verdict.ask(Reason.GIT_LOSES)
                                : Verdict.ALLOW;
                    case "stash" ->
                        KEEPING_STASH.contains(call.arg(0)) || call.arg(0).startsWith("-")
                                ? Verdict.ALLOW
                                : Verdict.ask(Reason.GIT_LOSES);
                    case "rm" -> call.option("--cached") ? Verdict.ALLOW : Verdict.ask(Reason.GIT_LOSES);
                    case "rebase" -> started(call, Set.of("-x", "--exec"), Verdict.ask(Reason.GIT_LOSES));
                    case "bisect" ->
                        call.arg(0).equals("run")
                                ? Verdict.ask(Reason.LOCAL_PROGRAM)
                                        .and(call.runs(call.args()
                                                .subList(1, call.args().size())))
                                : Verdict.ALLOW;
                    case "submodule" -> submodule(call);
                    case "filter-branch" ->
                        started(
                                call,
                                Set.of(
                                        "--tree-filter",
                                        "--index-filter",
                                        "--msg-filter",
                                        "--env-filter",
                                        "--commit-filter",
                                        "--parent-filter",
                                        "--tag-name-filter",
                                        "--setup"),
                                Verdict.ask(Reason.GIT_LOSES));
                    case "config" -> config(call);
                    case "remote" -> remote(call);
                    case "clone" ->
                        Verdict.ask(Reason.NETWORK)
                                .and(Writing.all(
                                        call, call.operands().size() > 1 ? Writing.last(call.operands()) : List.of()));
                    case "worktree" -> call.arg(0).equals("list") ? Verdict.ALLOW : Verdict.ask(Reason.GIT_LOSES);
                    case "reflog" ->
                        call.arg(0).matches("show||-.*|HEAD.*") ? Verdict.ALLOW : Verdict.ask(Reason.GIT_LOSES);
                    case "notes", "lfs" ->
                        call.arg(0).matches("|list|show|ls-files|status|env")
                                ? Verdict.ALLOW
                                : Verdict.ask(Reason.GIT_SHARES);
                    default -> QUIET.contains(call.program()) ? Verdict.ALLOW : Verdict.ask(Reason.GIT_LOSES);
                });
    }

    /** Options and addresses that start a program of the caller's choice. */
    private static boolean runs(Invocation call) {
        return call.args().stream()
                .map(Word::text)
                .anyMatch(text -> text.matches(
                                "(?s)(ext|fd)::.*|--(upload-pack|receive-pack|exec)=.*|--upload-pack|--receive-pack|--open-files-in-pager.*|--extcmd.*|--ext-diff.*")
                        || (call.program().equals("grep") && text.matches("-O.*"))
                        || (call.program().equals("difftool") && text.matches("-x.*"))
                        || (call.program().equals("clone") && text.matches("-u|--config|-c|--template.*"))
                        || text.matches("--hook.*"));
    }

    private static boolean forced(Invocation call) {
        return call.flag('f')
                || call.flag('d')
                || call.option("--force")
                || call.option("--force-with-lease")
                || call.option("--mirror")
                || call.option("--delete")
                || call.option("--prune")
                || call.operands().stream().anyMatch(word -> word.text().matches("[+:].+"));
    }

    private static Verdict checkout(Invocation call) {
        List<Word> operands = call.operands(Set.of("-b", "-B", "--orphan"));
        boolean creates = call.flag('b') || call.option("--orphan");
        boolean paths = call.args().stream().anyMatch(arg -> arg.is("--") || arg.is(".") || arg.is(":/") || arg.glob());
        boolean forces = call.flag('f') || call.flag('B') || call.option("--force");
        boolean branch = operands.size() <= 1;
        return !forces && (creates || (branch && !paths)) ? Verdict.ALLOW : Verdict.ask(Reason.GIT_LOSES);
    }

    private static Verdict started(Invocation call, Set<String> options, Verdict floor) {
        Verdict verdict = floor;
        for (Word line : call.values(options)) {
            verdict = verdict.and(Interpreters.shellText(call, line));
        }
        boolean plain = call.program().equals("rebase") && call.arg(0).matches("--(abort|continue|skip|quit)");
        return plain ? Verdict.ALLOW : verdict;
    }

    private static Verdict submodule(Invocation call) {
        if (call.arg(0).equals("foreach")) {
            List<Word> rest = new ArrayList<>(call.args().subList(1, call.args().size()));
            rest.removeIf(word -> word.is("--recursive") || word.is("--quiet"));
            return Verdict.ask(Reason.OPTION_RUNS).and(Interpreters.shellText(call, Word.of(Wrappers.joined(rest))));
        }
        return call.arg(0).matches("|status|summary") ? Verdict.ALLOW : Verdict.ask(Reason.NETWORK);
    }

    private static Verdict config(Invocation call) {
        List<Word> words = call.operands(Set.of("-f", "--file", "--type", "--default"));
        boolean reads =
                call.args().stream().anyMatch(arg -> arg.text().matches("--get.*|--list|-l|--show-.*|get|list"));
        Verdict file = Writing.all(call, call.values(Set.of("--file")));
        if (reads || words.size() == 1) {
            return file;
        }
        int at = !words.isEmpty() && words.get(0).is("set") ? 1 : 0;
        String key = at < words.size() ? words.get(at).text() : "";
        Word value = at + 1 < words.size() ? words.get(at + 1) : Word.of("");
        boolean wide = call.option("--global") || call.option("--system");
        return file.and(setting(key, value)).and(wide ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW);
    }

    private static Verdict remote(Invocation call) {
        return call.arg(0).matches("|-v|show|get-url|--verbose") ? Verdict.ALLOW : Verdict.ask(Reason.GIT_SHARES);
    }
}
