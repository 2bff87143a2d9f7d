package dev.recourse.worker.cli;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** A program that logs as commands and libraries do, for looking at where it ends up. */
final class LogsProbe {
    private LogsProbe() {}

    public static void main(String[] arguments) {
        if (arguments[0].equals("worker")) {
            Logs.toStandardError();
            new LoggedProgress().doing("starting up");
        } else {
            Logs.toFile(Path.of(arguments[1]));
        }
        LoggerFactory.getLogger("dev.recourse.probe").warn("a warning of ours");
        LoggerFactory.getLogger("com.zaxxer.hikari.pool").info("chatter of a pool");
        Logger.getLogger("io.grpc.probe").log(Level.INFO, "chatter of a driver");
        Logger.getLogger("io.grpc.probe").log(Level.WARNING, "a warning of a driver");
    }
}
