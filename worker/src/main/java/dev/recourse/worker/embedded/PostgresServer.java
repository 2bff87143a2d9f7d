package dev.recourse.worker.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The one PostgreSQL server of a home: made, started, found and stopped. Callers see to it that only one does so at a time.
 *
 * <p>A second start on a live data folder is refused by PostgreSQL too: by its own lock file, and by its shared memory if that
 * file is gone.
 */
final class PostgresServer {
    static final String USER = "recourse";
    static final String DATABASE = "recourse";

    /** Below the ports that systems hand out to outgoing connections, so that it is still free after a restart. */
    private static final int FIRST_PORT = 15_000;

    private static final int PORTS = 17_000;
    private static final int START_TRIES = 20;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Recovery after a crash can take its time. */
    private static final int START_SECONDS = 300;

    private static final int STOP_SECONDS = 60;
    private static final long LOG_BYTES = 4 << 20;
    private static final int LOG_TAIL_LINES = 12;

    private final Path folder;
    private final Path data;
    private final Path log;
    private final String password;
    private final PostgresBinaries binaries;
    private final OtherUser as;

    PostgresServer(Path folder, String password, PostgresBinaries binaries, OtherUser as) {
        this.folder = folder;
        this.data = folder.resolve("data");
        this.log = folder.resolve("server.log");
        this.password = password;
        this.binaries = binaries;
        this.as = as;
    }

    /** Attaches to the server that runs, or starts it, after making its data the first time. The answer is its port. */
    int running(Consumer<String> progress) throws IOException {
        if (!Files.isDirectory(data)) {
            progress.accept(Texts.say("postgres.creating", folder));
            create();
        }
        Optional<PostmasterFile> found = settled(progress);
        if (found.isPresent()) {
            return found.get().port();
        }
        progress.accept(Texts.say("postgres.starting"));
        return start();
    }

    /** Stops the server if it runs; connections that are left are cut, open transactions rolled back. */
    void stop() throws IOException {
        if (PostmasterFile.in(data).filter(PostmasterFile::lives).isEmpty()) {
            return;
        }
        Command fast = pgCtl("stop", "-m", "fast", "-t", String.valueOf(STOP_SECONDS));
        if (!fast.succeeded()) {
            insist(pgCtl("stop", "-m", "immediate", "-t", String.valueOf(STOP_SECONDS)), "pg_ctl stop");
        }
    }

    // Whoever is killed here leaves a draft, never half a database under its final name.
    private void create() throws IOException {
        Path draft = folder.resolve("data.draft");
        OwnerOnly.delete(draft);
        OwnerOnly.folder(draft);
        as.own(draft);
        Path words = folder.resolve("password.draft");
        OwnerOnly.write(words, password + "\n");
        as.own(words);
        try {
            insist(run(initdb(draft, words), ""), "initdb");
        } finally {
            Files.deleteIfExists(words);
        }
        String include =
                "\n# Settings of your own go into postgresql.auto.conf, with ALTER SYSTEM.\ninclude 'recourse.conf'\n";
        Files.writeString(draft.resolve("postgresql.conf"), include, StandardOpenOption.APPEND);
        configure(draft, anyFreePort());
        List<String> single = List.of(
                binaries.program("postgres"),
                "--single",
                "-D",
                draft.getFileName().toString(),
                "postgres");
        insist(run(single, "create database " + DATABASE + ";\n"), "postgres --single");
        OwnerOnly.rename(draft, data);
    }

