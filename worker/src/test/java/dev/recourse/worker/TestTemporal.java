package dev.recourse.worker;

import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.nio.file.Path;

/**
 * The Temporal that tests run on: the one in this process, or, where {@code -Drecourse.temporal=PATH} names its binary, a real
 * server of its own for whoever opens it.
 */
final class TestTemporal implements AutoCloseable {

    private final WorkflowServiceStubs service;
    private final Runnable closing;

    private TestTemporal(WorkflowServiceStubs service, Runnable closing) {
        this.service = service;
        this.closing = closing;
    }

    static TestTemporal open() {
        return isReal() ? real() : inProcess();
    }

    /** Whether tests run on the real server. */
    static boolean isReal() {
        return !System.getProperty("recourse.temporal", "").isEmpty();
    }

    /** One that somebody else opened, and closes. */
    static TestTemporal of(WorkflowServiceStubs service) {
        return new TestTemporal(service, () -> {});
    }

    private static TestTemporal inProcess() {
        EmbeddedTemporal embedded = EmbeddedTemporal.open();
        return new TestTemporal(embedded.service(), embedded::close);
    }

    private static TestTemporal real() {
        Path binary = RealTemporal.binary()
                .orElseThrow(() -> new AssertionError(
                        "-Drecourse.temporal names no binary: " + System.getProperty("recourse.temporal")));
        RealTemporal server = RealTemporal.start(binary);
        return new TestTemporal(server.service(), server::close);
    }

    WorkflowServiceStubs service() {
        return service;
    }

    @Override
    public void close() {
        closing.run();
    }
}
