package dev.recourse.worker.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Commands as somebody types them one after the other, run in this process. */
final class Typed {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)");

    private final Map<String, String> environment = new HashMap<>();

    /** How a command ended, and what it said. */
    record Said(int code, String out, String err) {}

    void export(String name, String value) {
        environment.put(name, value);
    }

    Said run(List<String> words) {
        return run("", words);
    }

    Said run(String input, List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        World world = new World(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                new Terminal(false, false, environment));

        int code = Cli.run(world, words.toArray(String[]::new));

        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The words of a line that a shell would make of it: quotes, and variables that stand alone. */
    List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> word.group(1) != null
                        ? word.group(1)
                        : value(word.group(2) != null ? word.group(2) : word.group(3)))
                .toList();
    }

    private String value(String word) {
        return word.startsWith("$") ? environment.getOrDefault(word.substring(1), "") : word;
    }
}
