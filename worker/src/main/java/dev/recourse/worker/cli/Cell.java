package dev.recourse.worker.cli;

import java.util.Locale;

/** One cell of a table: a line of text and how it stands out. */
record Cell(String text, Style style) {
    Cell {
        text = Texts.oneLine(text);
    }

    static Cell of(String text) {
        return new Cell(text, Style.PLAIN);
    }

    static Cell faint(String text) {
        return new Cell(text, Style.FAINT);
    }

    /** A status word of the contract, as people read it. */
    static Cell status(String status) {
        return new Cell(words(status), Style.ofStatus(status));
    }

    /** {@code not_run} is read as "not run". */
    static String words(String status) {
        return status.replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
