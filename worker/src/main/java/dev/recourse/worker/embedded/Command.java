package dev.recourse.worker.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One run of another program to its end, with what it said. */
record Command(int code, String output) {
    /**
     * @param folder where it runs; paths in the arguments can be relative to it, which spares them a shell's quoting
     * @param input what it reads
     */
    static Command run(Path folder, List<String> arguments, String input) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(arguments).directory(folder.toFile());
        builder.redirectErrorStream(true);
        // Messages are read by us: in English, and without the user's own PostgreSQL settings.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading: its code and its words say why.
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Command(codeOf(process), output.strip());
    }

    boolean succeeded() {
        return code == 0;
    }

    private static int codeOf(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while waiting").initCause(e);
        }
    }
}
