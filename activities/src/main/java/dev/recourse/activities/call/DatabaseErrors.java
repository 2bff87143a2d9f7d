package dev.recourse.activities.call;

import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.DatabaseRefusal;
import java.util.Map;

/** What a refusal of the database means to a caller: a table that can be read aloud. */
final class DatabaseErrors {

    /** Constraints that a tool could not check beforehand, because somebody was faster. */
    private static final Map<String, String> DUPLICATES = Map.of("contacts_phone", "PHONE_DUPLICATE");

    private DatabaseErrors() {}

    static ToolFailure failure(DatabaseRefusal refusal) {
        return switch (refusal.reason()) {
            case UNIQUE -> duplicate(refusal);
            case FOREIGN_KEY, CHECK, NOT_NULL, BAD_VALUE ->
                ToolFailure.of(ErrorType.VALIDATION_ERROR, "VALUE_REFUSED").with("constraint", named(refusal));
            case LOCK_TIMEOUT, SERIALIZATION -> ToolFailure.conflict("BUSY").mayRetry();
            case STATEMENT_TIMEOUT, CONNECTION_LOST -> ToolFailure.timeout("TIMEOUT");
            case UNREACHABLE ->
                ToolFailure.internal("DATABASE_UNAVAILABLE", refusal).mayRetry();
            case NOT_ALLOWED, NO_EXECUTION, OTHER -> ToolFailure.internal("INTERNAL_ERROR", refusal);
        };
    }

    private static ToolFailure duplicate(DatabaseRefusal refusal) {
        String code = DUPLICATES.get(named(refusal));
        return code == null ? ToolFailure.conflict("BUSY").mayRetry() : ToolFailure.duplicate(code);
    }

    private static String named(DatabaseRefusal refusal) {
        String constraint = refusal.constraint();
        return constraint == null ? refusal.reason().name() : constraint;
    }
}
