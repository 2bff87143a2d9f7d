package dev.recourse.worker.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which of the standard streams a person looks at, and how wide the window is. */
final class Terminal {
    private static final int USUAL_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 40;

    private final boolean out;
    private final boolean err;
    private final Map<String, String> environment;
    private int columns;

    Terminal(boolean out, boolean err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    static Terminal ofProcess(Map<String, String> environment) {
        return new Terminal(isOne(1), isOne(2), environment);
    }

    /** What results on standard output are made for. */
    Look look() {
        return new Look(out ? columns() : 0, colours(), ZoneId.systemDefault());
    }

    /** Whether a person sees standard output. */
    boolean showsOut() {
        return out;
    }

    /** Whether a line on standard error can be written over. */
    boolean showsErr() {
        return err && !"dumb".equals(environment.get("TERM"));
    }

    /** Whether results are shown in colours: on a terminal that has them, for a person who wants them. */
    boolean colours() {
        return out && environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
    }

    /** How many columns the window has. */
    int columns() {
        if (columns == 0) {
            columns = Math.max(FEWEST_COLUMNS, askedColumns());
        }
        return columns;
    }

    private int askedColumns() {
        String said = environment.getOrDefault("COLUMNS", "");
        return said.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(said) : windowColumns();
    }

    /** Asks stty, which prints rows and columns; the JDK has no way to. */
    private static int windowColumns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(500, TimeUnit.MILLISECONDS)) {
                stty.destroyForcibly();
                return USUAL_COLUMNS;
            }
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return size.matches("[0-9]{1,5} [1-9][0-9]{0,4}")
                    ? Integer.parseInt(size.substring(size.indexOf(' ') + 1))
                    : USUAL_COLUMNS;
        } catch (IOException e) {
            return USUAL_COLUMNS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return USUAL_COLUMNS;
        }
    }

    private static boolean isOne(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return consoleIsOne(System.console());
        }
    }

    /** From JDK 22 on there is a console even where there is no terminal, and a method that tells. */
    private static boolean consoleIsOne(@Nullable Console console) {
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
