package dev.recourse.activities.whatsapp;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The customer service window: 24 hours from the customer's last message, of which we leave the last two minutes. */
final class Window {
    private static final Duration OPEN = Duration.ofHours(24).minusMinutes(2);

    private Window() {}

    /**
     * Until when free text may be sent.
     *
     * @param lastInbound when the customer last wrote, by the vendor's clock; null if never
     * @return null where the window is closed
     */
    static @Nullable Instant expiry(@Nullable Instant lastInbound, Instant now) {
        if (lastInbound == null) {
            return null;
        }
        Instant expiry = lastInbound.plus(OPEN);
        return expiry.isAfter(now) ? expiry : null;
    }
}
