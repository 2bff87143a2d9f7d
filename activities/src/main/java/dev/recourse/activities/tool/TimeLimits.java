package dev.recourse.activities.tool;

import java.time.Duration;
import java.util.Map;

/** How long a tool may take, by its module. Part of workflow code: changing a number changes new workflows only. */
public final class TimeLimits {

    private static final Map<String, Duration> BY_MODULE =
            Map.of("crm", Duration.ofSeconds(5), "whatsapp", Duration.ofSeconds(15), "system", Duration.ofSeconds(10));
    private static final Duration OTHERS = Duration.ofSeconds(10);

    private TimeLimits() {}

    /**
     * The time of one call.
     *
     * @param tool a tool's name, known or not
     */
    public static Duration of(String tool) {
        return BY_MODULE.getOrDefault(tool.split("\\.", 2)[0], OTHERS);
    }
}
