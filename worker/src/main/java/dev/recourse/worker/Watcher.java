package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.approval.Approvals;
import dev.recourse.worker.client.RecourseClient;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what is waited for until it is over: shows how far it is, or what has to be approved. */
final class Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
    private static final Duration BETWEEN_DECISIONS = Duration.ofSeconds(1);

    private final Settings settings;
    private final Progress progress;
    private final Parts parts;
    private final Running running;
    private final RecourseClient.Started started;

    Watcher(Settings settings, Progress progress, Parts parts, Running running, RecourseClient.Started started) {
        this.settings = settings;
        this.progress = progress;
        this.parts = parts;
        this.running = running;
        this.started = started;
    }

    /** Begins to look, on a thread of its own. */
    void start() {
        Thread watcher = new Thread(this::watch, "progress");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        try {
            while (!running.over(running.waiting() ? BETWEEN_DECISIONS : BETWEEN_LOOKS)) {
                look(started.progress());
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(@Nullable JsonNode seen) {
        running.waiting(seen != null && seen.has("approval"));
        String part = running.part();
        if (seen != null && running.waiting()) {
            waits(seen.path("approval"));
        } else if (part != null && seen != null && seen.path("total").asInt() > 0) {
            boolean back = seen.path("phase").asText().equals("rolling_back");
            progress.doing(
                    back ? "rolling back" : part,
                    seen.path("done").asLong(),
                    seen.path("total").asLong());
        }
    }

    /**
     * Says what it waits for. Whoever decides in another process can't reach the Temporal of this one, so this one looks
     * whether somebody has.
     */
    private void waits(JsonNode asked) {
        String id = asked.path("approval_id").asText();
        progress.doing("to approve: recourse approvals approve " + id);
        if (settings.cluster()) {
            return;
        }
        try {
            if (decided(id)) {
                started.decided();
            }
        } catch (RuntimeException notNow) {
            LOG.debug("Nobody can say whether it was decided: {}", notNow.toString());
        }
    }

    private boolean decided(String id) {
        return parts.database()
                .in(parts.scope(), tx -> new Approvals(tx).find(UUID.fromString(id)))
                .filter(row -> row.decision() != null)
                .isPresent();
    }
}
