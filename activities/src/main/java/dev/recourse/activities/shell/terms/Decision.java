package dev.recourse.activities.shell.terms;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a command runs, waits for a person, or never runs; the later, the stricter. */
public enum Decision {
    ALLOW,
    ASK,
    DENY;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
