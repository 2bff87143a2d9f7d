package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** git: what it can take back itself is allowed; what loses or shares work is asked about; what starts programs is denied. */
final class Git {
    private static final Pattern RUNNING_KEYS = Pattern.compile(
            "(?i)(alias\\..*|core\\.(pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy|worktree|attributesfile)|.*\\.(textconv|command|cmd|path|program|driver|clean|smudge|process|helper)"
                    + "|diff\\.external|credential\\..*|pager\\..*|sequence\\.editor|gpg\\..*|protocol\\..*|uploadpack\\..*|receive\\..*|http\\.(proxy|sslverify).*|url\\..*|include.*|filter\\..*|init\\.templatedir|web\\.browser|man\\..*|browser\\..*|interactive\\.difffilter|remote\\..*\\.(uploadpack|receivepack|vcs|proxy))");
    private static final String RUNNING_OPTIONS =
            "(?s)(ext|fd)::.*|--(upload-pack|receive-pack|exec)=.*|--upload-pack|--receive-pack|--open-files-in-pager.*|--extcmd.*|--ext-diff.*|(?-s)--hook.*";
    private static final Set<String> GLOBAL_WITH_VALUE =
            Names.of("-C -c --git-dir --work-tree --namespace --exec-path --config-env --super-prefix");
    private static final Map<String, Rule> COMMANDS = commands();

    private Git() {}

    static void rules(Rules rules) {
        rules.put("git", Git::judge);
    }

    private static Map<String, Rule> commands() {
        Rules commands = new Rules();
        commands.put("""
                status log show diff shortlog describe rev-parse rev-list ls-files ls-tree blame
                annotate cat-file merge-base name-rev show-ref for-each-ref grep whatchanged
                count-objects check-ignore var version help add commit fetch pull merge init mv
                cherry range-diff -v show-branch verify-commit diff-tree diff-index diff-files
                cherry-pick revert stage fsck update-index check-attr request-pull format-patch
                archive bundle apply am --version --help
                """, Rule.ALLOW);
        commands.put("push", call -> Verdict.ask(forced(call) ? Reason.GIT_LOSES : Reason.GIT_SHARES));
        commands.put("clone", Git::clone);
        commands.put("submodule", Git::submodule);
        commands.put("config", Git::config);
        commands.put("bisect", Git::bisect);
        commands.put("rebase", Git::rebase);
        commands.put("filter-branch", call -> started(call, """
                --tree-filter --index-filter --msg-filter --env-filter --commit-filter
                --parent-filter --tag-name-filter --setup
                """));
        commands.put("remote", only("|-v|show|get-url|--verbose", Reason.GIT_SHARES));
        commands.put("notes lfs", only("|list|show|ls-files|status|env", Reason.GIT_SHARES));
        commands.put("worktree", only("list", Reason.GIT_LOSES));
        commands.put("reflog", only("show||-.*|HEAD.*", Reason.GIT_LOSES));
        commands.put("stash", only("|push|list|show|pop|apply|save|branch|(?s)-.*", Reason.GIT_LOSES));
        losing(commands);
        return commands.all();
    }

    /** Commands that lose work with some of their options. */
    private static void losing(Rules commands) {
        commands.put("clean", losesIf(call -> !call.flag('n') && !call.option("--dry-run")));
        commands.put("rm", losesIf(call -> !call.option("--cached")));
        commands.put(
                "reset", losesIf(call -> call.option("--hard") || call.option("--merge") || call.option("--keep")));
        commands.put(
                "restore", losesIf(call -> !call.option("--staged") || call.option("--worktree") || call.flag('W')));
        commands.put(
                "switch",
                losesIf(call -> call.flag('f')
                        || call.flag('C')
                        || call.option("--force")
                        || call.option("--discard-changes")));
        commands.put(
                "branch",
                losesIf(call -> call.flag('D')
                        || call.flag('M')
                        || call.flag('f')
                        || (call.option("--delete") && call.option("--force"))));
        commands.put("tag", losesIf(call -> call.flag('d') || call.flag('f') || call.option("--delete")));
        commands.put("checkout", losesIf(Git::overwrites));
    }

    private static Rule losesIf(Predicate<Invocation> such) {
        return call -> such.test(call) ? Verdict.ask(Reason.GIT_LOSES) : Verdict.ALLOW;
    }

