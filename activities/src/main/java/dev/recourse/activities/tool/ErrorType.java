package dev.recourse.activities.tool;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The ten ways a call ends without its effect; the wire name is what callers in any language compare with. */
public enum ErrorType {
    VALIDATION_ERROR,
    NOT_FOUND,
    DUPLICATE,
    EXTERNAL_API_ERROR,
    PERMISSION_DENIED,
    RATE_LIMITED,
    TIMEOUT,
    INTERNAL_ERROR,
    CONFLICT,
    PRECONDITION_FAILED;

    /** The name in JSON and as a Temporal failure type, such as {@code not_found}. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a wire name; throws {@link IllegalArgumentException} for any other text. */
    @JsonCreator
    public static ErrorType of(String wire) {
        for (ErrorType type : values()) {
            if (type.wire().equals(wire)) {
                return type;
            }
        }
        throw new IllegalArgumentException("Not an error type: '" + wire + "'.");
    }
}
