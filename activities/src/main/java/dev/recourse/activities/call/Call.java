package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Scope;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.workspace.Workspaces;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything one call is, decided once; nothing after this reads a context, a header or a thread local.
 *
 * @param request what the ledger will say of it, id included
 * @param inputs as sent; an empty object where they could not be read
 * @param timeLeft how long the activity may take
 * @param attempt of the activity, from 1
 * @param refused why it cannot be taken further: unreadable, or not who it says it is; null if it can
 */
record Call(
        UUID workspace,
        Request request,
        JsonNode inputs,
        CallKey key,
        Duration timeLeft,
        int attempt,
        @Nullable ToolFailure refused) {

    /** The part of the time that PostgreSQL gets: what is left is for the answer to travel. */
    private static final double DATABASE_SHARE = 0.8;

    /** No tool needs longer, whatever time a workflow of others gives it. */
    private static final long LONGEST_MILLIS = 50_000;

    String tool() {
        return request.tool();
    }

    boolean dryRun() {
        return key.dryRun();
    }

    /** How it came in, as its identity says. */
    String source() {
        return Json.recorded(request.context()).path("source").asText();
    }

    /** The transaction this call runs in. */
    Scope scope() {
        return Scope.of(workspace)
                .by(request.principal())
                .executing(request.id())
                .within(Duration.ofMillis(Math.min(LONGEST_MILLIS, (long) (timeLeft.toMillis() * DATABASE_SHARE))));
    }

    /** The same call as another execution. */
    Call as(Request other) {
        return new Call(workspace, other, inputs, key, timeLeft, attempt, refused);
    }

    /** The same call as a dry run of it, which stands in nobody's way. */
    Call rehearsed() {
        Request rehearsed = request.rehearsed(ExecutionId.random(), Calls.rehearsed(request.context()));
        return new Call(workspace, rehearsed, inputs, key.rehearsed(), timeLeft, attempt, refused);
    }

    /** The same call, refused, on the books of the system workspace: it named one that does not exist. */
    Call nowhere() {
        return new Call(
                Workspaces.SYSTEM,
                request.as(ExecutionId.random()),
                inputs,
                key,
                timeLeft,
                attempt,
                ToolFailure.denied("UNKNOWN_WORKSPACE"));
    }
}
