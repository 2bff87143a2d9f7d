package dev.recourse.worker.cli;

import dev.recourse.worker.Vitals;
import dev.recourse.worker.WrongUsage;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that stay: how long they wait for services, and where they can be watched. */
final class StayingOptions {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final int LAST_PORT = 65_535;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for services that are not up yet; 0 does not. Default: until they are.",
            order = 50)
    private @Nullable Integer wait;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Answers /health and /metrics (Prometheus) over HTTP there. Default: nowhere.",
            order = 51)
    private @Nullable Integer metricsPort;

    @Option(
            names = "--metrics-bind",
            paramLabel = "ADDRESS",
            description = "The network address for --metrics-port. Default: 127.0.0.1, this machine alone.",
            order = 52)
    private String metricsBind = "127.0.0.1";

    Duration patience() {
        if (wait != null && wait < 0) {
            throw new WrongUsage("--wait " + wait + " is no time: it is seconds, 0 or more.");
        }
        return wait == null ? FOR_EVER : Duration.ofSeconds(wait);
    }

    /** Answering already, where that is wanted. */
    Vitals vitals() {
        if (metricsPort == null) {
            return Vitals.none();
        }
        InetSocketAddress address = new InetSocketAddress(metricsBind, port("--metrics-port", metricsPort));
        if (address.isUnresolved()) {
            throw new WrongUsage("--metrics-bind " + metricsBind + " is no address of this machine.");
        }
        return Vitals.at(address);
    }

    /**
     * A port that somebody named, or 0 where nobody did.
     *
     * @throws WrongUsage if it can't be a port
     */
    static int port(String flag, @Nullable Integer port) {
        if (port == null) {
            return 0;
        }
        if (port < 1 || port > LAST_PORT) {
            throw new WrongUsage(flag + " " + port + " is no port: it is a number from 1 to " + LAST_PORT + ".");
        }
        return port;
    }
}
