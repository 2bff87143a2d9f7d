package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One program with its arguments, at its place in the script. */
record Invocation(String program, List<Word> args, Scene scene, Stdin stdin, Judge judge) {
    private static final Set<String> HELP = Set.of("--help", "--version", "-V", "-help", "help", "version");

    Invocation {
        args = List.copyOf(args);
    }

    Invocation with(String otherProgram, List<Word> otherArgs) {
        return new Invocation(otherProgram, otherArgs, scene, stdin, judge);
    }

    boolean onlyHelp() {
        return args.size() == 1 && HELP.contains(args.get(0).text());
    }

    /** The same for the two options that every program has. */
    boolean asksForHelp() {
        return args.size() == 1 && (args.get(0).is("--help") || args.get(0).is("--version"));
    }

    /** An argument, or an empty word where there are fewer. */
    String arg(int index) {
        return index < args.size() ? args.get(index).text() : "";
    }

    /** The words of the arguments joined, for a look at them as text. */
    String line() {
        return String.join(" ", args.stream().map(Word::collapsed).toList());
    }

    Place place(Word word) {
        return Place.of(word, scene.folders());
    }

    Place worst(List<Word> words) {
        Place worst = Place.SINK;
        for (Word word : words) {
            Place place = place(word);
            worst = place.compareTo(worst) > 0 ? place : worst;
        }
        return worst;
    }

    /** Arguments that are no options; after {@code --} all are. */
    List<Word> operands() {
        return operands(Set.of());
    }

    /** The same, where these options take the word after them as their value. */
    List<Word> operands(Set<String> withValue) {
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

    /** The values of an option, as {@code -o x}, {@code -ox}, {@code --out x} and {@code --out=x}. */
    List<Word> values(Set<String> names) {
        List<Word> values = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            String text = args.get(i).text();
            for (String name : names) {
                if (text.equals(name) && i + 1 < args.size()) {
                    values.add(args.get(i + 1));
                } else if (name.startsWith("--")
                        ? text.startsWith(name + "=")
                        : text.startsWith(name) && text.length() > name.length()) {
                    values.add(args.get(i).from(name.length() + (name.startsWith("--") ? 1 : 0)));
                }
            }
        }
        return values;
    }

    private List<Word> options() {
        int end = args.stream().map(Word::text).toList().indexOf("--");
        return args.subList(0, end < 0 ? args.size() : end).stream()
                .filter(Word::isOption)
                .toList();
    }

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
}
