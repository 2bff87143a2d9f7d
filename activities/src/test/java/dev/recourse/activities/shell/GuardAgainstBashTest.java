package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.recourse.activities.shell.Corpus.Line;
import dev.recourse.activities.shell.terms.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bash itself is asked what a script means: random scripts hold a command that must never run unasked, and those that the
 * guard allows are run in the sandbox. If the command has run, the guard misread one.
 */
final class GuardAgainstBashTest {
    private static final String PAYLOAD = "rm -rf canary";
    private static final int SCRIPTS = Integer.getInteger("recourse.guard.scripts", 3_000);
    private static final List<String> PIECES = List.of(
            PAYLOAD,
            "rm -rf canary",
            " ",
            " ",
            " ",
            "\n",
            "\n",
            ";",
            "; ",
            " && ",
            " || ",
            " | ",
            " & ",
            "'",
            "'",
            "\"",
            "\"",
            "\\",
            "\\\n",
            "`",
            "`",
            "$(",
            ")",
            "(",
            ")",
            "{ ",
            "; }",
            "}",
            "#",
            " #",
            "<<E\n",
            "<<'E'\n",
            "<<-E\n",
            "<<\\E\n",
            "\nE\n",
            "\n\tE\n",
            "<<<",
            "$'",
            "$\"",
            "echo ",
            "echo ",
            "cat ",
            ": ",
            "true",
            "x=",
            "$x",
            "${x:-",
            "${x#",
            "${x",
            "}",
            "((",
            "))",
            "$((",
            "[[ ",
            " ]]",
            "[ ",
            " ]",
            "case x in x) ",
            ";; esac",
            " esac",
            "if true; then ",
            "; fi",
            "for i in a; do ",
            "; done",
            "while false; do ",
            "f() ",
            "function f ",
            "f",
            "! ",
            "a",
            "b c",
            "=",
            "*",
            "?",
            "~",
            "1",
            "2>&1",
            ">o ",
            "<(",
            ">(",
            "|& ",
            "{a,",
            "\t",
            "&>o ",
            "test ",
            "printf ",
            "é",
            "%s",
            "[a",
            "]",
            "time ",
            "a=(",
            "\\'",
            "\\\"",
            "\\`",
            "\\$");

    private static final List<Line> PLAIN = Corpus.harmless().stream()
            .filter(line -> List.of("quoting", "rm", "find", "persistence").contains(line.family()))
            .toList();

    private final Path folder;

    GuardAgainstBashTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void what_the_guard_allows_does_not_run_what_it_would_not_have_allowed() throws Exception {
        Sandbox sandbox = Sandbox.on(folder);
        assumeTrue(sandbox.works(), "bubblewrap is not here, or may not make sandboxes: scripts can't be tried");
        int tried = 0;
        for (int seed = 0; seed < SCRIPTS; seed++) {
            String script = script(new Random(seed));
            if (Guard.judge(script, "").decision() == Decision.ALLOW && script.contains(PAYLOAD)) {
                tried++;
                assertThat(survives(sandbox, script))
                        .as("seed %d: %s", seed, script)
                        .isTrue();
            }
        }
        System.out.printf("guard against bash: %d random scripts, %d of them allowed and run%n", SCRIPTS, tried);
        assertThat(tried).isPositive();
    }

    private boolean survives(Sandbox sandbox, String script) throws IOException, InterruptedException {
        Path canary = Files.createDirectories(folder.resolve("canary"));
        sandbox.run(List.of("/bin/bash", "--norc", "--noprofile", "-c", script), "", Duration.ofSeconds(3));
        return Files.exists(canary);
    }

    /** A third of them grow out of a harmless command: nearly all the others are nonsense. */
    private static String script(Random random) {
        StringBuilder script = new StringBuilder();
        int kind = random.nextInt(3);
        if (kind == 0) {
            script.append(PLAIN.get(random.nextInt(PLAIN.size())).command());
        } else if (kind == 1) {
            script.append("echo ");
        }
        int pieces = kind == 0 ? 1 + random.nextInt(3) : 2 + random.nextInt(9);
        for (int i = 0; i < pieces; i++) {
            insert(script, PIECES.get(random.nextInt(PIECES.size())), random, kind == 0);
        }
        insert(script, PAYLOAD, random, true);
        return script.toString();
    }

    private static void insert(StringBuilder script, String piece, Random random, boolean anywhere) {
        script.insert(anywhere ? random.nextInt(script.length() + 1) : script.length(), piece);
    }
}
