package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    private static final int SCRIPTS = Integer.getInteger("recourse.guard.scripts", 4_000);
    private static final List<String> PIECES = List.of(
            PAYLOAD, "rm -rf canary", " ", " ", " ", "\n", "\n", ";", "; ", " && ", " || ", " | ", " & ", "'", "'", "\"", "\"", "\\", "\\\n", "`", "`",
            "$(", ")", "(", ")", "{ ", "; }", "}", "#", " #", "<<E\n", "<<'E'\n", "<<-E\n", "<<\\E\n", "\nE\n", "\n\tE\n", "<<<", "$'", "$\"", "echo ", "echo ", "cat ", ": ", "true", "x=",
            "$x", "${x:-", "${x#", "${x", "}", "((", "))", "$((", "[[ ", " ]]", "[ ", " ]", "case x in x) ", ";; esac", " esac", "if true; then ", "; fi", "for i in a; do ", "; done",
            "while false; do ", "f() ", "function f ", "f", "! ", "a", "b c", "=", "*", "?", "~", "1", "2>&1", ">o ", "<(", ">(", "|& ", "{a,", "\t", "&>o ", "test ", "printf ", "é", "%s", "[a", "]", "time ", "a=(", "\\'", "\\\"", "\\`", "\\$");

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
                assertThat(survives(sandbox, script)).as("seed %d: %s", seed, script).isTrue();
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

    /** Half of them begin as a plain command, or nearly all would be nonsense. */
    private static String script(Random random) {
        List<String> pieces = new ArrayList<>();
        int length = 2 + random.nextInt(9);
        for (int i = 0; i < length; i++) {
            pieces.add(PIECES.get(random.nextInt(PIECES.size())));
        }
        pieces.add(random.nextInt(pieces.size() + 1), PAYLOAD);
        if (random.nextBoolean()) {
            pieces.add(0, random.nextBoolean() ? "echo " : "echo a; ");
        }
        return String.join("", pieces);
    }
}
