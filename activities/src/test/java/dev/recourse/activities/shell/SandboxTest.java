package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.recourse.activities.tool.ToolFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The boundary, tried with real bubblewrap: where it is missing, nothing is tried and that is said. */
final class SandboxTest {
    private static final Duration TIME = Duration.ofSeconds(8);

    private final Path folder;
    private final Sandbox sandbox;

    SandboxTest(@TempDir Path folder) {
        this.folder = folder;
        this.sandbox = Sandbox.on(folder);
    }

    @BeforeEach
    void needs_bubblewrap() {
        assumeTrue(sandbox.works(), "bubblewrap is not here, or may not make sandboxes: the sandbox can't be tried");
    }

    @Test
    void a_command_gives_its_exit_code_and_what_it_wrote() throws Exception {
        Sandbox.Result result = bash("echo out; echo err >&2; exit 3");

        assertThat(result).isEqualTo(new Sandbox.Result(3, "out\n", "err\n", false, false));
    }

    @Test
    void the_working_folder_can_be_written_and_is_where_it_stands() throws Exception {
        Files.createDirectory(folder.resolve("sub"));

        Sandbox.Result result = sandbox.run(List.of("/bin/bash", "-c", "pwd; echo x > made; echo $HOME"), "sub", TIME);

        assertThat(result.stdout()).isEqualTo("/work/sub\n/tmp/home\n");
        assertThat(folder.resolve("sub/made")).hasContent("x\n");
    }

    @Test
    void nothing_else_can_be_written() throws Exception {
        assertThat(bash("touch /usr/x").exitCode()).isNotZero();
        assertThat(bash("touch /etc/x && ls /etc/x; true").stderr()
                        + bash("rm -rf /usr/bin 2>&1 | tail -1").stdout())
                .containsAnyOf("Read-only", "Permission denied");
        assertThat(Path.of("/etc/x")).doesNotExist();
        assertThat(bash("ls /usr/bin/env").exitCode()).isZero();
    }

    @Test
    void nothing_of_the_host_can_be_read_that_is_not_the_system() throws Exception {
        Path secret = Files.createTempFile("recourse-secret", ".txt");

        try {
            assertThat(bash("cat " + secret).exitCode()).isNotZero();
            assertThat(bash("ls /root /home /var 2>/dev/null | wc -l").stdout().strip())
                    .isEqualTo("0");
            assertThat(bash("env | sort").stdout()).doesNotContain("RECOURSE", "JAVA_HOME", "DATABASE_URL");
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void there_is_no_network_not_even_the_machine_itself() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Sandbox.Result result = bash("exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort());

            assertThat(result.exitCode()).isNotZero();
            assertThat(bash("cat /proc/net/dev | wc -l").stdout().strip()).isEqualTo("3");
        }
    }

    @Test
    void it_sees_and_ends_no_process_but_its_own() throws Exception {
        assertThat(Integer.parseInt(bash("ls -d /proc/[0-9]* | wc -l").stdout().strip()))
                .isLessThan(8);

        bash("kill -9 -1");

        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }

    @Test
    void it_has_no_rights_to_give_itself() throws Exception {
        assertThat(bash("id -u").stdout()).isEqualTo("1000\n");
        assertThat(bash("grep CapEff /proc/self/status").stdout()).contains("0000000000000000");
        assertThat(bash("mount -t tmpfs x /mnt").exitCode()).isNotZero();
    }

    @Test
    void a_file_cannot_grow_without_end() throws Exception {
        Sandbox.Result result = bash("head -c 300M /dev/zero > big");

        assertThat(result.exitCode()).isNotZero();
        assertThat(Files.size(folder.resolve("big"))).isLessThanOrEqualTo(256L << 20);
    }

    @Test
    void output_is_cut_and_that_is_said() throws Exception {
        Sandbox.Result result = bash("head -c 1000000 /dev/zero | tr '\\0' x");

        assertThat(result.stdout()).hasSize(Sandbox.MAX_OUTPUT);
        assertThat(result.truncated()).isTrue();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void what_takes_too_long_is_stopped_with_everything_it_started() throws Exception {
        Sandbox.Result result = sandbox.run(
                List.of("/bin/bash", "-c", "echo begun; (setsid sleep 98765 &); sleep 98765"),
                "",
                Duration.ofSeconds(2));

        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitCode()).isNull();
        assertThat(result.stdout()).isEqualTo("begun\n");
        assertThat(Sleepers.gone("98765")).isTrue();
    }

    @Test
    void what_stays_in_the_background_ends_with_the_command() throws Exception {
        Sandbox.Result result = bash("setsid sleep 87654 >/dev/null 2>&1 & echo done");

        assertThat(result.exitCode()).isZero();
        assertThat(Sleepers.gone("87654")).isTrue();
    }

    @Test
    void a_folder_that_leads_out_is_refused() throws Exception {
        Files.createSymbolicLink(folder.resolve("out"), Path.of("/etc"));

        for (String below : List.of("out", "missing", "..", "no name \ud800")) {
            assertThatThrownBy(() -> sandbox.run(List.of("/bin/true"), below, TIME))
                    .isInstanceOfSatisfying(
                            ToolFailure.class,
                            failure -> assertThat(failure.code()).isEqualTo("CWD_INVALID"));
        }
    }

    @Test
    void without_time_nothing_is_started() {
        assertThatThrownBy(() -> sandbox.run(List.of("/bin/true"), "", Duration.ofMillis(100)))
                .isInstanceOf(ToolFailure.class);
    }

    private Sandbox.Result bash(String script) throws IOException, InterruptedException {
        return sandbox.run(List.of("/bin/bash", "-c", script), "", TIME);
    }
}
