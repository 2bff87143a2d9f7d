package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.activities.shell.Corpus.Line;
import dev.recourse.activities.shell.terms.Decision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the guard is worth, in figures: printed per family, and held to what was promised. */
final class GuardCorpusTest {

    @Test
    void dangerous_commands_are_never_allowed_and_hardly_ever_left_to_a_person() {
        List<Line> lines = Corpus.dangerous();
        print("dangerous", lines);

        assertThat(lines).hasSizeGreaterThanOrEqualTo(200);
        assertThat(such(lines, Decision.ALLOW)).isEmpty();
        assertThat(such(lines, Decision.ASK)).hasSizeLessThanOrEqualTo(lines.size() / 50);
    }

    @Test
    void harmless_commands_are_hardly_ever_denied_and_mostly_run_unasked() {
        List<Line> lines = Corpus.harmless();
        print("harmless", lines);

        assertThat(lines).hasSizeGreaterThanOrEqualTo(200);
        assertThat(such(lines, Decision.DENY)).hasSizeLessThanOrEqualTo(lines.size() * 3 / 100);
        assertThat(such(lines, Decision.ALLOW)).hasSizeGreaterThanOrEqualTo(lines.size() * 60 / 100);
    }

    /** The files are not to be made to measure: nothing may stand in both, or twice. */
    @Test
    void every_command_stands_in_the_corpus_once() {
        List<String> all = java.util.stream.Stream.concat(Corpus.dangerous().stream(), Corpus.harmless().stream())
                .map(Line::command)
                .toList();

        assertThat(all).doesNotHaveDuplicates();
    }

    private static List<String> such(List<Line> lines, Decision decision) {
        return lines.stream()
                .filter(line -> line.verdict().decision() == decision)
                .map(Line::command)
                .toList();
    }

    private static void print(String kind, List<Line> lines) {
        Map<String, Map<Decision, Long>> families = lines.stream()
                .collect(Collectors.groupingBy(
                        Line::family,
                        TreeMap::new,
                        Collectors.groupingBy(line -> line.verdict().decision(), TreeMap::new, Collectors.counting())));
        System.out.printf("guard, %d %s commands%n", lines.size(), kind);
        families.forEach((family, counts) -> System.out.printf(
                "  %-14s allow %3d  ask %3d  deny %3d%n",
                family,
                counts.getOrDefault(Decision.ALLOW, 0L),
                counts.getOrDefault(Decision.ASK, 0L),
                counts.getOrDefault(Decision.DENY, 0L)));
        System.out.printf(
                "  %-14s allow %3d  ask %3d  deny %3d%n",
                "all",
                such(lines, Decision.ALLOW).size(),
                such(lines, Decision.ASK).size(),
                such(lines, Decision.DENY).size());
    }
}
