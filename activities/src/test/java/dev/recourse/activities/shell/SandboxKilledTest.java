package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed leaves nothing running. */
final class SandboxKilledTest {
    private static final String SECONDS = "76543";

    /** A worker in a process of its own: runs a tree of processes that would outlive it. */
    static final class Worker {
        public static void main(String[] args) throws Exception {
            Sandbox.on(Path.of(args[0]))
                    .run(
                            List.of("/bin/bash", "-c", "(setsid nohup sleep " + SECONDS + " &); sleep " + SECONDS),
                            "",
                            Duration.ofMinutes(5));
        }
    }

    private final Path folder;

    SandboxKilledTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void a_killed_worker_leaves_no_process_behind() throws Exception {
        assumeTrue(
                Sandbox.on(folder).works(),
                "bubblewrap is not here, or may not make sandboxes: the sandbox can't be tried");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process worker = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Worker.class.getName(), folder.toString())
                .inheritIO()
                .start();

        try {
            for (int i = 0; i < 200 && Sleepers.asleep(SECONDS).size() < 2; i++) {
                Thread.sleep(100);
            }
            assertThat(Sleepers.asleep(SECONDS)).hasSize(2);
            worker.destroyForcibly().waitFor();

            assertThat(Sleepers.gone(SECONDS)).isTrue();
        } finally {
            worker.destroyForcibly();
        }
    }
}
