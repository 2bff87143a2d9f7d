package dev.recourse.activities.shell;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands under bubblewrap: no network, no processes but their own, the system read-only, one folder to write to.
 *
 * <p>This is the boundary; without it nothing runs. When this process dies, whatever is inside dies with it.
 */
final class Sandbox {
    static final int MAX_OUTPUT = 64 * 1024;

    private static final List<String> PLACES = List.of("/usr/bin", "/bin", "/usr/local/bin");
    private static final List<String> SYSTEM = List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");
    private static final List<String> SETTINGS =
            List.of("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime");
    private static final Duration AFTERWARDS = Duration.ofMillis(500);
    private static final Duration PROBE = Duration.ofSeconds(5);

    private final Path folder;

    /** Whether this machine can, once that was tried; all workspaces share it. */
    private final AtomicReference<@Nullable Boolean> works;

    private Sandbox(Path folder, AtomicReference<@Nullable Boolean> works) {
        this.folder = folder;
        this.works = works;
    }

    /** One that writes to that folder alone; nothing is looked at before the first command. */
    static Sandbox on(Path folder) {
        return new Sandbox(folder.toAbsolutePath().normalize(), new AtomicReference<>());
    }

    /** One for a workspace: its folder is below this one's, and no other workspace finds it. */
    Sandbox of(UUID workspace) {
        return new Sandbox(folder.resolve(workspace.toString()), works);
    }

    /**
     * What a command left behind.
     *
     * @param exitCode null where it was stopped
     */
    record Result(@Nullable Integer exitCode, String stdout, String stderr, boolean truncated, boolean timedOut) {}

    /**
     * Runs a program to its end, or until its time is over; then everything it started is gone.
     *
     * @param below a folder below the working one; empty for that itself
     * @throws ToolFailure if it did not start: {@code SANDBOX_MISSING}, or the folder is not there
     * @throws IOException if it started and nobody knows how it ended
     */
    Result run(List<String> argv, String below, Duration left) throws IOException, InterruptedException {
        if (!works()) {
            throw ToolFailure.precondition("SANDBOX_MISSING");
        }
        Path root = made();
        inside(root, below);
        Duration time = left.minus(AFTERWARDS);
        if (time.isNegative() || time.isZero()) {
            throw ToolFailure.timeout("TIMEOUT");
        }
        return finished(started(wrapped(root, below, time, argv)), time);
    }

    /** Whether this machine has bubblewrap, and lets this user make a sandbox; found out by making one. */
    boolean works() {
        synchronized (works) {
            Boolean known = works.get();
            if (known == null) {
                known = found("bwrap") != null && found("prlimit") != null && probed();
                works.set(known);
            }
            return known;
        }
    }

