package dev.recourse.activities.tool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure as the caller reads it, in the caller's language.
 *
 * @param code says which refusal it is, for programs
 * @param message says what is wrong, for people and models
 * @param suggestion says what to do about it; null where nobody can know
 * @param retryable whether the same call may succeed later, unchanged
 * @param details a list of {@code {field, message}} for a validation error, facts for others; null when there are none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ToolError(
        ErrorType type,
        String code,
        String message,
        @Nullable String suggestion,
        boolean retryable,
        @Nullable JsonNode details) {}
