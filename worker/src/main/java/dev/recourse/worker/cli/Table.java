package dev.recourse.worker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A table of text: columns as wide as their widest cell, cut to what the terminal shows. */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 6;

    private final List<List<Cell>> rows = new ArrayList<>();
    private final Set<Integer> numbers;
    private final int columns;

    private Table(int columns, Set<Integer> numbers) {
        this.columns = columns;
        this.numbers = numbers;
    }

    /** A table with a line of headings. */
    static Table of(String... headings) {
        return of(Set.of(), headings);
    }

    /** A table whose columns with these indexes hold numbers, which stand to the right. */
    static Table of(Set<Integer> numbers, String... headings) {
        Table table = new Table(headings.length, numbers);
        List<Cell> line = new ArrayList<>();
        for (String heading : headings) {
            line.add(new Cell(heading, Style.HEAD));
        }
        table.rows.add(line);
        return table;
    }

    /** A table without headings. */
    static Table plain(int columns) {
        return new Table(columns, Set.of());
    }

    Table row(Cell... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("A row of " + cells.length + " cells in a table of " + columns + ".");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, each ended; nothing when there are no rows. */
    String text(Look look, String indent) {
        int[] widths = widths(look.columns() == 0 ? Integer.MAX_VALUE : look.columns() - indent.length());
        StringBuilder text = new StringBuilder();
        for (List<Cell> row : rows) {
            text.append((indent + line(row, widths, look)).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    String text(Look look) {
        return text(look, "");
    }

    private String line(List<Cell> row, int[] widths, Look look) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            Cell cell = row.get(i);
            String shown = Texts.cut(cell.text(), widths[i]);
            String padding = " ".repeat(widths[i] - Texts.width(shown));
            String painted = cell.style().paint(shown, look);
            line.append(i == 0 ? "" : GAP);
            if (numbers.contains(i)) {
                line.append(padding).append(painted);
            } else {
                line.append(painted).append(i == columns - 1 ? "" : padding);
            }
        }
        return line.toString();
    }

    /** Natural widths, the widest made narrower until the line fits. */
    private int[] widths(int available) {
        int[] widths = new int[columns];
        for (List<Cell> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Texts.width(row.get(i).text()));
            }
        }
        long total = (long) GAP.length() * (columns - 1);
        for (int width : widths) {
            total += width;
        }
        for (; total > available; total--) {
            int widest = widest(widths);
            if (widths[widest] <= NARROWEST) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int widest(int[] widths) {
        int widest = 0;
        for (int i = 1; i < widths.length; i++) {
            widest = widths[i] >= widths[widest] ? i : widest;
        }
        return widest;
    }
}
