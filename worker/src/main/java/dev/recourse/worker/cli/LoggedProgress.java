package dev.recourse.worker.cli;

import dev.recourse.worker.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Progress among the logs, for a process nobody watches. */
final class LoggedProgress implements Progress {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);

    @Override
    public void doing(String what) {
        LOG.info("{}", what);
    }
}
