package dev.recourse.activities.shell;

import dev.recourse.activities.shell.terms.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The commands the guard is measured with: a file per kind, a heading per family, a command a line. */
final class Corpus {
    /** One command and the family it stands in. */
    record Line(String family, String command) {
        Verdict verdict() {
            return Guard.judge(command, "");
        }
    }

    private Corpus() {}

    static List<Line> dangerous() {
        return read("dangerous.txt");
    }

    static List<Line> harmless() {
        return read("harmless.txt");
    }

    static long count(List<Line> lines, Predicate<Verdict> such) {
        return lines.stream().map(Line::verdict).filter(such).count();
    }

    private static List<Line> read(String file) {
        List<Line> lines = new ArrayList<>();
        String family = "";
        for (String line : text(file).lines().toList()) {
            if (line.startsWith("## ")) {
                family = line.substring(3);
            } else if (!line.isBlank() && !family.isEmpty()) {
                lines.add(new Line(family, line.replace('⏎', '\n')));
            }
        }
        return lines;
    }

    private static String text(String file) {
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream("/guard/" + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
