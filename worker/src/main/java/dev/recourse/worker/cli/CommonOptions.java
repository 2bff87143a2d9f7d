package dev.recourse.worker.cli;

import dev.recourse.worker.Progress;
import dev.recourse.worker.Service;
import dev.recourse.worker.Settings;
import dev.recourse.worker.WrongUsage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options every command knows, and what every command does with them: settings, service, output, and an end. */
final class CommonOptions {
    /** Nobody sees it: the JVM exits as the signal says. */
    private static final int INTERRUPTED = 130;

    private final World world;
    private final boolean knowsLines;
    private @Nullable ProgressLine progress;

    @Option(
            names = "--workspace",
            paramLabel = "ID|SLUG",
            description = "The workspace to act in. Default: RECOURSE_WORKSPACE, else 'default'.",
            order = 100)
    private @Nullable String workspace;

    @Option(
            names = "--session",
            paramLabel = "UUID",
            description = "The session that the calls belong to. Default: RECOURSE_SESSION, else a new one.",
            order = 101)
    private @Nullable String session;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table for people (default), json for programs; audit also knows jsonl.",
            order = 102)
    private Output.Format format = Output.Format.table;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on standard error.",
            order = 103)
    private boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.",
            order = 104)
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Shows the version.", order = 105)
    boolean version;

    /** @param knowsLines whether the command can answer in {@code jsonl} */
    CommonOptions(World world, boolean knowsLines) {
        this.world = world;
        this.knowsLines = knowsLines;
    }

    World world() {
        return world;
    }

    boolean json() {
        return format != Output.Format.table;
    }

    /** The session said on the command line, or null. */
    @Nullable
    String session() {
        return session;
    }

    /** Whether the workspace was said on the command line. */
    boolean saysWorkspace() {
        return workspace != null;
    }

    /** Whether the session was said on the command line. */
    boolean saysSession() {
        return session != null;
    }

    Settings settings() {
        return Settings.read(new Settings.Flags(workspace, session), world.environment());
    }

    Output output() {
        return new Output(world, format, this::clearProgress);
    }

    /** Says something to the person beside the result. */
    void note(String text) {
        if (!quiet) {
            clearProgress();
            world.err().println(text);
        }
    }

    /** For what a command starts before it knows its settings. */
    void logToHome() {
        Logs.toFile(Settings.home(world.environment()));
    }

    /** Opens the service, works with it, and closes it, on Ctrl-C too. */
    int with(Settings settings, Function<Service, ExitCode> work) {
        checkFormat();
        Logs.toFile(settings.throwAway() ? Settings.home(world.environment()) : settings.home());
        return open(settings, progress(), work);
    }

    /** For the worker: its logs go to standard error, and its progress is among them. */
    Progress logged() {
        checkFormat();
        Logs.toStandardError();
        return quiet ? Progress.SILENT : new LoggedProgress();
    }

    /** For what stays and somebody watches: its logs go to the home, its progress is shown. */
    Progress shown(Settings settings) {
        checkFormat();
        Logs.toFile(settings.home());
        return progress();
    }

    void clearProgress() {
        if (progress != null) {
            progress.clear();
        }
    }

    private static int open(Settings settings, Progress progress, Function<Service, ExitCode> work) {
        try (Service service = Service.open(settings, progress)) {
            return interruptible(service::closing, () -> work.apply(service));
        }
    }

    /** On a signal another thread closes the service: what fails here then was closed on purpose. */
    static int interruptible(BooleanSupplier closing, Supplier<ExitCode> work) {
        try {
            return work.get().code();
        } catch (RuntimeException | Error e) {
            if (closing.getAsBoolean()) {
                return INTERRUPTED;
            }
            throw e;
        }
    }

    private Progress progress() {
        if (quiet) {
            return Progress.SILENT;
        }
        boolean inPlace = world.terminal().showsErr();
        ProgressLine line = new ProgressLine(
                world.err(), inPlace, inPlace ? world.terminal().columns() : 0);
        progress = line;
        return line;
    }

    /** Refuses a form this command doesn't know, before anything is done. */
    void checkFormat() {
        if (format == Output.Format.jsonl && !knowsLines) {
            throw new WrongUsage("-o jsonl is for audit only; here it is table or json.");
        }
    }
}
