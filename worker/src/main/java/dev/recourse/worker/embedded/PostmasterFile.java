package dev.recourse.worker.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a PostgreSQL server says of itself in its data folder, in {@code postmaster.pid}. After a crash that is no longer true,
 * and the number may have gone to another process.
 */
record PostmasterFile(long pid, int port, boolean ready) {
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;
    private static final int ANSWER_MILLIS = 2_000;

    /** "Do you speak TLS?", which may be asked before saying who one is; the answer is one character. */
    private static final byte[] TLS_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

    private static final int END_SECONDS = 5;

    static Path path(Path data) {
        return data.resolve("postmaster.pid");
    }

    /** Empty when there is no such file, or nothing in it yet. */
    static Optional<PostmasterFile> in(Path data) throws IOException {
        try {
            return read(Files.readAllLines(path(data)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<PostmasterFile> read(List<String> lines) {
        try {
            long pid = Long.parseLong(lines.get(0).strip());
            int port = lines.size() > PORT_LINE
                    ? Integer.parseInt(lines.get(PORT_LINE).strip())
                    : 0;
            boolean ready = lines.size() > STATUS_LINE && lines.get(STATUS_LINE).startsWith("ready");
            return Optional.of(new PostmasterFile(pid, port, ready));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Whether it takes connections and speaks; one that was killed just now still seems to live, and to listen. */
    boolean answers() {
        return ready && speaks();
    }

    /** Whether the process lives, as far as can be told, and is a PostgreSQL. */
    boolean lives() {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        // The command of a zombie is unknown, and so may be that of another user's process.
        return process.isPresent()
                && process.get()
                        .info()
                        .command()
                        .map(PostmasterFile::isPostgres)
                        .orElseGet(this::speaks);
    }

    /** Ends the server without ceremony, if it lives. */
    void end() {
        if (!lives()) {
            return;
        }
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroy();
            try {
                process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** IPv4 on purpose, whatever the JVM prefers: it is where the server listens. */
    static InetAddress host() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private boolean speaks() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(TLS_REQUEST);
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isPostgres(String command) {
        return command.matches(".*[/\\\\]postgres(\\.exe)?( \\(deleted\\))?");
    }
}
