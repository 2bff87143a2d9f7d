package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ModelFormat;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.Database;
import dev.recourse.db.ProcessLock;
import dev.recourse.db.Scope;
import dev.recourse.db.ledger.Audit;
import dev.recourse.db.ledger.Batches;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.AtExit;
import dev.recourse.worker.embedded.EmbeddedFailure;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every command calls: the database, Temporal and the worker behind one door, the only place that opens and closes
 * them.
 *
 * <p>All JSON is that of the public contract. Refusals of tools, batches and rollbacks are answers, not exceptions. Every
 * method may throw {@link ServiceUnavailable} where a part that is needed has gone, and {@link WrongUsage} as said; any
 * other exception is a defect.
 */
public final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Locale LOCALE = Locale.forLanguageTag("es-CO");
    private static final long ABORT_SECONDS = 20;
    private static final long PROGRESS_MILLIS = 300;

    private final Settings settings;
    private final Progress progress;
    private final UUID session;
    private final Storage storage;
    private final Catalogue catalogue = Tooling.catalogue();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Engine engine;
    private @Nullable ProcessLock alive;
    private volatile RecourseClient.@Nullable Started batch;

    private Service(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.session = settings.session() == null ? UUID.randomUUID() : settings.session();
        this.storage = new Storage(settings, progress);
    }

    /**
     * Makes the door; parts are opened when they are first needed, the embedded ones where the settings name none.
     *
     * @param progress told what is being started
     */
    public static Service open(Settings settings, Progress progress) {
        Service service = new Service(settings, progress);
        AtExit.close(service);
        return service;
    }

    /**
     * Runs one tool.
     *
     * @param inputs a JSON object
     * @param callId of the caller's choice: the same id does it once; null makes one
     * @return "A call": status {@code success}, {@code error} or {@code dry_run}; an error whose outcome is not known yet
     *     has {@code "outcome": "unknown"} beside it
     */
    public ObjectNode call(String tool, JsonNode inputs, boolean dryRun, @Nullable UUID callId) {
        UUID id = callId == null ? UUID.randomUUID() : callId;
        return (ObjectNode) client().call(tool, inputs, dryRun, id).answer();
    }

    /**
     * Runs a batch.
     *
     * @param batchFile "A batch file" with known keys of the right types only, always an object, always with
     *     {@code calls}, {@code dry_run}, {@code agent_session_id} and {@code workspace_id} (an id or a slug), and with
     *     {@code inputs} in every call
     * @return the batch's answer
     */
    public ObjectNode run(ObjectNode batchFile) {
        if (!batchFile.has("batch_id")) {
            batchFile.put("batch_id", UUID.randomUUID().toString());
        }
        RecourseClient.Started started = client().batch(batchFile);
        batch = started;
        try {
            return (ObjectNode) watched(started, "step");
        } finally {
            batch = null;
        }
    }

    /**
     * Undoes an execution, a batch, an import or a session, newest first; or plans that.
     *
     * @return the rollback's answer: status {@code planned} for a plan, else {@code undone}, {@code stuck} or
     *     {@code refused}
     * @throws WrongUsage if nothing in the workspace has that id
     */
    public ObjectNode rollback(UUID id, boolean plan) {
        ObjectNode answer = (ObjectNode) watched(client().rollback(id, plan), "undo");
        if (answer.at("/error/code").asText().equals("EXECUTION_NOT_FOUND")) {
            throw new WrongUsage("Nothing in workspace '" + settings.workspace() + "' has the id " + id
                    + ". It is the id of an execution, a batch or a session, as recourse audit shows them.");
        }
        return answer;
    }

    /** Rows of the ledger with the agreed columns, oldest first. */
    public List<JsonNode> audit(AuditQuery query) {
        Audit.Filter filter = new Audit.Filter(
                query.session(), query.batch(), query.tool(), query.status(), query.since(), query.limit());
        return database().in(Scope.of(storage.workspace()), tx -> new Audit(tx).rows(filter, query.stack())).stream()
                .map(Json::recorded)
                .toList();
    }

    /**
     * The tools there are.
     *
     * @param name one of them only; null for all
     * @param format {@code mcp}, {@code openai} or {@code anthropic}; null for the catalogue's own form
     * @throws WrongUsage if no tool has that name, with the nearest names
     */
    public ArrayNode tools(@Nullable String name, @Nullable String format) {
        List<ToolSpec> wanted = catalogue.list().stream()
                .filter(spec -> name == null || spec.name().toString().equals(name))
                .toList();
        if (wanted.isEmpty()) {
            List<String> nearest = catalogue.nearest(String.valueOf(name), Tooling.everyPermission(catalogue));
            throw new WrongUsage("There is no tool '" + name + "'."
                    + (nearest.isEmpty() ? " recourse tools lists them." : " Did you mean " + nearest.get(0) + "?"));
        }
        ModelFormat form = format == null
                ? ModelFormat.PLAIN
                : ModelFormat.of(format)
                        .orElseThrow(() ->
                                new WrongUsage("There is no format '" + format + "': it is mcp, openai or anthropic."));
        return form.of(wanted, LOCALE);
    }

    /** Brings the database's schema up to this version; answers how many migrations it took. */
    public int migrate() {
        return storage.migrate();
    }

    /** Runs the worker until {@link #close} is called, which happens on Ctrl-C and SIGTERM too. */
    public void work() {
        engine(true);
        LOG.info("The worker takes tasks from '{}'.", RecourseClient.TASK_QUEUE);
        try {
            closed.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The session that calls belong to: the settings' one, or one that was made for this service. Never changes. */
    public UUID session() {
        return session;
    }

    /**
     * Stops and closes everything; a batch that runs is rolled back first. May be called from another thread while
     * something runs (Ctrl-C), and more than once; removes a throw-away home. Never throws.
     */
    @Override
    public synchronized void close() {
        AtExit.forget(this);
        closed.countDown();
        quietly(this::abort);
        quietly(() -> closeAll(engine, alive, storage));
        engine = null;
        alive = null;
    }

    /** Only where this process is all that could go on with it; elsewhere a worker does. */
    private void abort() throws Exception {
        RecourseClient.Started running = batch;
        if (running != null && alive != null) {
            progress.doing("interrupted: rolling back");
            var aborted = java.util.concurrent.CompletableFuture.supplyAsync(running::abort);
            aborted.get(ABORT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private interface Closing {
        void run() throws Exception;
    }

    private static void quietly(Closing closing) {
        try {
            closing.run();
        } catch (Exception failed) {
            LOG.warn("Closing did not go as it should: {}", failed.toString());
        }
    }

    private static void closeAll(@Nullable AutoCloseable... parts) throws Exception {
        for (AutoCloseable part : parts) {
            if (part != null) {
                part.close();
            }
        }
    }

    private Database database() {
        return storage.database();
    }

    private RecourseClient client() {
        return engine(false).client(settings.workspace(), session);
    }

    /** Where a cluster is configured, commands are clients of it, and workers run elsewhere. */
    private synchronized Engine engine(boolean work) {
        Engine running = engine;
        if (running == null) {
            running = settings.cluster() ? cluster(work) : embedded();
            engine = running;
        }
        return running;
    }

    private Engine cluster(boolean work) {
        Cluster cluster = Cluster.configured(settings.temporalAddress());
        progress.doing("connecting to Temporal at " + cluster.address());
        return Engine.cluster(cluster, work ? runtime(null) : null, identity(), storage.key());
    }

    private Engine embedded() {
        try {
            long owner = new SecureRandom().nextLong() >>> 1;
            alive = database().hold(owner).orElse(null);
            progress.doing("starting Temporal");
            Engine started = Engine.embedded(runtime(owner), identity());
            rollBackAbandoned(started);
            return started;
        } catch (EmbeddedFailure impossible) {
            throw new ServiceUnavailable(
                    "Temporal", "this process", String.valueOf(impossible.getMessage()), impossible);
        }
    }

    /** What a killed command left open: its workflow is gone, its ledger is not. */
    private void rollBackAbandoned(Engine started) {
        List<Batches.Abandoned> left = database().in(Scope.of(storage.workspace()), tx -> new Batches(tx).abandoned());
        for (Batches.Abandoned each : left) {
            progress.doing("rolling back a batch that was interrupted");
            String status = each.atomic()
                    ? started.client(settings.workspace(), session)
                            .rollback(each.batchId(), false)
                            .answer()
                            .path("status")
                            .asText()
                    : "partial";
            String word = status.equals("undone") ? "rolled_back" : status.equals("stuck") ? "stuck" : "partial";
            database().in(Scope.of(storage.workspace()), tx -> {
                new Batches(tx).close(each.batchId(), word);
                return word;
            });
        }
    }

    private ToolRuntime runtime(@Nullable Long owner) {
        return ToolRuntime.of(
                database(),
                catalogue,
                new ToolRuntime.Options(storage.key(), storage.workspace(), Tooling.SERVICE_PRINCIPAL, owner));
    }

    private Identity identity() {
        return new Identity(settings.workspace(), Tooling.SERVICE_PRINCIPAL, "cli", session, session.toString());
    }

    private JsonNode watched(RecourseClient.Started started, String what) {
        Thread watcher = new Thread(() -> watch(started, what), "progress");
        watcher.setDaemon(true);
        watcher.start();
        try {
            return started.answer();
        } finally {
            watcher.interrupt();
        }
    }

    private void watch(RecourseClient.Started started, String what) {
        try {
            while (true) {
                Thread.sleep(PROGRESS_MILLIS);
                JsonNode now = started.progress();
                if (now != null && now.path("total").asInt() > 0) {
                    boolean back = now.path("phase").asText().equals("rolling_back");
                    progress.doing(
                            back ? "rolling back" : what,
                            now.path("done").asLong(),
                            now.path("total").asLong());
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }
}
