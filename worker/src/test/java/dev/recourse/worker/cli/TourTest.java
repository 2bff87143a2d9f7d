package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that the README shows, one after the other on a bare machine: they end where they began. */
final class TourTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern SET = Pattern.compile("export (\\w+)=(\\S+).*");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)");

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> said = new ArrayList<>();

    @Test
    void the_tour_does_what_the_readme_shows(@TempDir Path folder) throws IOException {
        environment.put("RECOURSE_HOME", folder.resolve("home").toString());

        for (String line : Files.readAllLines(ROOT.resolve("docs/examples/tour.sh"))) {
            take(line.replaceAll("\\s+#.*", ""));
        }

        assertThat(said).hasSize(8);
        assertThat(said.get(0)).startsWith("crm.contact.create  dry run");
        assertThat(said.get(1)).startsWith("crm.contact.create  success");
        assertThat(said.get(2)).contains("side effects  creates_record");
        assertThat(said.get(3)).startsWith("Dry run, it would be: applied  4 done, 0 failed");
        assertThat(said.get(4)).startsWith("Batch applied  4 done, 0 failed");
        assertThat(said.get(5)).contains("contacts city Cali → Bogotá", "8 executions");
        assertThat(said.get(6)).startsWith("Plan, nothing was changed  session").contains("4 to undo");
        assertThat(said.get(7)).startsWith("Undone  session").contains("4 undone");
    }

    /** The part of the shell's language that the tour is written in: variables, quotes, our commands. */
    private void take(String line) {
        Matcher set = SET.matcher(line);
        if (set.matches()) {
            environment.put(set.group(1), set.group(2));
        }
        if (line.startsWith("recourse ")) {
            List<String> words = new ArrayList<>();
            WORD.matcher(line.substring("recourse ".length()))
                    .results()
                    .forEach(word -> words.add(
                            word.group(1) != null
                                    ? word.group(1)
                                    : value(word.group(2) != null ? word.group(2) : word.group(3))));
            run(words);
        }
    }

    private String value(String word) {
        return word.startsWith("$")
                ? environment.getOrDefault(word.substring(1), "")
                : word.startsWith("docs/") ? ROOT.resolve(word).toString() : word;
    }

    private void run(List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        World world = new World(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                new Terminal(false, false, environment));

        int code = Cli.run(world, words.toArray(String[]::new));

        said.add(out.toString(StandardCharsets.UTF_8));
        assertThat(code)
                .as("%s%n%s%n%s", words, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8))
                .isZero();
    }
}
