package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.embedded.Beacon;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The worker of this process: waits for what is not up yet, begins, stays until it is stopped, and says how it is. */
final class WorkerRun {
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(3);

    private final Settings settings;
    private final Progress progress;
    private final Parts parts;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable ServiceUnavailable missing;

    WorkerRun(Settings settings, Progress progress, Parts parts) {
        this.settings = settings;
        this.progress = progress;
        this.parts = parts;
    }

    /**
     * Connects to everything and begins to work; a second time does nothing.
     *
     * @param patience how long it waits for services that are not up yet
     */
    void begin(Duration patience) {
        Beacon.Place dev = settings.dev();
        if (dev != null && !dev.server()) {
            throw new WrongUsage("recourse dev on this home has a worker already, and its Temporal, which is inside its"
                    + " process, serves no second one.");
        }
        Instant giveUp = Instant.now().plus(patience);
        while (!begun(giveUp)) {
            try {
                if (stopped.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("closed");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
    }

    private boolean begun(Instant giveUp) {
        try {
            parts.workingEngine(missing != null);
            missing = null;
            return true;
        } catch (ServiceUnavailable notYet) {
            missing = notYet;
            if (!notYet.passing() || !Instant.now().isBefore(giveUp)) {
                throw notYet;
            }
            progress.doing("waiting for " + notYet.what() + " at " + notYet.address()
                    + ServiceUnavailable.because(notYet.getCause()));
            return false;
        }
    }

    /** Waits until it is stopped. */
    void stay() throws InterruptedException {
        stopped.await();
    }

    /** Ends every wait; what was opened is closed by whoever closes the parts. */
    void stop() {
        stopped.countDown();
    }

    /** How it is. What Temporal was missing for had its database already, for that is opened before. */
    ObjectNode health() {
        Engine open = parts.opened();
        ServiceUnavailable gone = missing;
        boolean database = open == null
                ? gone != null && gone.part() == Part.TEMPORAL
                : !parts.closing() && parts.storage().answers();
        boolean temporal = open != null && open.answers();
        boolean worker = open != null && open.works() && !parts.closing();
        return Health.of(database, temporal, worker);
    }
}