    /** Harmless where its first argument is such. */
    private static Rule only(String harmless, Reason otherwise) {
        return call -> call.arg(0).matches(harmless) ? Verdict.ALLOW : Verdict.ask(otherwise);
    }

    private static Verdict judge(Invocation call) {
        List<Word> args = call.args();
        Verdict verdict = Verdict.ALLOW;
        int i = 0;
        while (i < args.size() && args.get(i).isOption() && !args.get(i).matches("--version|--help|-v|-h")) {
            String option = args.get(i).text();
            verdict = verdict.and(global(call, option, call.arg(i + 1)));
            i += GLOBAL_WITH_VALUE.contains(option) ? 2 : 1;
        }
        return i < args.size() ? verdict.and(command(call.with(call.arg(i), call.from(i + 1)))) : verdict;
    }

    private static Verdict command(Invocation call) {
        if (runs(call)) {
            return Verdict.deny(Reason.GIT_RUNS);
        }
        Rule unknown = call.program().isEmpty() ? Rule.ALLOW : Rule.ask(Reason.GIT_LOSES);
        return call.writes(call.values("--output"))
                .and(COMMANDS.getOrDefault(call.program(), unknown).judge(call));
    }

    /** Options and addresses that start a program of the caller's choice. */
    private static boolean runs(Invocation call) {
        String some = switch (call.program()) {
            case "grep" -> "-O.*";
            case "difftool" -> "-x.*";
            case "clone" -> "-u|--config|-c|--template.*";
            default -> RUNNING_OPTIONS;
        };
        return call.given(RUNNING_OPTIONS) || call.given(some);
    }

    // Settings

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

    private static Verdict config(Invocation call) {
        Verdict file = call.writes(call.values("--file"));
        List<Word> words = call.operands("-f --file --type --default");
        if (call.given("--get.*|--list|-l|--show-.*|get|list") || words.size() == 1) {
            return file;
        }
        int at = Word.first(words).equals("set") ? 1 : 0;
        String key = at < words.size() ? words.get(at).text() : "";
        Word value = at + 1 < words.size() ? words.get(at + 1) : Word.of("");
        boolean wide = call.option("--global") || call.option("--system");
        return file.and(setting(key, value)).and(wide ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW);
    }

    // Commands

    private static boolean forced(Invocation call) {
        return call.flag('f')
                || call.flag('d')
                || call.option("--force")
                || call.option("--force-with-lease")
                || call.option("--mirror")
                || call.option("--delete")
                || call.option("--prune")
                || call.operands().stream().anyMatch(word -> word.matches("[+:].+"));
    }

    private static boolean overwrites(Invocation call) {
        boolean forces = call.flag('f') || call.flag('B') || call.option("--force");
        boolean creates = call.flag('b') || call.option("--orphan");
        boolean paths = call.args().stream().anyMatch(arg -> arg.matches("--|\\.|:/") || arg.glob());
        boolean branch = call.operands("-b -B --orphan").size() <= 1;
        return forces || !(creates || (branch && !paths));
    }

    private static Verdict clone(Invocation call) {
        List<Word> words = call.operands();
        return Verdict.ask(Reason.NETWORK).and(call.writes(words.size() > 1 ? Writing.last(words) : List.of()));
    }

    private static Verdict rebase(Invocation call) {
        Verdict verdict = started(call, "-x --exec");
        return call.arg(0).matches("--(abort|continue|skip|quit)") ? Verdict.ALLOW : verdict;
    }

    private static Verdict bisect(Invocation call) {
        return call.arg(0).equals("run")
                ? Verdict.ask(Reason.LOCAL_PROGRAM).and(call.runs(call.from(1)))
                : Verdict.ALLOW;
    }

    private static Verdict started(Invocation call, String options) {
        return Verdict.ask(Reason.GIT_LOSES).andEach(call.values(options), call::runs);
    }

    private static Verdict submodule(Invocation call) {
        if (call.arg(0).equals("foreach")) {
            List<Word> line = call.from(1).stream()
                    .filter(word -> !word.is("--recursive") && !word.is("--quiet"))
                    .toList();
            return Verdict.ask(Reason.OPTION_RUNS).and(call.runs(Word.of(Word.joined(line))));
        }
        return call.arg(0).matches("|status|summary") ? Verdict.ALLOW : Verdict.ask(Reason.NETWORK);
    }
}
