package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Programs that start another one with words they read: xargs and parallel. */
final class Feeding {
    private static final Set<String> XARGS =
            Names.of("-n -P -I -L -d -s -E -a --max-args --max-procs --delimiter --replace --arg-file");
    private static final Set<String> PARALLEL = Names.of("-j -a -n --jobs -I");

    private Feeding() {}

    static void rules(Rules rules) {
        rules.put("xargs gxargs", Feeding::xargs);
        rules.put("parallel", Feeding::parallel);
    }

    /** Judged with a word that nobody knows, and with those that flow in: they count where one is denied. */
    private static Verdict xargs(Invocation call) {
        List<Word> command = Wrappers.command(call.args(), XARGS);
        if (command.isEmpty()) {
            return Verdict.ALLOW;
        }
        List<Word> placeholders = call.values("-I --replace");
        String placeholder = placeholders.isEmpty() ? null : placeholders.get(0).text();
        Word anything = Word.unknown(call.stdin().origin());
        Verdict verdict = call.runs(fed(command, placeholder, anything), Stdin.UNKNOWN);
        List<Word> flowing = call.stdin().words();
        if (!flowing.isEmpty() && placeholder == null) {
            List<Word> all = new ArrayList<>(command);
            all.addAll(flowing);
            verdict = verdict.and(call.runs(all, Stdin.UNKNOWN).ifDenied());
        }
        verdict = verdict.andEach(
                flowing,
                word -> call.runs(fed(command, placeholder, word), Stdin.UNKNOWN)
                        .ifDenied());
        boolean interprets = Shells.NAMES.contains(Programs.baseName(Word.first(command)));
        return interprets && verdict.allowed() ? Verdict.ask(Reason.PIPED_CODE) : verdict;
    }

    /** The word takes the place of the placeholder, or comes last. */
    private static List<Word> fed(List<Word> command, @Nullable String placeholder, Word word) {
        List<Word> argv = new ArrayList<>();
        for (Word each : command) {
            argv.add(placeholder == null ? each : each.with(placeholder, word));
        }
        if (placeholder == null) {
            argv.add(word);
        }
        return argv;
    }

    private static Verdict parallel(Invocation call) {
        List<Word> words = Wrappers.command(call.args(), PARALLEL);
        int sources = words.stream().map(Word::text).toList().indexOf(":::");
        List<Word> command = sources < 0 ? words : words.subList(0, sources);
        List<Word> fed = sources < 0 ? List.of() : words.subList(sources + 1, words.size());
        Verdict verdict = Verdict.ask(Reason.OPTION_RUNS);
        if (command.isEmpty()) {
            return verdict.andEach(fed, call::runs);
        }
        String placeholder = Word.joined(command).contains("{}") ? "{}" : null;
        return verdict.andEach(
                fed.isEmpty() ? List.of(Word.unknown(Word.Origin.PLAIN)) : fed,
                word -> call.runs(Word.of(Word.joined(fed(command, placeholder, word)))));
    }
}
