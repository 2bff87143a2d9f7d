package dev.recourse.worker.embedded;

import java.util.stream.IntStream;

/** Which port of the loopback interface a part listens on. */
public final class Ports {
    private Ports() {}

    /** Whether nobody listens there. */
    public static boolean isFree(int port) {
        return PostgresSettings.isFree(port);
    }

    /** The first of these that is free, else any that is; 0 stands for none. */
    public static int firstFree(int... wanted) {
        return IntStream.of(wanted)
                .filter(port -> port > 0 && isFree(port))
                .findFirst()
                .orElseGet(PostgresSettings::anyFreePort);
    }
}
