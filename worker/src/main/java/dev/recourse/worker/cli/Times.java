package dev.recourse.worker.cli;

import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Times of the ledger in the zone they are shown in; what is no time stays as it is written. */
final class Times {
    private static final DateTimeFormatter DATED = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private Times() {}

    static String dated(String time, Look look) {
        return shown(time, look, DATED);
    }

    static String clock(String time, Look look) {
        return shown(time, look, CLOCK);
    }

    private static String shown(String time, Look look, DateTimeFormatter as) {
        try {
            ZonedDateTime there = OffsetDateTime.parse(time).atZoneSameInstant(look.zone());
            return as.format(there);
        } catch (DateTimeParseException unknown) {
            return time;
        }
    }
}
