package dev.recourse.worker.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The settings an embedded server runs with, in a file of ours beside PostgreSQL's; the port among them, which is remembered
 * there.
 *
 * <p>The file is written anew at each start: a newer Recourse brings its own settings to an older home.
 */
final class PostgresSettings {
    /** The end of postgresql.conf, where the last word counts; only {@code alter system} comes after it. */
    static final String INCLUDE = "\ninclude 'recourse.conf'\n";

    private static final String PORT = "port = ";

    /** Below the ports that systems hand out to outgoing connections, so that ours is still free after a restart. */
    private static final int FIRST_PORT = 15_000;

    private static final int PORTS = 17_000;

    private PostgresSettings() {}

    static void write(Path data, int port) throws IOException {
        OwnerOnly.write(file(data), """
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

    /** The port of the last start; empty if the file is gone. */
    static Optional<Integer> port(Path data) throws IOException {
        if (!Files.exists(file(data))) {
            return Optional.empty();
        }
        return Files.readAllLines(file(data)).stream()
                .filter(line -> line.startsWith(PORT))
                .map(line -> Integer.valueOf(line.substring(PORT.length())))
                .findFirst();
    }

    static int anyFreePort() {
        RandomGenerator random = new SecureRandom();
        for (int left = PORTS; left > 0; left--) {
            int port = FIRST_PORT + random.nextInt(PORTS);
            if (isFree(port)) {
                return port;
            }
        }
        throw new UncheckedIOException(new IOException("No free port on 127.0.0.1"));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, PostmasterFile.host())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path file(Path data) {
        return data.resolve("recourse.conf");
    }
}
