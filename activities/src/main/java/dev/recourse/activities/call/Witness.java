package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor.ActivityOutput;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a row for activities that are not tools: their name, when, and how they ended, never what they were given.
 *
 * <p>It only watches: if the row cannot be written, the activity goes on all the same.
 */
final class Witness {

    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);

    private final Database database;

    Witness(Database database) {
        this.database = database;
    }

    ActivityOutput watch(Supplier<Call> seen, Supplier<ActivityOutput> activity) {
        Optional<Call> call = call(seen);
        ActivityOutput output;
        try {
            output = activity.get();
        } catch (RuntimeException | Error failed) {
            call.ifPresent(known -> write(known, failure(failed)));
            throw failed;
        }
        call.ifPresent(known -> write(known, Answer.success("{}")));
        return output;
    }

    private static Optional<Call> call(Supplier<Call> seen) {
        try {
            return Optional.of(seen.get());
        } catch (RuntimeException unknown) {
            LOG.warn("An activity has no row: {}", unknown.getMessage());
            return Optional.empty();
        }
    }

    /** What it did is not known here; that it threw is. */
    private static Answer failure(Throwable failed) {
        String error = Json.write(JsonNodeFactory.instance
                .objectNode()
                .put("type", "internal_error")
                .put("code", "ACTIVITY_FAILED")
                .put("message", failed.getClass().getSimpleName()));
        return new Answer(Answer.Status.ERROR, Answer.Outcome.UNKNOWN, "{}", error, null);
    }

    private void write(Call call, Answer answer) {
        try {
            Request watched = watched(call);
            database.in(
                    Scope.of(call.workspace()).by(watched.principal()), tx -> new Ledger(tx).record(watched, answer));
        } catch (RuntimeException unwritten) {
            LOG.warn("An activity has no row: {}", unwritten.getMessage());
        }
    }

    /** One row per attempt: these may be retried. */
    private static Request watched(Call call) {
        Request r = call.request();
        String place = r.workflowId() + "/" + r.runId() + "/" + r.activityId() + "/" + call.attempt();
        return new Request(
                ExecutionId.ofActivity(call.workspace(), place),
                r.tool(),
                Request.Kind.ACTIVITY,
                "{}",
                r.hash(),
                r.principal(),
                r.agentSessionId(),
                r.sessionId(),
                r.context(),
                null,
                null,
                null,
                r.workflowId(),
                r.runId(),
                r.activityId(),
                r.startedAt());
    }
}
