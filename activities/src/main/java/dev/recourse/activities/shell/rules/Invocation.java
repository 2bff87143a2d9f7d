package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One program with its arguments, at its place in the script. */
public record Invocation(String program, List<Word> args, Scene scene, Stdin stdin, Judge judge) {
    private static final Set<String> HELP = Names.of("--help --version -V -help help version");

    public Invocation {
        args = List.copyOf(args);
    }

    Invocation with(String otherProgram, List<Word> otherArgs) {
        return new Invocation(otherProgram, otherArgs, scene, stdin, judge);
    }

    /** The same for Windows and whoever else doesn't mind the case of arguments. */
    Invocation lowered() {
        return with(program, args.stream().map(Invocation::lowered).toList());
    }

    private static Word lowered(Word arg) {
        return new Word(arg.text().toLowerCase(Locale.ROOT), arg.glob(), arg.origin());
    }

    boolean isOneOf(String names) {
        return Names.of(names).contains(program);
    }

    boolean onlyHelp() {
        return args.size() == 1 && HELP.contains(args.get(0).text());
    }

    /** The same for the two options that every program has. */
    boolean asksForHelp() {
        return args.size() == 1 && (args.get(0).is("--help") || args.get(0).is("--version"));
    }

    // Arguments

    /** An argument, or an empty word where there are fewer. */
    String arg(int index) {
        return index < args.size() ? args.get(index).text() : "";
    }

    /** The arguments from there on. */
    List<Word> from(int index) {
        return args.subList(Math.min(index, args.size()), args.size());
    }

    /** The arguments behind that word; none where it is missing. */
    List<Word> after(String word) {
        int at = args.stream().map(Word::text).toList().indexOf(word);
        return at < 0 ? List.of() : from(at + 1);
    }

    /** The words of the arguments joined, for a look at them as text. */
    String line() {
        return String.join(" ", args.stream().map(Word::collapsed).toList());
    }

    /** Whether an argument is such, by a regular expression. */
    boolean given(String pattern) {
        return args.stream().anyMatch(arg -> arg.matches(pattern));
    }

    /** Arguments that are no options; after {@code --} all are. */
    List<Word> operands() {
        return operands(Set.of());
    }

    /** The same, where these options take the word after them as their value. */
    List<Word> operands(String withValue) {
        return operands(Names.of(withValue));
    }

    private List<Word> operands(Set<String> withValue) {
        List<Word> operands = new ArrayList<>();
        boolean ended = false;
        for (int i = 0; i < args.size(); i++) {
            Word arg = args.get(i);
            if (!ended && arg.is("--")) {
                ended = true;
            } else if (!ended && arg.isOption()) {
                i += withValue.contains(arg.text()) ? 1 : 0;
            } else {
                operands.add(arg);
            }
        }
        return operands;
    }

    /** What programs with commands of their own are told to do; empty where they are told nothing. */
    String verb() {
        return Word.first(operands());
    }

    /** The operands behind the verb. */
    List<Word> rest() {
        return operands().isEmpty()
                ? List.of()
                : operands().subList(1, operands().size());
    }

    /** Whether a one-letter option is given, alone or among others. */
    boolean flag(char letter) {
        return options().stream()
                .map(Word::collapsed)
                .anyMatch(option -> !option.startsWith("--") && option.indexOf(letter) > 0);
    }

    /** Whether a long option is given, shortened or with a value. */
    boolean option(String name) {
        return options().stream().map(Word::collapsed).anyMatch(option -> {
            String given = option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
            return given.length() > 3 && given.startsWith("--") && name.startsWith(given);
        });
    }

    private List<Word> options() {
        int end = args.stream().map(Word::text).toList().indexOf("--");
        return args.subList(0, end < 0 ? args.size() : end).stream()
                .filter(Word::isOption)
                .toList();
    }

    /** The values of options, as {@code -o x}, {@code -ox}, {@code --out x} and {@code --out=x}. */
    List<Word> values(String names) {
        List<Word> values = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            for (String name : Names.of(names)) {
                Word arg = args.get(i);
                boolean apart = arg.is(name) && i + 1 < args.size();
                String attached = name.startsWith("--") ? name + "=" : name;
                if (apart) {
                    values.add(args.get(i + 1));
                } else if (arg.text().startsWith(attached) && arg.text().length() >= name.length() + 1) {
                    values.add(arg.from(attached.length()));
                }
            }
        }
        return values;
    }

    // Places

    Place place(Word word) {
        return Place.of(word, scene.folders());
    }

    Place worst(List<Word> words) {
        return words.stream().map(this::place).reduce(Place.SINK, Place::worse);
    }

    /** What is said about writing all of these. */
    Verdict writes(List<Word> files) {
        return Verdict.ALLOW.andEach(files, file -> place(file).written());
    }

    // What it starts

    /** Another program that this one starts. */
    Verdict runs(List<Word> argv) {
        return runs(argv, stdin);
    }

    Verdict runs(List<Word> argv, Stdin input) {
        return judge.command(argv, scene.started(), input);
    }

    /** A text that this one gives to a shell. */
    Verdict runs(String script) {
        return judge.script(script, scene.started(), Stdin.NONE);
    }

    /** The same with a text that may be known in part: then it is asked about at least. */
    Verdict runs(Word text) {
        return text.known()
                ? runs(text.text())
                : text.origin().verdict().and(runs(text.collapsed()).ifDenied());
    }
}
