package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;

/** What the shell does itself: it changes what later commands mean, so each tells the scene. */
final class Builtins {
    private static final String PLAIN_SETTING = "[-+][a-zA-Z]+|pipefail|errexit|nounset|xtrace|noglob|verbose";

    private Builtins() {}

    static void rules(Rules rules) {
        rules.put("cd pushd chdir", Builtins::cd);
        rules.put("popd", Builtins::back);
        rules.put("eval", Builtins::eval);
        rules.put("source .", Builtins::source);
        rules.put("trap", Builtins::trap);
        rules.put("alias", Builtins::alias);
        rules.put("set", Builtins::set);
        rules.put("read mapfile readarray getopts", Builtins::reads);
        rules.put("let", Builtins::computes);
        rules.put("umask", only("-S|0?[0-7]?[2-7][2-7]", Reason.PERMISSIONS_HERE));
        rules.put("history ulimit", only("-a|[0-9]+", Reason.SHELL_STATE));
        rules.put("break continue return exit wait shift unalias logout disown fg bg suspend", Rule.ALLOW);
        rules.put("hash enable bind complete compgen compopt fc caller", Rule.ask(Reason.SHELL_STATE));
        rules.put("local declare typeset export readonly unset", Rule.ask(Reason.SHELL_STATE));
    }

    /** Harmless without arguments, and with that one. */
    private static Rule only(String harmless, Reason otherwise) {
        return call -> call.args().isEmpty() || call.arg(0).matches(harmless) ? Verdict.ALLOW : Verdict.ask(otherwise);
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
        Word text = new Word(Word.joined(call.args()), false, Word.Origin.of(call.args()));
        return Verdict.ask(Reason.CODE).and(call.runs(text));
    }

    private static Verdict source(Invocation call) {
        call.scene().forgetAll();
        if (call.args().isEmpty()) {
            return Verdict.ask(Reason.LOCAL_PROGRAM);
        }
        Word file = call.args().get(0);
        if (file.origin() != Word.Origin.PLAIN) {
            return file.origin().verdict();
        }
        if (file.matches("/dev/(stdin|fd/0)")) {
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
        return call.runs(words.get(0));
    }

    private static Verdict alias(Invocation call) {
        Verdict verdict = Verdict.ALLOW.andEach(call.operands(), arg -> {
            int equals = arg.text().indexOf('=');
            return equals < 0 ? Verdict.ALLOW : call.runs(arg.from(equals + 1));
        });
        return verdict.allowed() && !call.operands().isEmpty() ? Verdict.ask(Reason.SHELL_STATE) : verdict;
    }

    private static Verdict set(Invocation call) {
        if (call.given("--")) {
            call.scene().arguments(call.after("--"));
        } else if (!call.args().stream().allMatch(arg -> arg.matches(PLAIN_SETTING))) {
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
        if (Word.substitutes(call.line())) {
            return Verdict.deny(Reason.HIDDEN_SUBSTITUTION);
        }
        Verdict callback = Verdict.ALLOW;
        for (Word line : call.values("-C")) {
            callback = Verdict.ask(Reason.OPTION_RUNS).and(call.runs(line));
        }
        return callback;
    }

    private static Verdict computes(Invocation call) {
        call.scene().forgetAll();
        return Word.substitutes(call.line()) || call.scene().isHiding()
                ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION)
                : Verdict.ALLOW;
    }
}
