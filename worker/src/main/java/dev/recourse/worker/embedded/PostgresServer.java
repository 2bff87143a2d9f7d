package dev.recourse.worker.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The one PostgreSQL server of a home: made, started, found and stopped. Callers see to it that only one does so at a time.
 *
 * <p>A second start on a live data folder is refused by PostgreSQL too: by its own lock file, and by its shared memory if that
 * file is gone.
 */
final class PostgresServer {
    static final String USER = "recourse";
    static final String DATABASE = "recourse";

    private static final String DRAFT = ".draft";
    private static final int PORT_LOOKS = 10;
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

    // Whoever is killed here leaves a draft, never half a database under its final name. Its initdb may go on writing
    // for a
    // moment: so each draft has a name of its own.
    private void create() throws IOException {
        clearDrafts();
        String attempt = UUID.randomUUID() + DRAFT;
        Path draft = OwnerOnly.folder(folder.resolve("data-" + attempt));
        Path words = folder.resolve("password-" + attempt);
        as.own(draft);
        try {
            OwnerOnly.write(words, password + "\n");
            as.own(words);
            insist(run(initdb(draft, words), ""), "initdb");
            Files.writeString(draft.resolve("postgresql.conf"), PostgresSettings.INCLUDE, StandardOpenOption.APPEND);
            PostgresSettings.write(draft, PostgresSettings.anyFreePort());
            insist(run(single(draft), "create database " + DATABASE + ";\n"), "postgres --single");
            OwnerOnly.rename(draft, data);
        } finally {
            clearDrafts();
        }
    }

    private void clearDrafts() throws IOException {
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, "*" + DRAFT)) {
            for (Path draft : drafts) {
                OwnerOnly.delete(draft);
            }
        } catch (DirectoryNotEmptyException e) {
            // Somebody still writes there; the next start clears it away.
        }
    }

    private List<String> single(Path draft) {
        String name = draft.getFileName().toString();
        return List.of(binaries.program("postgres"), "--single", "-D", name, "postgres");
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
        Optional<PostmasterFile> found = PostmasterFile.in(data);
        if (found.isPresent() && !found.get().answers() && found.get().lives()) {
            progress.accept(Texts.say("postgres.waiting"));
        }
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (found.isPresent() && found.get().lives()) {
            if (found.get().answers()) {
                return found;
            }
            if (Instant.now().isAfter(giveUp)) {
                throw new EmbeddedFailure(
                        Texts.say("postgres.unresponsive", folder, found.get().pid(), log));
            }
            pause(POLL);
            found = PostmasterFile.in(data);
        }
        if (found.isPresent()) {
            forget(found.get());
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
        clearDrafts();
        turnLog();
        int port = port();
        for (int left = START_TRIES; left > 0; left--) {
            String said = start(port);
            if (said.isEmpty()) {
                return port;
            }
            boolean portTaken = said.contains("could not bind") || said.contains("could not create any TCP/IP sockets");
            // Processes of a server that was killed need a moment to notice.
            boolean othersLeaving = said.contains("still in use");
            if (!portTaken && !othersLeaving) {
                throw new EmbeddedFailure(Texts.say("postgres.failed", folder, log, tail(said)));
            }
            port = portTaken ? PostgresSettings.anyFreePort() : port;
            pause(BETWEEN_TRIES);
        }
        throw new EmbeddedFailure(Texts.say("postgres.failed", folder, log, tail(logFrom(0))));
    }

    /** The port it had, so that who had it open finds it again; the last sessions of a killed server hold it for a moment. */
    private int port() throws IOException {
        Optional<Integer> kept = PostgresSettings.port(data);
        for (int left = PORT_LOOKS; kept.isPresent() && left > 0; left--) {
            if (PostgresSettings.isFree(kept.get())) {
                return kept.get();
            }
            pause(POLL);
        }
        return PostgresSettings.anyFreePort();
    }

    /** Empty if it runs now, else what it said before it gave up. */
    private String start(int port) throws IOException {
        PostgresSettings.write(data, port);
        as.own(data);
        long before = Files.size(log);
        Command start = pgCtl("start", "-l", log.getFileName().toString(), "-t", String.valueOf(START_SECONDS));
        return start.succeeded() ? "" : logFrom(before) + "\n" + start.output();
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
