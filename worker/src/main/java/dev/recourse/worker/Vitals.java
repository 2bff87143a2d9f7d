package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import com.uber.m3.util.Duration;
import dev.recourse.activities.tool.Json;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a process says of itself over HTTP: {@code /health} for whoever restarts it, {@code /metrics} for Prometheus. */
public final class Vitals implements AutoCloseable {
    private static final int UP = 200;
    private static final int DOWN = 503;
    private static final int UNKNOWN = 404;
    private static final int READ_ONLY = 405;
    private static final int THREADS = 2;

    private final Scope scope;
    private final @Nullable HttpServer server;
    private final @Nullable ExecutorService threads;
    private volatile Supplier<ObjectNode> health = Health::down;

    private Vitals(Scope scope, @Nullable HttpServer server, @Nullable ExecutorService threads) {
        this.scope = scope;
        this.server = server;
        this.threads = threads;
    }

    /** Measures nothing and answers nobody. */
    public static Vitals none() {
        return new Vitals(new NoopScope(), null, null);
    }

    /**
     * Answers there, from now on; down until it is told otherwise.
     *
     * @throws WrongUsage if that address can't be had
     */
    public static Vitals at(InetSocketAddress address) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer server = bound(address);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, Vitals::thread);
        Scope scope = new RootScopeBuilder()
                .reporter(new MicrometerClientStatsReporter(registry))
                .reportEvery(Duration.ofSeconds(1));
        Vitals vitals = new Vitals(scope, server, threads);
        server.createContext("/", exchange -> answer(exchange, "/", UNKNOWN, "text/plain", "/health, /metrics\n"));
        server.createContext("/health", vitals::health);
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, "/metrics", UP, "text/plain; version=0.0.4", registry.scrape()));
        server.setExecutor(threads);
        server.start();
        return vitals;
    }

    /** Where Temporal's client and worker count. */
    Scope scope() {
        return scope;
    }

    /** From here on health is what that says. */
    public void ask(Supplier<ObjectNode> whoever) {
        health = whoever;
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        if (threads != null) {
            threads.shutdownNow();
        }
        try {
            scope.close();
        } catch (ScopeCloseException last) {
            // The last second is not counted.
        }
    }

    private void health(HttpExchange exchange) throws IOException {
        ObjectNode now = health.get();
        int code = now.path("status").asText().equals("up") ? UP : DOWN;
        answer(exchange, "/health", code, "application/json", Json.write(now) + "\n");
    }

    private static void answer(HttpExchange exchange, String path, int code, String type, String text)
            throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(READ_ONLY, -1);
                return;
            }
            // A context has everything below its path too.
            boolean here = exchange.getRequestURI().getPath().equals(path);
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(here ? code : UNKNOWN, head || !here ? -1 : body.length);
            if (here && !head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static HttpServer bound(InetSocketAddress address) {
        try {
            return HttpServer.create(address, 0);
        } catch (IOException taken) {
            throw new WrongUsage("--metrics-port " + address.getPort() + " on " + address.getHostString()
                    + " can't be had: " + taken.getMessage() + ".");
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "vitals");
        thread.setDaemon(true);
        return thread;
    }
}
