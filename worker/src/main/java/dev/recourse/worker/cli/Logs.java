package dev.recourse.worker.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where logs go: commands write warnings to a file in the home, the worker writes JSON lines to standard error. */
final class Logs {
    private static final String PLACE = "dev/recourse/worker/cli/";
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int REFERENCE_LENGTH = 8;

    private Logs() {}

    /** For a command: warnings and worse, to a file a day in {@code logs} of that home. Called before anything logs. */
    static void toFile(Path home) {
        System.setProperty("recourse.logs", folder(home).toString());
        configure("logs-of-commands.xml");
    }

    /** For the worker: JSON lines on standard error. Called before anything logs. */
    static void toStandardError() {
        configure("logs-of-worker.xml");
    }

    /**
     * Keeps the whole trace of a defect where only the home's owner reads it.
     *
     * @return a reference to find it by, and the file; the file is null if none could be written
     */
    static Kept keep(Throwable defect, Path home) {
        String reference = reference();
        Path file = folder(home).resolve("defects.log");
        StringWriter trace = new StringWriter();
        defect.printStackTrace(new PrintWriter(trace));
        try {
            makeFolder(folder(home));
            Files.writeString(
                    file,
                    Instant.now() + " " + reference + "\n" + trace + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return new Kept(reference, file);
        } catch (IOException e) {
            return new Kept(reference, null);
        }
    }

    record Kept(String reference, @Nullable Path file) {}

    private static void configure(String resource) {
        // An unwritable file or a warning about the configuration would otherwise be printed among the results.
        System.setProperty("logback.statusListenerClass", "ch.qos.logback.core.status.NopStatusListener");
        System.setProperty("logback.configurationFile", PLACE + resource);
        // The drivers and gRPC speak to java.util.logging, whose own handler prints to the terminal.
        LogManager.getLogManager().reset();
        SLF4JBridgeHandler.install();
    }

    private static Path folder(Path home) {
        return home.resolve("logs");
    }

    private static void makeFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private static String reference() {
        SecureRandom random = new SecureRandom();
        StringBuilder reference = new StringBuilder();
        for (int i = 0; i < REFERENCE_LENGTH; i++) {
            reference.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return reference.toString();
    }
}