    // The builtin provider knows Unicode's letters and sorts the same on every system; ICU's collations are there for
    // asking.
    private List<String> initdb(Path draft, Path words) {
        return List.of(
                binaries.program("initdb"),
                "--pgdata=" + draft.getFileName(),
                "--username=" + USER,
                "--pwfile=" + words.getFileName(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
    }

    /** The server that answers, after waiting for one that is about to start or to stop; empty if there is none. */
    private Optional<PostmasterFile> settled(Consumer<String> progress) throws IOException {
        Instant giveUp = Instant.now().plus(PATIENCE);
        boolean told = false;
        for (Optional<PostmasterFile> found = PostmasterFile.in(data);
                found.isPresent();
                found = PostmasterFile.in(data)) {
            PostmasterFile postmaster = found.get();
            if (postmaster.answers() && postmaster.lives()) {
                return found;
            }
            if (!postmaster.lives()) {
                forget(postmaster);
                return Optional.empty();
            }
            if (!told) {
                progress.accept(Texts.say("postgres.waiting"));
                told = true;
            }
            if (Instant.now().isAfter(giveUp)) {
                throw new EmbeddedFailure(Texts.say("postgres.unresponsive", folder, postmaster.pid(), log));
            }
            pause(POLL);
        }
        return Optional.empty();
    }

    // PostgreSQL clears away the file of a dead process, but takes any process that got its number since for a server.
    private void forget(PostmasterFile postmaster) throws IOException {
        if (ProcessHandle.of(postmaster.pid()).filter(ProcessHandle::isAlive).isPresent()) {
            Files.deleteIfExists(PostmasterFile.path(data));
        }
    }

    private int start() throws IOException {
        int port = rememberedPort().filter(PostgresServer::isFree).orElseGet(PostgresServer::anyFreePort);
        turnLog();
        for (int left = START_TRIES; ; left--) {
            configure(data, port);
            as.own(data);
            long before = Files.size(log);
            if (pgCtl("start", "-l", log.getFileName().toString(), "-t", String.valueOf(START_SECONDS))
                    .succeeded()) {
                return port;
            }
            String said = logFrom(before);
            boolean portTaken = said.contains("could not bind") || said.contains("could not create any TCP/IP sockets");
            // Processes of a server that was killed need a moment to notice.
            boolean othersLeaving = said.contains("still in use");
            if (left == 0 || !(portTaken || othersLeaving)) {
                throw new EmbeddedFailure(Texts.say("postgres.failed", folder, log, tail(said)));
            }
            port = portTaken ? anyFreePort() : port;
            pause(BETWEEN_TRIES);
        }
    }

    // Written anew at each start: a newer Recourse brings its own settings to an older home.
    private void configure(Path to, int port) throws IOException {
        OwnerOnly.write(to.resolve("recourse.conf"), """
                # Written by Recourse at each start.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 100
                password_encryption = 'scram-sha-256'
                fsync = on
                synchronous_commit = on
                full_page_writes = on
                shared_buffers = '64MB'
                min_wal_size = '64MB'
                max_wal_size = '512MB'
                wal_level = minimal
                max_wal_senders = 0
                max_logical_replication_workers = 0
                timezone = 'UTC'
                log_timezone = 'UTC'
                # No statements and no values of rows: the log says how the server does, the ledger what was done.
                logging_collector = off
                log_statement = 'none'
                log_min_messages = 'log'
                log_min_error_statement = 'panic'
                log_error_verbosity = 'terse'
                """.formatted(port));
    }

    private Optional<Integer> rememberedPort() throws IOException {
        Path settings = data.resolve("recourse.conf");
        if (!Files.exists(settings)) {
            return Optional.empty();
        }
        return Files.readAllLines(settings).stream()
                .filter(line -> line.startsWith("port = "))
                .map(line -> Integer.valueOf(line.substring("port = ".length())))
                .findFirst();
    }

    private static int anyFreePort() {
        RandomGenerator random = new SecureRandom();
        for (int left = PORTS; left > 0; left--) {
            int port = FIRST_PORT + random.nextInt(PORTS);
            if (isFree(port)) {
                return port;
            }
        }
        throw new UncheckedIOException(new IOException("No free port on 127.0.0.1"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, PostmasterFile.host())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void turnLog() throws IOException {
        try (var channel = OwnerOnly.channel(log, StandardOpenOption.WRITE)) {
            if (channel.size() > LOG_BYTES) {
                Files.move(log, log.resolveSibling("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
                OwnerOnly.channel(log, StandardOpenOption.WRITE).close();
            }
        }
        as.own(log);
    }

    private String logFrom(long start) throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = (int) Math.min(start, all.length);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }

    private static String tail(String text) {
        List<String> lines = Arrays.asList(text.strip().split("\n"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private Command pgCtl(String verb, String... options) throws IOException {
        ArrayList<String> all = new ArrayList<>(List.of(binaries.program("pg_ctl"), verb, "-w", "-s", "-D", "data"));
        all.addAll(List.of(options));
        return run(all, "");
    }

    private Command run(List<String> arguments, String input) throws IOException {
        return Command.run(folder, as.command(arguments), input);
    }

    private static void insist(Command command, String name) {
        if (!command.succeeded()) {
            throw new EmbeddedFailure(
                    Texts.say("postgres.command_failed", name, command.code(), tail(command.output())));
        }
    }

    private static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for PostgreSQL");
        }
    }
}