    private boolean probed() {
        try {
            Path root = Files.createTempDirectory("recourse-sandbox");
            try {
                Result result = finished(started(wrapped(root, "", PROBE, List.of("/bin/sh", "-c", "exit 7"))), PROBE);
                return result.exitCode() != null && result.exitCode() == 7;
            } finally {
                Files.delete(root);
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Path made() {
        try {
            return Files.createDirectories(folder).toRealPath();
        } catch (IOException e) {
            throw ToolFailure.precondition("SANDBOX_MISSING");
        }
    }

    /** A link may lead out of the folder; bubblewrap would not find what it leads to, and this says so in time. */
    private static void inside(Path root, String below) {
        try {
            Path real = root.resolve(below).toRealPath();
            if (real.startsWith(root) && Files.isDirectory(real)) {
                return;
            }
        } catch (IOException | InvalidPathException e) {
            // the same answer as for what is outside
        }
        throw ToolFailure.field(new Violation("/cwd", "CWD_INVALID"));
    }

    private static List<String> wrapped(Path root, String below, Duration time, List<String> argv) {
        List<String> line = new ArrayList<>(List.of(String.valueOf(found("bwrap"))));
        line.addAll(List.of("--die-with-parent", "--unshare-all", "--unshare-user", "--new-session", "--clearenv"));
        line.addAll(List.of("--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--cap-drop", "ALL"));
        line.addAll(List.of("--ro-bind", "/usr", "/usr"));
        SYSTEM.forEach(part -> line.addAll(system(Path.of(part))));
        SETTINGS.forEach(file -> line.addAll(List.of("--ro-bind-try", file, file)));
        line.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/tmp/home"));
        line.addAll(List.of("--bind", root.toString(), Place.FOLDER));
        line.addAll(List.of("--chdir", below.isEmpty() ? Place.FOLDER : Place.FOLDER + "/" + below));
        line.addAll(List.of("--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--setenv", "HOME", "/tmp/home"));
        line.addAll(List.of("--setenv", "LANG", "C.UTF-8", "--setenv", "TERM", "dumb", "--"));
        line.addAll(limits(time));
        line.addAll(argv);
        return line;
    }

    /** Where /bin is a link to /usr/bin it stays one. */
    private static List<String> system(Path part) {
        try {
            if (Files.isSymbolicLink(part)) {
                return List.of("--symlink", Files.readSymbolicLink(part).toString(), part.toString());
            }
            return Files.isDirectory(part) ? List.of("--ro-bind", part.toString(), part.toString()) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> limits(Duration time) {
        return List.of(
                "/usr/bin/prlimit",
                "--nproc=256",
                "--as=" + (16L << 30),
                "--data=" + (2L << 30),
                "--fsize=" + (256L << 20),
                "--nofile=1024",
                "--core=0",
                "--cpu=" + (time.toSeconds() + 1),
                "--");
    }

    private static @Nullable Path found(String program) {
        return PLACES.stream()
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Its environment is empty, so that nothing of ours is in it; its input is at its end at once. */
    private static Process started(List<String> line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        return builder.start();
    }

    /**
     * Waits here and in no other thread: the kernel ends what is inside when the thread that started it is gone.
     */
    private static Result finished(Process process, Duration time) throws IOException, InterruptedException {
        Output out = Output.of(process.getInputStream(), "shell-stdout");
        Output err = Output.of(process.getErrorStream(), "shell-stderr");
        try {
            boolean ended = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
            killed(process);
            process.waitFor();
            String stdout = out.text();
            String stderr = err.text();
            return new Result(
                    ended ? process.exitValue() : null, stdout, stderr, out.truncated || err.truncated, !ended);
        } finally {
            killed(process);
        }
    }

    /** Process.destroyForcibly would close what it wrote before it is read. */
    private static void killed(Process process) {
        process.toHandle().destroyForcibly();
    }

    /** Reads one stream to its end, and keeps its beginning. */
    private static final class Output {
        private static final long LAST_WORDS_MILLIS = 1_000;

        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Thread thread;
        private volatile boolean truncated;

        private Output(InputStream stream, String name) {
            this.thread = new Thread(() -> read(stream), name);
            thread.setDaemon(true);
        }

        static Output of(InputStream stream, String name) {
            Output output = new Output(stream, name);
            output.thread.start();
            return output;
        }

        private void read(InputStream stream) {
            byte[] buffer = new byte[8192];
            try (stream) {
                for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                    keep(buffer, read);
                }
            } catch (IOException e) {
                truncated = true;
            }
        }

        private synchronized void keep(byte[] buffer, int read) {
            int room = Math.min(read, MAX_OUTPUT - kept.size());
            kept.write(buffer, 0, room);
            truncated |= room < read;
        }

        String text() throws InterruptedException {
            thread.join(LAST_WORDS_MILLIS);
            truncated |= thread.isAlive();
            synchronized (this) {
                // The ledger keeps no null characters.
                return kept.toString(StandardCharsets.UTF_8).replace('\0', '\ufffd');
            }
        }
    }
}
