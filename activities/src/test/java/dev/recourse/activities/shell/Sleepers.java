package dev.recourse.activities.shell;

import java.util.List;

/** Finds processes that sleep for a time nobody else would sleep for. */
final class Sleepers {

    private Sleepers() {}

    static List<ProcessHandle> asleep(String seconds) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.equals("sleep " + seconds) || line.endsWith("/sleep " + seconds))
                        .isPresent())
                .toList();
    }

    /** Whether they are gone now, or soon. */
    static boolean gone(String seconds) throws InterruptedException {
        for (int i = 0; i < 50 && !asleep(seconds).isEmpty(); i++) {
            Thread.sleep(100);
        }
        return asleep(seconds).isEmpty();
    }
}
