package dev.recourse.activities.shell;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the shell does itself: it changes what later commands mean, so each tells the scene. */
final class Builtins {

    private Builtins() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(rules, Builtins::cd, "cd", "pushd", "chdir");
        Rule.put(rules, Builtins::back, "popd");
        Rule.put(rules, Builtins::eval, "eval");
        Rule.put(rules, Builtins::source, "source", ".");
        Rule.put(rules, Builtins::trap, "trap");
        Rule.put(rules, Builtins::alias, "alias");
        Rule.put(rules, Builtins::set, "set");
        Rule.put(rules, Builtins::reads, "read", "mapfile", "readarray", "getopts");
        Rule.put(rules, Builtins::computes, "let");
        Rule.put(
                rules,
                Rule.ALLOW,
                "break",
                "continue",
                "return",
                "exit",
                "wait",
                "shift",
                "unalias",
                "logout",
                "disown",
                "fg",
                "bg",
                "suspend");
        Rule.put(
                rules,
                call -> call.args().isEmpty() || call.arg(0).matches("-S|0?[0-7]?[2-7][2-7]")
                        ? Verdict.ALLOW
                        : Verdict.ask(Reason.PERMISSIONS_HERE),
                "umask");
        Rule.put(
                rules,
                call -> call.args().isEmpty() || call.arg(0).matches("-a|[0-9]+")
                        ? Verdict.ALLOW
                        : Verdict.ask(Reason.SHELL_STATE),
                "history",
                "ulimit");
        Rule.put(
                rules,
                Rule.ask(Reason.SHELL_STATE),
                "hash",
                "enable",
                "bind",
                "complete",
                "compgen",
                "compopt",
                "fc",
                "caller",
                "local",
                "declare",
                "typeset",
                "export",
                "readonly",
                "unset");
    }

    private static Verdict cd(Invocation call) {
        List<Word> words = call.operands();
        call.scene().go(words.isEmpty() ? Word.of(Place.HOME_PATH) : words.get(0));
        return Verdict.ALLOW;
    }

    private static Verdict back(Invocation call) {
        call.scene().go(Word.of("-"));
        return Verdict.ALLOW;
    }

    private static Verdict eval(Invocation call) {
        call.scene().forgetAll();
        if (call.args().isEmpty()) {
            return Verdict.ALLOW;
        }
        Word.Origin origin = call.args().stream().map(Word::origin).reduce(Word.Origin.PLAIN, Word.Origin::and);
        Word text = new Word(Wrappers.joined(call.args()), false, origin);
        return Verdict.ask(Reason.CODE).and(Interpreters.shellText(call, text));
    }

    private static Verdict source(Invocation call) {
        call.scene().forgetAll();
        if (call.args().isEmpty()) {
            return Verdict.ask(Reason.LOCAL_PROGRAM);
        }
        Word file = call.args().get(0);
        if (file.origin() != Word.Origin.PLAIN) {
            return Interpreters.ofOrigin(file.origin());
        }
        if (file.text().matches("/dev/(stdin|fd/0)")) {
            return Programs.judge(call.with("bash", List.of()));
        }
        return call.scene().hasFetched() ? Verdict.deny(Reason.FETCHED_CODE) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }

    private static Verdict trap(Invocation call) {
        List<Word> words = call.operands();
        call.scene().forgetAll();
        if (words.size() < 2 || words.get(0).text().isEmpty() || words.get(0).is("-")) {
            return Verdict.ALLOW;
        }
        return Interpreters.shellText(call, words.get(0));
    }

    private static Verdict alias(Invocation call) {
        Verdict verdict = Verdict.ALLOW;
        for (Word arg : call.operands()) {
            int equals = arg.text().indexOf('=');
            verdict = verdict.and(equals < 0 ? Verdict.ALLOW : Interpreters.shellText(call, arg.from(equals + 1)));
        }
        return verdict.allowed() && !call.operands().isEmpty() ? Verdict.ask(Reason.SHELL_STATE) : verdict;
    }

    private static Verdict set(Invocation call) {
        int dashes = call.args().stream().map(Word::text).toList().indexOf("--");
        if (dashes >= 0) {
            List<Word> words = call.args().subList(dashes + 1, call.args().size());
            call.scene().set("@", words);
            call.scene().set("*", words);
            for (int i = 0; i < Math.min(words.size(), 9); i++) {
                call.scene().set(String.valueOf(i + 1), List.of(words.get(i)));
            }
        } else if (call.args().stream()
                .anyMatch(arg -> !arg.text().matches("[-+][a-zA-Z]+|pipefail|errexit|nounset|xtrace|noglob|verbose"))) {
            call.scene().forgetAll();
        }
        return Verdict.ALLOW;
    }

    private static Verdict reads(Invocation call) {
        if (call.args().stream().anyMatch(arg -> !arg.known())) {
            call.scene().forgetAll();
        }
        call.args().forEach(arg -> call.scene().forget(arg.text()));
        call.scene().forget("REPLY");
        call.scene().forget("MAPFILE");
        if (call.line().contains("$(") || call.line().contains("`")) {
            return Verdict.deny(Reason.HIDDEN_SUBSTITUTION);
        }
        Verdict callback = Verdict.ALLOW;
        for (Word line : call.values(Set.of("-C"))) {
            callback = Verdict.ask(Reason.OPTION_RUNS).and(Interpreters.shellText(call, line));
        }
        return callback;
    }

    private static Verdict computes(Invocation call) {
        call.scene().forgetAll();
        return call.line().contains("$(")
                        || call.line().contains("`")
                        || call.scene().isHiding()
                ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION)
                : Verdict.ALLOW;
    }
}
