package dev.recourse.worker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A place in the middle of a batch where the test does something while the batch stands still. */
final class Stage {

    private static final Map<String, Stage> STAGES = new ConcurrentHashMap<>();

    private final AtomicInteger passes = new AtomicInteger();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    static Stage named(String name) {
        return STAGES.computeIfAbsent(name, any -> new Stage());
    }

    /** The first so many who come pass as if there were no stage: dry runs. */
    static void passing(String name, int times) {
        named(name).passes.set(times);
    }

    /** The tool's side: tells that it is here, and waits. */
    void pass() {
        if (passes.getAndDecrement() > 0) {
            return;
        }
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
