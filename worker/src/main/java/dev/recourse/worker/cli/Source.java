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
        return of(name, world, StrictJson.MAX_BYTES);
    }

    /**
     * The same for what may be of another size.
     *
     * @param most so many bytes are read, and one more, by which it shows that there are too many
     */
    static Source of(String name, World world, int most) {
        if (name.equals("-")) {
            return standardInput(world, most);
        }
        try {
            return file(name, Path.of(name), most);
        } catch (InvalidPathException e) {
            throw new WrongUsage("'" + Texts.oneLine(name) + "' is no file name: " + e.getReason() + ".");
        }
    }

    private static Source standardInput(World world, int most) {
        try {
            return new Source("standard input", world.in().readNBytes(most + 1));
        } catch (IOException e) {
            throw new WrongUsage("Standard input can't be read: " + e.getMessage() + ".");
        }
    }

    private static Source file(String name, Path path, int most) {
        if (Files.isDirectory(path)) {
            throw new WrongUsage(name + " is a directory; a file is expected.");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new Source(name, in.readNBytes(most + 1));
        } catch (NoSuchFileException e) {
            throw new WrongUsage(name + " does not exist (looked for " + path.toAbsolutePath() + ").");
        } catch (AccessDeniedException e) {
            throw new WrongUsage(name + " may not be read by this user.");
        } catch (IOException e) {
            throw new WrongUsage(name + " can't be read: " + e.getMessage() + ".");
        }
    }

    /** What it holds, read strictly. */
    StrictJson.Document json() {
        return StrictJson.read(name, bytes);
    }

    /** What it holds, as a batch. */
    ObjectNode batch() {
        return BatchFile.read(name, bytes);
    }

    /** What it holds, as it is. */
    byte[] bytes() {
        return bytes;
    }

    String name() {
        return name;
    }
}
