package dev.recourse.worker.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Other programs, as a shell finds them. */
final class Programs {
    private Programs() {}

    /** The first of that name on a search path such as {@code PATH}. */
    static Optional<Path> on(String path, String name) {
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .flatMap(folder -> Stream.of(folder + File.separator + name, folder + File.separator + name + ".exe"))
                .flatMap(Programs::path)
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .map(Path::toAbsolutePath)
                .findFirst();
    }

    /**
     * What to put in front of a command so that Ctrl-C in the terminal doesn't reach it; nothing where there is no such program. It
     * becomes the command, and keeps its process id.
     */
    static List<String> inItsOwnGroup(String path) {
        return on(path, "setsid")
                .map(setsid -> List.of(setsid.toString()))
                .or(() -> on(path, "perl").map(perl -> List.of(perl.toString(), "-e", "setpgrp; exec @ARGV", "--")))
                .orElse(List.of());
    }

    private static Stream<Path> path(String text) {
        try {
            return Stream.of(Path.of(text));
        } catch (InvalidPathException none) {
            return Stream.empty();
        }
    }
}
