package dev.recourse.worker.standin;

import dev.recourse.activities.tool.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What was received, in memory and, a JSON line each, in a file that holds every line before it is answered. */
final class Journal implements AutoCloseable {
    private final List<Received> received = new ArrayList<>();
    private final @Nullable FileChannel file;

    Journal(@Nullable Path file) throws IOException {
        this.file = file == null
                ? null
                : FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Notes a request under the next number. */
    synchronized Received add(IntFunction<Received> request) {
        Received noted = request.apply(received.size() + 1);
        received.add(noted);
        if (file != null) {
            write(file, Json.write(noted.json()) + "\n");
        }
        return noted;
    }

    synchronized List<Received> all() {
        return List.copyOf(received);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private static void write(FileChannel file, String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("The log of the stand-in can't be written.", e);
        }
    }
}
