package dev.recourse.activities.tool;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call needs somebody's approval.
 *
 * @param code key of the sentence in both bundles
 * @param args what the sentence needs, by name
 * @param within how long it may be decided on, where that is less than usual; else null
 */
public record ApprovalReason(
        String code, Map<String, Object> args, @Nullable Duration within) {

    public ApprovalReason {
        args = Map.copyOf(args);
    }

    public ApprovalReason(String code, Map<String, Object> args) {
        this(code, args, null);
    }

    public ApprovalReason(String code) {
        this(code, Map.of());
    }
}
