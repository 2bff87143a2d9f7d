package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableTest {
    private static final Look WIDE = new Look(0, false, ZoneOffset.UTC);

    @Test
    void columns_are_as_wide_as_their_widest_cell() {
        Table table = Table.of(Set.of(0), "#", "name", "city")
                .row(Cell.of("1"), Cell.of("Ana"), Cell.of("Cali"))
                .row(Cell.of("10"), Cell.of("José Ángel"), Cell.of(""));

        assertThat(table.text(WIDE)).isEqualTo("""
                 #  name        city
                 1  Ana         Cali
                10  José Ángel
                """);
    }

    @Test
    void width_is_what_the_terminal_shows() {
        Table table = Table.of("name", "x")
                .row(Cell.of("日本語"), Cell.of("1"))
                .row(Cell.of("e\u0301"), Cell.of("2"))
                .row(Cell.of("\uD83D\uDE00!"), Cell.of("3"));

        assertThat(table.text(WIDE)).isEqualTo("name    x\n日本語  1\ne\u0301       2\n\uD83D\uDE00!     3\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 41, 60, 79, 80, 120})
    void no_line_is_wider_than_the_terminal(int columns) {
        Table table = Table.of("tool", "what", "more")
                .row(Cell.of("crm.contact.create"), Cell.of("日本語 ".repeat(30)), Cell.of("x".repeat(100)));

        String text = table.text(new Look(columns, false, ZoneOffset.UTC));

        assertThat(text.lines())
                .allSatisfy(line -> assertThat(Texts.width(line)).isLessThanOrEqualTo(columns));
        assertThat(text).contains("…");
    }

    @Test
    void the_widest_column_gives_way_first() {
        Table table = Table.of("tool", "what")
                .row(Cell.of("crm.tag.add"), Cell.of("a text that is rather long, as texts go"));

        assertThat(table.text(new Look(30, false, ZoneOffset.UTC))).isEqualTo("""
                tool         what
                crm.tag.add  a text that is r…
                """);
    }

    @Test
    void colours_take_no_room() {
        Table table =
                Table.of("a", "b").row(Cell.status("applied"), Cell.of("x")).row(Cell.status("not_run"), Cell.of("y"));

        String painted = table.text(new Look(0, true, ZoneOffset.UTC));

        assertThat(painted).contains("\u001b[32mapplied\u001b[0m  x").contains("\u001b[2mnot run\u001b[0m  y");
        assertThat(painted.replaceAll("\u001b\\[[0-9]*m", "")).isEqualTo(table.text(WIDE));
    }

    @Test
    void text_from_strangers_cannot_drive_the_terminal() {
        Cell cell = Cell.of("a\u001b[2Jb\r\nc\td\u0007\u202Ee\u2028f\u009b1mg");

        assertThat(cell.text()).isEqualTo("a[2Jb c def1mg");
    }

    @ParameterizedTest
    @CsvSource({"abcdef, 6, abcdef", "abcdef, 5, abcd…", "abcdef, 1, …", "日本語, 5, 日本…", "日本語, 4, 日…"})
    void a_text_is_cut_to_columns(String text, int columns, String cut) {
        assertThat(Texts.cut(text, columns)).isEqualTo(cut);
    }
}
