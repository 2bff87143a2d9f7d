package dev.recourse.worker;

import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The command as a process of its own, with nothing of this machine's configuration in its environment. */
final class Child implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Set<String> OURS = Set.of(
            "JAVA_TOOL_OPTIONS",
            "DATABASE_URL",
            "TEMPORAL_ADDRESS",
            "TEMPORAL_PROFILE",
            "TEMPORAL_CONFIG_FILE",
            "RECOURSE_SESSION",
            "RECOURSE_WORKSPACE",
            "RECOURSE_IDENTITY_KEY");
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    /** How it ended. */
    record Ended(int code, String out, String err) {}

    private Child(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** That database, as {@code DATABASE_URL} names it. */
    static String url(DatabaseAddress database) {
        return database.jdbcUrl()
                .replace("jdbc:postgresql://", "postgresql://" + database.user() + ":" + database.password() + "@");
    }

    /** For commands of workspace A that meet the workers of a test: that database, that Temporal, the key of tests. */
    static Map<String, String> environment(TestDatabase db, LoopbackTemporal temporal) {
        return Map.of(
                "DATABASE_URL",
                url(db.address()),
                "TEMPORAL_ADDRESS",
                temporal.address(),
                "RECOURSE_WORKSPACE",
                "a",
                "RECOURSE_IDENTITY_KEY",
                TestStack.SECRET);
    }

    /** Runs a command to its end. */
    static Ended run(Path folder, Map<String, String> environment, String input, String... arguments)
            throws IOException, InterruptedException {
        try (Child child = start(folder, environment, arguments)) {
            try (OutputStream stdin = child.process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException closed) {
                // It did not read its input.
            }
            return child.end();
        }
    }

    /**
     * Starts a command in a process group of its own, as a shell does; its home is {@code home} in that folder.
     *
     * <p>Ctrl-C means to it what it means in a shell: a build in the background has it ignored, and would hand that on.
     */
    static Child start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        int n = COUNT.incrementAndGet();
        Path out = folder.resolve("out-" + n);
        Path err = folder.resolve("err-" + n);
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                Recourse.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("RECOURSE_HOME", folder.resolve("home").toString());
        all.putIfAbsent("LC_ALL", "C.UTF-8");
        builder.environment().keySet().removeIf(OURS::contains);
        builder.environment().putAll(all);
        return new Child(builder.start(), out, err);
    }

    /** Waits until its standard error has that text. */
    Child says(String text) throws IOException, InterruptedException {
        return has(err, text);
    }

    /** Waits until its standard output has that text. */
    Child prints(String text) throws IOException, InterruptedException {
        return has(out, text);
    }

    /** What it has printed. */
    String printed() throws IOException {
        return Files.readString(out);
    }

    private Child has(Path stream, String text) throws IOException, InterruptedException {
        for (int i = 0; i < PATIENCE_SECONDS * 50 && process.isAlive(); i++) {
            if (Files.readString(stream).contains(text)) {
                return this;
            }
            Thread.sleep(20);
        }
        throw new AssertionError(
                "It never said '" + text + "', but:\n" + Files.readString(err) + Files.readString(out) + defects());
    }

    private String defects() throws IOException {
        Path kept = err.resolveSibling("home").resolve("logs").resolve("defects.log");
        return Files.exists(kept) ? Files.readString(kept) : "";
    }

    /** As {@code kill -NAME} does it, to the whole process group, as a terminal does with Ctrl-C. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid())
                .start()
                .waitFor();
    }

    boolean alive() {
        return process.isAlive();
    }

    Ended end() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("It does not end:\n" + Files.readString(err));
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
