package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that the README shows, one after the other on a bare machine: they end where they began. */
final class TourTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern SET = Pattern.compile("export (\\w+)=(\\S+).*");

    private final Typed shell = new Typed();
    private final List<String> said = new ArrayList<>();

    @Test
    void the_tour_does_what_the_readme_shows(@TempDir Path folder) throws IOException {
        shell.export("RECOURSE_HOME", folder.resolve("home").toString());

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
            shell.export(set.group(1), set.group(2));
        }
        if (line.startsWith("recourse ")) {
            List<String> words = shell.words(line.substring("recourse ".length())).stream()
                    .map(word -> word.startsWith("docs/") ? ROOT.resolve(word).toString() : word)
                    .toList();
            Typed.Said answer = shell.run(words);
            said.add(answer.out());
            assertThat(answer.code()).as("%s%n%s", words, answer).isZero();
        }
    }
}
