package dev.recourse.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process does. */
final class Eventually {
    private static final Duration AT_MOST = Duration.ofMinutes(2);
    private static final int BETWEEN_LOOKS_MILLIS = 20;

    private Eventually() {}

    /** Returns when it is so; fails where it never is. */
    static void holds(BooleanSupplier so) {
        Instant giveUp = Instant.now().plus(AT_MOST);
        while (!so.getAsBoolean()) {
            if (Instant.now().isAfter(giveUp)) {
                throw new AssertionError("not so after " + AT_MOST);
            }
            try {
                Thread.sleep(BETWEEN_LOOKS_MILLIS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", stopped);
            }
        }
    }
}
