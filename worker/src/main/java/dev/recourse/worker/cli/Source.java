package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.WrongUsage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A document that a command was given, in a file or on standard input, and what it is called in messages. */
final class Source {
    private final String name;
    private final byte[] bytes;

    Source(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * Reads the file of that name, or standard input for {@code -}.
     *
     * @throws WrongUsage if it can't be read, saying why
     */
    static Source of(String name, World world) {
        if (name.equals("-")) {
            return standardInput(world);
        }
        try {
            return file(name, Path.of(name));
        } catch (InvalidPathException e) {
            throw new WrongUsage("'" + Texts.oneLine(name) + "' is no file name: " + e.getReason() + ".");
        }
    }

    private static Source standardInput(World world) {
        try {
            return new Source("standard input", upToLimit(world.in()));
        } catch (IOException e) {
            throw new WrongUsage("Standard input can't be read: " + e.getMessage() + ".");
        }
    }

    private static Source file(String name, Path path) {
        if (Files.isDirectory(path)) {
            throw new WrongUsage(name + " is a directory; a file is expected.");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new Source(name, upToLimit(in));
        } catch (NoSuchFileException e) {
            throw new WrongUsage(name + " does not exist (looked for " + path.toAbsolutePath() + ").");
        } catch (AccessDeniedException e) {
            throw new WrongUsage(name + " may not be read by this user.");
        } catch (IOException e) {
            throw new WrongUsage(name + " can't be read: " + e.getMessage() + ".");
        }
    }

    /** One byte more than is allowed is enough to see that it is too much. */
    private static byte[] upToLimit(InputStream in) throws IOException {
        return in.readNBytes(StrictJson.MAX_BYTES + 1);
    }

    /** What it holds, read strictly. */
    StrictJson.Document json() {
        return StrictJson.read(name, bytes);
    }

    /** What it holds, as a batch. */
    ObjectNode batch() {
        return BatchFile.read(name, bytes);
    }

    String name() {
        return name;
    }
}
