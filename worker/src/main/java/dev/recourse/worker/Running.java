package dev.recourse.worker;

import dev.recourse.worker.client.RecourseClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a caller waits for just now; another thread that closes the service has to know. */
final class Running {
    private final CountDownLatch over = new CountDownLatch(1);
    private final boolean batch;
    private final @Nullable String part;
    private volatile boolean waiting;
    private volatile RecourseClient.@Nullable Started started;

    private Running(boolean batch, @Nullable String part) {
        this.batch = batch;
        this.part = part;
    }

    static Running call() {
        return new Running(false, null);
    }

    static Running batch() {
        return new Running(true, "step");
    }

    static Running rollback() {
        return new Running(false, "undo");
    }

    /** Whether it is to be rolled back where it is interrupted. */
    boolean isBatch() {
        return batch;
    }

    /** The word for one part of it in progress, or null for what has no parts. */
    @Nullable
    String part() {
        return part;
    }

    /** From now on it runs in Temporal. */
    void started(RecourseClient.Started now) {
        started = now;
    }

    /** What runs in Temporal; null while it is being started. */
    RecourseClient.@Nullable Started started() {
        return started;
    }

    /** Whether it waits for somebody's approval, as far as it is known. */
    boolean waiting() {
        return waiting;
    }

    void waiting(boolean forApproval) {
        waiting = forApproval;
    }

    /** Its caller waits no more. */
    void end() {
        over.countDown();
    }

    /** Whether its caller waits no more, now or within that time. */
    boolean over(Duration within) throws InterruptedException {
        return over.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
