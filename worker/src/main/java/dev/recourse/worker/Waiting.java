package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.Beacon;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for the answers of what is started, for as long as there is hope, and knows what is waited for. */
final class Waiting {
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final int QUIET_LOOKS = 3;

    private final Settings settings;
    private final Progress progress;
    private final Parts parts;
    private volatile @Nullable Running running;

    Waiting(Settings settings, Progress progress, Parts parts) {
        this.settings = settings;
        this.progress = progress;
        this.parts = parts;
    }

    /** What is waited for just now; null for nothing. */
    @Nullable
    Running running() {
        return running;
    }

    /**
     * Starts something and waits for its answer, showing how far it is.
     *
     * @throws ServiceUnavailable if what it needs has gone for good
     */
    ObjectNode answer(Running now, Supplier<RecourseClient.Started> start) {
        Running outer = running;
        running = now;
        try {
            RecourseClient.Started started = start.get();
            now.started(started);
            new Watcher(settings, progress, parts, now, started).start();
            return (ObjectNode) answer(started);
        } finally {
            running = outer;
            now.end();
        }
    }

    /** Bookkeeping goes on until it succeeds: without a database that would be for ever. */
    private JsonNode answer(RecourseClient.Started started) {
        for (int silent = 0; silent < QUIET_LOOKS; ) {
            try {
                Optional<JsonNode> answer = started.answer(QUIET);
                if (answer.isPresent()) {
                    return answer.get();
                }
                silent = settings.cluster() || parts.storage().answers() ? 0 : silent + 1;
            } catch (WorkflowException lost) {
                silent = unanswered(lost) ? 0 : silent + 1;
            }
        }
        throw settings.cluster() ? lost() : parts.storage().silent();
    }

    /** Whether there is hope for what was started, though Temporal does not answer. */
    private boolean unanswered(WorkflowException lost) {
        Beacon.Place dev = settings.dev();
        if (dev != null && !dev.server() && lost instanceof WorkflowNotFoundException) {
            throw Neighbour.gone(dev); // it was started again, and remembers nothing
        }
        if (!(lost.getCause() instanceof StatusRuntimeException told)
                || told.getStatus().getCode() != Status.Code.UNAVAILABLE) {
            throw lost;
        }
        progress.doing("waiting for Temporal, which does not answer");
        return dev != null && Neighbour.lives(settings);
    }

    private ServiceUnavailable lost() {
        Beacon.Place dev = settings.dev();
        return dev != null
                ? Neighbour.gone(dev)
                : new ServiceUnavailable(
                        Part.TEMPORAL,
                        "Temporal",
                        parts.engine().address(),
                        "It answered when this command began. What was started goes on when it is back.",
                        null);
    }
}
