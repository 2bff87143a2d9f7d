package dev.recourse.worker.cli;

import dev.recourse.worker.Progress;
import java.io.PrintStream;

/** Progress on standard error: one line that is written over on a terminal, a line each otherwise. */
final class ProgressLine implements Progress {
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean inPlace;
    private final int columns;
    private String shown = "";

    ProgressLine(PrintStream err, boolean inPlace, int columns) {
        this.err = err;
        this.inPlace = inPlace;
        this.columns = columns;
    }

    @Override
    public synchronized void doing(String what) {
        String line = Texts.oneLine(what);
        if (line.equals(shown)) {
            return;
        }
        shown = line;
        if (inPlace) {
            err.print(ERASE + Texts.cut(line, columns - 1));
            err.flush();
        } else {
            err.println(line);
        }
    }

    /** Takes the line away, so that something else can be printed. */
    synchronized void clear() {
        if (inPlace && !shown.isEmpty()) {
            err.print(ERASE);
            err.flush();
        }
        shown = "";
    }
}
