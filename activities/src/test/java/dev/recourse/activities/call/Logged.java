package dev.recourse.activities.call;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Everything that anybody logs while this is open, at every level, stack traces included. */
final class Logged implements AutoCloseable {
    private final PrintStream console = System.out;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Map<Logger, Level> levels = new HashMap<>();

    Logged() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        for (Logger logger : loggers.getLoggerList()) {
            if (logger.getLevel() != null) {
                levels.put(logger, logger.getLevel());
                logger.setLevel(Level.TRACE);
            }
        }
        // The appender of the tests writes to what is standard output at that moment.
        System.setOut(new PrintStream(lines, true, StandardCharsets.UTF_8));
    }

    String text() {
        return lines.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setOut(console);
        levels.forEach(Logger::setLevel);
    }
}
