package dev.recourse.worker;

import dev.recourse.worker.client.RecourseClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ctrl-C while somebody waits for an answer: what runs is brought to an end, and its caller shows how it ended. */
final class Interruption {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final Duration ROLLED_BACK_WITHIN = Duration.ofMinutes(2);
    private static final Duration FINISHED_WITHIN = Duration.ofSeconds(15);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);

    private final Settings settings;
    private final Progress progress;

    /** Who interrupts, and who was interrupted: that one comes to close when it has shown its answer. */
    private final CountDownLatch closers = new CountDownLatch(2);

    Interruption(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Somebody has come to close; to be said before anything is waited for. */
    void comes() {
        closers.countDown();
    }

    /** Brings what runs to an end, and waits until its caller has shown how it ended; a cluster goes on without us. */
    void end(Running left) throws InterruptedException, TimeoutException, ExecutionException {
        if (settings.cluster()) {
            progress.doing("interrupted: the workers go on with it");
            return;
        }
        while (left.started() == null && !left.over(BETWEEN_LOOKS)) {
            // It is being started, or finds that it cannot be any more.
        }
        RecourseClient.Started started = left.started();
        if (started == null || left.over(Duration.ZERO)) {
            return;
        }
        stop(left, started);
        if (left.over(left.isBatch() ? SEEN_WITHIN : FINISHED_WITHIN)) {
            boolean unused = closers.await(SHOWN_WITHIN.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void stop(Running left, RecourseClient.Started started)
            throws InterruptedException, TimeoutException, ExecutionException {
        if (left.isBatch()) {
            progress.doing("interrupted: rolling back");
            // not on the common pool, where the embedded Temporal starts the rollback that this waits for
            CompletableFuture.supplyAsync(started::abort, task -> new Thread(task).start())
                    .get(ROLLED_BACK_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } else if (left.waiting()) {
            progress.doing("interrupted: it waits for approval no more");
            started.workflow().cancel();
        } else {
            progress.doing("interrupted: finishing what has begun");
        }
    }
}
