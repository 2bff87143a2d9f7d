package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.worker.Progress;
import dev.recourse.worker.WrongUsage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SmallPartsTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneId.of("America/Bogota"));

    @ParameterizedTest
    @CsvSource({
        "2026-01-31, 2026-01-31T05:00:00Z",
        "2026-01-31T08:00, 2026-01-31T13:00:00Z",
        "2026-01-31T08:00Z, 2026-01-31T08:00:00Z",
        "2026-01-31T08:00:00.5+02:00, 2026-01-31T06:00:00.500Z",
        "90s, 2026-01-31T11:58:30Z",
        "15m, 2026-01-31T11:45:00Z",
        "2h, 2026-01-31T10:00:00Z",
        "7d, 2026-01-24T12:00:00Z",
    })
    void times_are_read_as_people_write_them(String text, Instant time) {
        assertThat(Since.parse(text, NOON)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "2026-13-01", "-2h", "2 h", "1234567d", "12:00"})
    void other_texts_are_no_times(String text) {
        assertThatThrownBy(() -> Since.parse(text, NOON))
                .isInstanceOf(WrongUsage.class)
                .hasMessageContaining("is no time");
    }

    @ParameterizedTest
    @CsvSource({
        "atomc, atomic",
        "dryrun, dry_run",
        "on_eror, on_error",
        "call, calls",
        "workspace, workspace_id",
        "clals, calls"
    })
    void the_nearest_word_is_the_likely_one(String word, String meant) {
        assertThat(Nearest.hint(word, List.of("calls", "atomic", "dry_run", "on_error", "workspace_id")))
                .isEqualTo("; did you mean '" + meant + "'?");
    }

    @Test
    void a_word_that_is_far_from_all_has_no_nearest() {
        assertThat(Nearest.hint("zzzz", List.of("calls", "atomic"))).isEmpty();
        assertThat(Nearest.hint("", List.of("calls"))).isEmpty();
        assertThat(Nearest.hint("c".repeat(10_000), List.of("calls"))).isEmpty();
    }

    @Test
    void progress_is_a_line_each_where_nobody_watches() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Progress progress = new ProgressLine(new PrintStream(err, true, StandardCharsets.UTF_8), false, 0);

        progress.doing("starting");
        progress.doing("starting");
        progress.doing("importing", 5, 10);

        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("starting\nimporting 5 of 10\n");
    }

    @Test
    void progress_is_one_line_written_over_on_a_terminal_and_gone_at_the_end() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ProgressLine progress = new ProgressLine(new PrintStream(err, true, StandardCharsets.UTF_8), true, 10);

        progress.doing("a rather long text");
        progress.doing("b");
        progress.clear();
        progress.clear();

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r\u001b[Ka rather…\r\u001b[Kb\r\u001b[K")
                .doesNotContain("\n");
    }

    @Test
    void colours_are_for_terminals_whose_people_want_them() {
        assertThat(new Terminal(true, true, Map.of("COLUMNS", "100")).look().colours())
                .isTrue();
        assertThat(new Terminal(true, true, Map.of("COLUMNS", "100")).look().columns())
                .isEqualTo(100);
        assertThat(new Terminal(true, true, Map.of("NO_COLOR", "1")).colours()).isFalse();
        assertThat(new Terminal(true, true, Map.of("TERM", "dumb")).colours()).isFalse();
        assertThat(new Terminal(false, true, Map.of("COLUMNS", "100")).look().colours())
                .isFalse();
        assertThat(new Terminal(false, true, Map.of("COLUMNS", "100")).look().columns())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {Story.TWO_CONTACTS, Story.TAKEN_PHONE})
    void the_examples_in_the_documentation_are_those_of_the_demo(String file) throws IOException {
        Path example = Path.of("../docs/examples").resolve(file);

        assertThat(Files.readString(example)).isEqualTo(new String(Story.bundled(file), StandardCharsets.UTF_8));
        assertThat(BatchFile.read(file, Files.readAllBytes(example)).get("calls"))
                .hasSize(4);
    }

    @Test
    void the_next_steps_name_the_example_only_where_it_is(@TempDir Path elsewhere) {
        assertThat(NextSteps.text("recourse", Path.of("..")))
                .contains("recourse tools\n", "recourse run docs/examples/two-contacts.json --dry-run\n");
        assertThat(NextSteps.text("java -jar x.jar", elsewhere))
                .contains("java -jar x.jar audit\n")
                .doesNotContain("docs/examples");
    }
}
