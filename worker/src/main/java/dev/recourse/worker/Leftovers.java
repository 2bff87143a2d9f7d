package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.Scope;
import dev.recourse.db.ledger.Batches;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** The batches that killed commands left open: their workflows are gone, their ledger is not. */
final class Leftovers {
    private final Settings settings;
    private final Progress progress;
    private final Parts parts;
    private final Waiting waiting;
    private final AtomicBoolean settled = new AtomicBoolean();

    Leftovers(Settings settings, Progress progress, Parts parts, Waiting waiting) {
        this.settings = settings;
        this.progress = progress;
        this.parts = parts;
        this.waiting = waiting;
    }

    /** Rolls them back, or closes those that were not atomic. Looks for them once; not where workers run elsewhere. */
    void settle() {
        boolean others = settings.cluster() && settings.dev() == null;
        if (others || !settled.compareAndSet(false, true)) {
            return;
        }
        Scope here = parts.scope();
        for (Batches.Abandoned left : parts.database().in(here, tx -> new Batches(tx).abandoned())) {
            progress.doing((left.atomic() ? "rolling back" : "closing") + " batch " + left.batchId()
                    + ", which was left unfinished when its command died");
            String status = left.atomic() ? rolledBack(left.batchId()) : "partial";
            parts.database().in(here, tx -> {
                new Batches(tx).close(left.batchId(), status);
                return status;
            });
        }
    }

    /** Answers the status that the batch has then. */
    private String rolledBack(UUID batch) {
        Engine open = parts.engine(); // before anybody waits for an answer
        JsonNode answer =
                waiting.answer(Running.rollback(), () -> parts.client(open).rollback(batch, false));
        return switch (answer.path("status").asText()) {
            case "undone" -> "rolled_back";
            case "stuck" -> "stuck";
            default -> "partial";
        };
    }
}
