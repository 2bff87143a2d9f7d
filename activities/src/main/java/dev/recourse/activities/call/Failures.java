package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolError;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;

/** How an error travels through Temporal: a failure that is never retried and shows type, code and suggestion. */
final class Failures {

    private Failures() {}

    /**
     * A settled error.
     *
     * @param envelope the whole answer: whoever finds it in the details knows that the error is recorded
     */
    static ApplicationFailure settled(ToolError error, JsonNode envelope) {
        boolean defect = error.type() == ErrorType.INTERNAL_ERROR;
        return plain(ApplicationFailure.newBuilder()
                .setMessage(text(error))
                .setType(error.type().wire())
                .setNonRetryable(true)
                .setCategory(defect ? ApplicationErrorCategory.UNSPECIFIED : ApplicationErrorCategory.BENIGN)
                .setDetails(Json.tree(error), envelope)
                .build());
    }

    /** Somebody has to decide first: the details hold the request, and nothing is recorded under the call's id. */
    static ApplicationFailure waiting(Waiting waiting) {
        return plain(ApplicationFailure.newBuilder()
                .setMessage("APPROVAL_REQUIRED: "
                        + waiting.request().path("for_user").asText())
                .setType(Bookkeeping.APPROVAL_PENDING)
                .setNonRetryable(true)
                .setCategory(ApplicationErrorCategory.BENIGN)
                .setDetails(waiting.request())
                .build());
    }

    /** Nothing is recorded yet: the details hold the error alone. */
    static ApplicationFailure unsettled(Unsettled unsettled) {
        return plain(ApplicationFailure.newBuilder()
                .setMessage(text(unsettled.error()))
                .setType(unsettled.error().type().wire())
                .setNextRetryDelay(unsettled.again())
                .setDetails(Json.tree(unsettled.error()))
                .build());
    }

    /** Without a stack trace: it would go into histories, and says nothing about the call. */
    private static ApplicationFailure plain(ApplicationFailure failure) {
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    private static String text(ToolError error) {
        String suggestion = error.suggestion() == null ? "" : " " + error.suggestion();
        return error.code() + ": " + error.message() + suggestion;
    }
}
