package dev.recourse.worker.cli;

import dev.recourse.worker.WrongUsage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Points in time as people write them. */
final class Since {
    private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");

    private Since() {}

    /**
     * A date, a date and time with or without a zone, or how long ago ({@code 90s}, {@code 15m}, {@code 2h}, {@code 7d}).
     *
     * @throws WrongUsage for any other text
     */
    static Instant parse(String text, Clock clock) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return clock.instant().minus(duration(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        List<Function<String, Instant>> forms = List.of(
                t -> OffsetDateTime.parse(t).toInstant(),
                t -> LocalDateTime.parse(t).atZone(clock.getZone()).toInstant(),
                t -> LocalDate.parse(t).atStartOfDay(clock.getZone()).toInstant());
        for (Function<String, Instant> form : forms) {
            try {
                return form.apply(text);
            } catch (DateTimeParseException notThisOne) {
                // The next form is tried.
            }
        }
        throw new WrongUsage("'" + Texts.cut(Texts.oneLine(text), 60)
                + "' is no time. It is a date (2026-01-31), a time (2026-01-31T08:00, 2026-01-31T08:00Z), or how long ago"
                + " (90s, 15m, 2h, 7d).");
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
