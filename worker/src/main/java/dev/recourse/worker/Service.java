package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ModelFormat;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.Scope;
import dev.recourse.db.approval.Approvals;
import dev.recourse.db.ledger.Audit;
import dev.recourse.db.ledger.Batches;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.AtExit;
import dev.recourse.worker.embedded.Beacon;
import dev.recourse.worker.embedded.EmbeddedFailure;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.common.WorkflowExecutionHistory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private static final Duration ROLLED_BACK_WITHIN = Duration.ofMinutes(2);
    /** What operators of the embedded default read. */
    private static final Duration FINISHED_WITHIN = Duration.ofSeconds(15);

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(3);
    private static final Duration PROGRESS = Duration.ofMillis(300);
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final int QUIET_LOOKS = 3;
    private static final Duration BETWEEN_DECISIONS = Duration.ofSeconds(1);
    private static final int LISTED = 200;

    private final Settings settings;
    private final Progress progress;
    private final UUID session;
    private final @Nullable Long owner;
    private final Storage storage;
    private final Ahead<Catalogue> catalogue;
    private final Ahead<Dialog360> dialog;
    private final Vitals vitals;
    private final Ahead<EmbeddedTemporal> temporal;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Who interrupts, and who was interrupted: that one comes to close when it has shown its answer. */
    private final CountDownLatch closers = new CountDownLatch(2);

    private final AtomicBoolean tidied = new AtomicBoolean();
    private volatile String principal = Tooling.SERVICE_PRINCIPAL;
    private volatile String source = "cli";
    private volatile boolean closing;
    private volatile boolean serving;
    private boolean gone;
    private volatile @Nullable Engine engine;
    private volatile @Nullable ServiceUnavailable missing;
    private volatile @Nullable Running running;

    private Service(Settings settings, Progress progress, Vitals vitals) {
        this.settings = settings;
        this.progress = progress;
        this.vitals = vitals;
        this.catalogue = new Ahead<>("catalogue", () -> Tooling.catalogue(settings, post()));
        this.temporal = new Ahead<>("temporal", () -> EmbeddedTemporal.open(vitals.scope()));
        this.session = settings.session() == null ? UUID.randomUUID() : settings.session();
        this.owner = settings.cluster() ? null : Long.valueOf(new SecureRandom().nextLong() >>> 1);
        this.storage = new Storage(settings, progress, owner);
        this.dialog = new Ahead<>("whatsapp", () -> new Dialog360(settings.whatsapp()));
    }

    /** What a caller waits for just now; another thread that closes this service has to know. */
    private static final class Running {
        private final CountDownLatch over = new CountDownLatch(1);
        private final boolean batch;
        private volatile boolean waiting;
        private volatile RecourseClient.@Nullable Started started;

        Running(boolean batch) {
            this.batch = batch;
        }

        boolean over(Duration within) throws InterruptedException {
            return over.await(within.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Makes the door; parts are opened when they are first needed, the embedded ones where the settings name none.
     *
     * @param progress told what is being started
     */
    public static Service open(Settings settings, Progress progress) {
        return open(settings, progress, Vitals.none());
    }

    /**
     * As {@link #open(Settings, Progress)}, with measurements of Temporal's client and worker.
     *
     * <p>Where {@code recourse dev} runs on the home and no cluster is configured, its Temporal is used.
     */
    public static Service open(Settings settings, Progress progress, Vitals vitals) {
        return alone(Neighbour.joined(settings, progress), progress, vitals);
    }

    /** One that looks for nobody. */
    static Service alone(Settings settings, Progress progress, Vitals vitals) {
        Service service = new Service(settings, progress, vitals);
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
        return (ObjectNode) answer(new Running(false), null, client -> client.call(tool, inputs, dryRun, id));
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
        return (ObjectNode) answer(new Running(true), "step", client -> client.batch(batchFile));
    }

    /**
     * Undoes an execution, a batch, an import or a session, newest first; or plans that.
     *
     * @return the rollback's answer: status {@code planned} for a plan, else {@code undone}, {@code stuck} or
     *     {@code refused}
     * @throws WrongUsage if nothing in the workspace has that id
     */
    public ObjectNode rollback(UUID id, boolean plan) {
        ObjectNode answer = (ObjectNode) answer(new Running(false), "undo", client -> client.rollback(id, plan));
        if (answer.at("/error/code").asText().equals("EXECUTION_NOT_FOUND")) {
            throw new WrongUsage("Nothing in workspace '" + settings.workspace() + "' has the id " + id
                    + ". It is the id of an execution, a batch or a session, as recourse audit shows them.");
        }
        return answer;
    }

    /** What connects WhatsApp, and takes in what it tells. */
    public Messaging messaging() {
        return new Messaging(this::database, storage, post(), progress);
    }

    private Post post() {
        return Post.of(dialog::get, storage::vendorKeys);
    }

    /**
     * What is started from here on is started for an agent; to be said before anything is.
     *
     * @param from {@code cli} or {@code agent}
     */
    public void actFrom(String from) {
        source = from;
    }

    /**
     * Requests for approval, the newest last.
     *
     * @param id only this one; null for all
     * @param pending only those that can be decided on
     * @throws WrongUsage if there is none with that id
     */
    public List<JsonNode> approvals(@Nullable UUID id, boolean pending) {
        List<JsonNode> found = database()
                .in(Scope.of(storage.workspace()), tx -> new Approvals(tx).list(id, pending, id != null, LISTED))
                .stream()
                .map(Json::recorded)
                .toList();
        if (id != null && found.isEmpty()) {
            throw new WrongUsage("Nothing in workspace '" + settings.workspace() + "' waits, or has waited, under " + id
                    + ". recourse approvals shows what waits.");
        }
        return found;
    }

    /**
     * Decides on a request; to be the only thing that this service does, for it acts as somebody else.
     *
     * @param handle of the member who decides
     * @return "A call" of {@code system.approval.decide}
     */
    public ObjectNode decide(String handle, UUID approval, String decision, @Nullable String note) {
        principal = "user:" + handle;
        ObjectNode inputs = JsonNodeFactory.instance
                .objectNode()
                .put("approvalId", approval.toString())
                .put("decision", decision);
        if (note != null) {
            inputs.put("note", note);
        }
        Running now = new Running(false);
        return (ObjectNode) answer(
                now,
                null,
                () -> engine(false)
                        .client(settings.workspace(), session)
                        .call(Bookkeeping.DECIDE, inputs, false, UUID.randomUUID()));
    }

    /** Rows of the ledger with the agreed columns, oldest first; what a killed command left is rolled back before. */
    public List<JsonNode> audit(AuditQuery query) {
        rollBackAbandoned();
        Audit.Filter filter = new Audit.Filter(
                query.session(), query.batch(), query.tool(), query.status(), query.since(), query.limit());
        return database().in(Scope.of(storage.workspace()), tx -> new Audit(tx).rows(filter, query.stack())).stream()
                .map(Json::recorded)
                .toList();
    }

    /** Where rows have their workflow in Temporal's web UI; empty where no UI is known, or a row has no workflow. */
    public Function<JsonNode, Optional<String>> pages() {
        String ui = settings.temporalUi();
        if (ui == null || !settings.cluster()) {
            return row -> Optional.empty();
        }
        Cluster cluster = cluster();
        return row -> Optional.of(row)
                .filter(each -> each.hasNonNull("run_id"))
                .map(each -> ui
                        + cluster.page(
                                each.path("workflow_id").asText(),
                                each.path("run_id").asText()));
    }

    /**
     * The tools there are.
     *
     * @param name one of them only; null for all
     * @param format {@code mcp}, {@code openai} or {@code anthropic}; null for the catalogue's own form
     * @param language of the descriptions: Spanish, unless it is English
     * @throws WrongUsage if no tool has that name, with the nearest names
     */
    public ArrayNode tools(@Nullable String name, @Nullable String format, Locale language) {
        List<ToolSpec> wanted = catalogue().list().stream()
                .filter(spec -> name == null || spec.name().toString().equals(name))
                .toList();
        if (wanted.isEmpty()) {
            List<String> nearest = catalogue().nearest(String.valueOf(name), Tooling.everyPermission(catalogue()));
            throw new WrongUsage("There is no tool '" + name + "'."
                    + (nearest.isEmpty() ? " recourse tools lists them." : " Did you mean " + nearest.get(0) + "?"));
        }
        ModelFormat form = format == null
                ? ModelFormat.PLAIN
                : ModelFormat.of(format)
                        .orElseThrow(() ->
                                new WrongUsage("There is no format '" + format + "': it is mcp, openai or anthropic."));
        return form.of(wanted, language);
    }

    /**
     * Replays a history in a file against the workflow code of this build; neither database nor worker is needed.
     *
     * @param name what the file is called in messages
     * @return "A replay": status {@code replayed} or {@code diverged}
     * @throws WrongUsage if it is no history, or of a workflow that is none of ours
     */
    public ObjectNode replayFile(String name, byte[] json) {
        return replayed(HistoryFile.read(name, json));
    }

    /**
     * The same with the history of a workflow in the configured cluster.
     *
     * @param runId of one of its runs, or null for the latest
     * @throws WrongUsage if there is no such workflow, or no cluster
     */
    public ObjectNode replayWorkflow(String workflowId, @Nullable String runId) {
        if (!settings.cluster()) {
            throw new WrongUsage(
                    "There is no file '" + workflowId + "', and no Temporal to ask for a workflow of that id:"
                            + " the in-process server forgets its workflows with each command. Set TEMPORAL_ADDRESS, start recourse dev, or give a file.");
        }
        Cluster cluster = cluster();
        progress.doing("asking Temporal at " + cluster.address());
        return replayed(cluster.history(workflowId, runId));
    }

    private ObjectNode replayed(WorkflowExecutionHistory history) {
        progress.doing("replaying");
        return new Replay(temporal.get()).of(history);
    }

    /** Brings the database's schema up to this version; answers how many migrations it took. */
    public int migrate() {
        return storage.migrate();
    }

    /** As {@link #work(Duration)}, without waiting for anything. */
    public void work() {
        work(Duration.ZERO);
    }

    /**
     * Runs the worker until {@link #close} is called, which happens on Ctrl-C and SIGTERM too.
     *
     * @param patience how long it waits for services that are not up yet
     */
    public void work(Duration patience) {
        begin(patience);
        LOG.info("The worker takes tasks from '{}'.", RecourseClient.TASK_QUEUE);
        try {
            closed.await();
            LOG.info("The worker is stopping; what it has begun it finishes.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Connects to everything and begins to work; a second time does nothing.
     *
     * @param patience how long it waits for services that are not up yet
     */
    void begin(Duration patience) {
        if (settings.dev() != null && !settings.dev().server()) {
            throw new WrongUsage("recourse dev on this home has a worker already, and its Temporal, which is inside its"
                    + " process, serves no second one.");
        }
        Instant giveUp = Instant.now().plus(patience);
        while (!begun(giveUp)) {
            try {
                if (closed.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("closed");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
    }

    private boolean begun(Instant giveUp) {
        try {
            engine(true);
            missing = null;
            return true;
        } catch (ServiceUnavailable notYet) {
            missing = notYet;
            if (!notYet.passing() || !Instant.now().isBefore(giveUp)) {
                throw notYet;
            }
            progress.doing("waiting for " + notYet.what() + " at " + notYet.address()
                    + ServiceUnavailable.because(notYet.getCause()));
            return false;
        }
    }

    /** Whether everything is there that a worker needs, part by part: {@code up} or {@code down}. */
    public ObjectNode health() {
        Engine open = engine;
        ServiceUnavailable gone = missing;
        boolean database =
                open == null ? gone != null && gone.what().startsWith("Temporal") : !closing && storage.answers();
        boolean answers = open != null && open.answers();
        boolean works = open != null && open.works() && !closing;
        return health(database, answers, works);
    }

    /** The health of what is not there yet. */
    static ObjectNode down() {
        return health(false, false, false);
    }

    private static ObjectNode health(boolean database, boolean temporal, boolean worker) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", word(database && temporal && worker))
                .put("database", word(database))
                .put("temporal", word(temporal))
                .put("worker", word(worker));
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }

    /** Other processes reach the in-process Temporal from here on. */
    void listen(int port) {
        serving = true;
        temporal.get().listen(port);
    }

    /** Where the database is; the password is not in it. */
    DatabaseAddress databaseAddress() {
        return storage.address();
    }

    /** The session that calls belong to: the settings' one, or one that was made for this service. Never changes. */
    public UUID session() {
        return session;
    }

    /** Whether somebody has begun to close it; what fails from then on fails for that reason. */
    public boolean closing() {
        return closing;
    }

    /**
     * Stops and closes everything; a batch that runs is rolled back first. May be called from another thread while
     * something runs (Ctrl-C), and more than once: whoever comes second waits until all is closed. Removes a throw-away
     * home. Never throws.
     */
    @Override
    public void close() {
        closing = true; // whoever is opening something stops at the next part, and lets go of the monitor
        closed.countDown();
        closers.countDown();
        synchronized (closed) {
            if (!gone) {
                Running left = running;
                if (left != null) {
                    quietly(() -> end(left)); // not in the monitor: it may be what the other thread waits for
                }
                closeParts(running == null && !serving);
                gone = true;
            }
        }
        AtExit.forget(this);
    }

    private synchronized void closeParts(boolean idle) {
        Engine open = engine;
        quietly(() -> closeEngine(open, idle));
        quietly(() -> temporal.end(EmbeddedTemporal::close));
        quietly(() -> dialog.end(Dialog360::close));
        quietly(storage::close);
    }

    private static void closeEngine(@Nullable Engine open, boolean idle) {
        if (open != null) {
            open.close(idle);
        }
    }

    /** Brings what runs to an end, and waits until its caller has shown how it ended; a cluster goes on without us. */
    private void end(Running left) throws InterruptedException, TimeoutException, ExecutionException {
        if (settings.cluster()) {
            progress.doing("interrupted: the workers go on with it");
            return;
        }
        while (left.started == null && !left.over(BETWEEN_LOOKS)) {
            // It is being started, or finds that it cannot be any more.
        }
        RecourseClient.Started started = left.started;
        if (started == null || left.over(Duration.ZERO)) {
            return;
        }
        if (left.batch) {
            progress.doing("interrupted: rolling back");
            // not on the common pool, where the embedded Temporal starts the rollback that this waits for
            CompletableFuture.supplyAsync(started::abort, task -> new Thread(task).start())
                    .get(ROLLED_BACK_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } else if (left.waiting) {
            progress.doing("interrupted: it waits for approval no more");
            started.workflow().cancel();
        } else {
            progress.doing("interrupted: finishing what has begun");
        }
        if (left.over(left.batch ? SEEN_WITHIN : FINISHED_WITHIN)) {
            boolean unused = closers.await(SHOWN_WITHIN.toSeconds(), TimeUnit.SECONDS);
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

    private Catalogue catalogue() {
        return catalogue.get();
    }

    private Database database() {
        Database open = storage.database();
        AtExit.close(this); // before the parts that were opened for it
        return open;
    }

    private RecourseClient client() {
        Engine open = engine(false);
        rollBackAbandoned();
        if (closing) {
            throw new IllegalStateException("closed");
        }
        return open.client(settings.workspace(), session);
    }

    /** Where a cluster is configured, commands are clients of it, and workers run elsewhere. */
    private synchronized Engine engine(boolean work) {
        Engine open = engine;
        if (open == null) {
            if (closing) {
                throw new IllegalStateException("closed");
            }
            open = settings.cluster() ? cluster(work) : embedded();
            engine = open;
            AtExit.close(this);
        }
        return open;
    }

    private Cluster cluster() {
        Beacon.Place dev = settings.dev();
        return dev == null ? Cluster.configured(settings.temporalAddress()) : Cluster.ofDev(dev.temporal());
    }

    private Engine cluster(boolean work) {
        Cluster cluster = cluster();
        ToolRuntime runtime = work ? runtime() : null;
        if (missing == null) { // otherwise it has been said that it is waited for
            progress.doing("connecting to Temporal at " + cluster.address());
        }
        return Engine.cluster(cluster, runtime, identity(), storage.key(), vitals.scope());
    }

    /** Temporal and the catalogue start while the database does. */
    private Engine embedded() {
        try {
            var begun = List.of(temporal.begin(), catalogue.begin());
            LOG.debug("{} parts start beside the database.", begun.size());
            ToolRuntime runtime = runtime();
            return Engine.embedded(temporal.get(), runtime, identity());
        } catch (EmbeddedFailure impossible) {
            throw new ServiceUnavailable(
                    "Temporal", "this process", String.valueOf(impossible.getMessage()), impossible);
        }
    }

    /** What a killed command left open: its workflow is gone, its ledger is not. Looked for once. */
    void rollBackAbandoned() {
        boolean others = settings.cluster() && settings.dev() == null;
        if (others || !tidied.compareAndSet(false, true)) {
            return;
        }
        Scope here = Scope.of(storage.workspace());
        for (Batches.Abandoned left : database().in(here, tx -> new Batches(tx).abandoned())) {
            progress.doing((left.atomic() ? "rolling back" : "closing") + " batch " + left.batchId()
                    + ", which was left unfinished when its command died");
            String status = left.atomic() ? rolledBack(engine(false), left.batchId()) : "partial";
            database().in(here, tx -> {
                new Batches(tx).close(left.batchId(), status);
                return status;
            });
        }
    }

    private String rolledBack(Engine open, UUID batch) {
        JsonNode answer = answer(
                new Running(false),
                "undo",
                () -> open.client(settings.workspace(), session).rollback(batch, false));
        return switch (answer.path("status").asText()) {
            case "undone" -> "rolled_back";
            case "stuck" -> "stuck";
            default -> "partial";
        };
    }

    private ToolRuntime runtime() {
        Database open = database();
        return ToolRuntime.of(
                open,
                catalogue(),
                new ToolRuntime.Options(
                        storage.key(),
                        storage.workspace(),
                        Tooling.SERVICE_PRINCIPAL,
                        owner,
                        settings.approvalsWithin()));
    }

    private Identity identity() {
        return new Identity(settings.workspace(), principal, source, session, session.toString());
    }

    /** @param what the word for one part of it in progress, or null for what has no parts */
    private JsonNode answer(
            Running now, @Nullable String what, Function<RecourseClient, RecourseClient.Started> start) {
        return answer(now, what, () -> start.apply(client()));
    }

    private JsonNode answer(Running now, @Nullable String what, Supplier<RecourseClient.Started> start) {
        Running outer = running;
        running = now;
        try {
            RecourseClient.Started started = start.get();
            now.started = started;
            Thread watcher = new Thread(() -> watch(now, started, what), "progress");
            watcher.setDaemon(true);
            watcher.start();
            return answer(started);
        } finally {
            running = outer;
            now.over.countDown();
        }
    }

    /** Bookkeeping goes on until it succeeds: without a database that would be for ever. */
    private JsonNode answer(RecourseClient.Started started) {
        for (int silent = 0; silent < QUIET_LOOKS; ) {
            try {
                Optional<JsonNode> answer = started.answer(QUIET);
                if (answer.isPresent()) {
                    return answer.get();
                }
                silent = settings.cluster() || storage.answers() ? 0 : silent + 1;
            } catch (WorkflowException lost) {
                silent = unanswered(lost) ? 0 : silent + 1;
            }
        }
        throw settings.cluster() ? lost() : storage.silent();
    }

    /** Whether there is hope for what was started, though Temporal does not answer. */
    private boolean unanswered(WorkflowException lost) {
        Beacon.Place dev = settings.dev();
        if (dev != null && !dev.server() && lost instanceof WorkflowNotFoundException) {
            throw Neighbour.gone(dev); // it was started again, and remembers nothing
        }
        if (!(lost.getCause() instanceof StatusRuntimeException told)
                || told.getStatus().getCode() != Status.Code.UNAVAILABLE) {
            throw lost;
        }
        progress.doing("waiting for Temporal, which does not answer");
        return dev != null && Neighbour.lives(settings);
    }

    private ServiceUnavailable lost() {
        Beacon.Place dev = settings.dev();
        return dev != null
                ? Neighbour.gone(dev)
                : new ServiceUnavailable(
                        "Temporal",
                        engine(false).address(),
                        "It answered when this command began. What was started goes on when it is back.",
                        null);
    }

    private void watch(Running now, RecourseClient.Started started, @Nullable String what) {
        try {
            while (!now.over(now.waiting ? BETWEEN_DECISIONS : PROGRESS)) {
                JsonNode seen = started.progress();
                now.waiting = seen != null && seen.has("approval");
                if (seen != null && now.waiting) {
                    waits(started, seen.path("approval"));
                } else if (what != null && seen != null && seen.path("total").asInt() > 0) {
                    boolean back = seen.path("phase").asText().equals("rolling_back");
                    progress.doing(
                            back ? "rolling back" : what,
                            seen.path("done").asLong(),
                            seen.path("total").asLong());
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Says what it waits for. Whoever decides in another process can't reach the Temporal of this one, so this one looks
     * whether somebody has.
     */
    private void waits(RecourseClient.Started started, JsonNode asked) {
        String id = asked.path("approval_id").asText();
        progress.doing("to approve: recourse approvals approve " + id);
        if (settings.cluster()) {
            return;
        }
        try {
            boolean decided = database()
                    .in(Scope.of(storage.workspace()), tx -> new Approvals(tx).find(UUID.fromString(id)))
                    .filter(row -> row.decision() != null)
                    .isPresent();
            if (decided) {
                started.decided();
            }
        } catch (RuntimeException notNow) {
            LOG.debug("Nobody can say whether it was decided: {}", notNow.toString());
        }
    }
}
