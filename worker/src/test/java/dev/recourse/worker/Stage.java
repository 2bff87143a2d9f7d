package dev.recourse.worker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A place in the middle of a batch where the test does something while the batch stands still. */
final class Stage {

    private static final Map<String, Stage> STAGES = new ConcurrentHashMap<>();

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    static Stage named(String name) {
        return STAGES.computeIfAbsent(name, any -> new Stage());
    }

    /** The tool's side: tells that it is here, and waits. */
    void pass() {
        reached.countDown();
        await(open);
    }

    /** The test's side: waits until the batch is here. */
    void awaitBatch() {
        await(reached);
    }

    /** Lets the batch go on. */
    void open() {
        open.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
