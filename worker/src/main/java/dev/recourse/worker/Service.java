package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.call.Bookkeeping;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.approval.Approvals;
import dev.recourse.db.ledger.Audit;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.AtExit;
import io.temporal.common.WorkflowExecutionHistory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every command calls: the one door to the database, Temporal and the worker.
 *
 * <p>All JSON is that of the public contract. Refusals of tools, batches and rollbacks are answers, not exceptions. Every
 * method may throw {@link ServiceUnavailable} where a part that is needed has gone, and {@link WrongUsage} as said; any
 * other exception is a defect.
 */
public final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final int LISTED = 200;

    private final Settings settings;
    private final Progress progress;
    private final Parts parts;
    private final Waiting waiting;
    private final Leftovers leftovers;
    private final WorkerRun worker;
    private final Interruption interruption;
    private final Object monitor = new Object();
    private boolean gone;

    private Service(Settings settings, Progress progress, Vitals vitals) {
        this.settings = settings;
        this.progress = progress;
        this.parts = new Parts(settings, progress, vitals, this);
        this.waiting = new Waiting(settings, progress, parts);
        this.leftovers = new Leftovers(settings, progress, parts, waiting);
        this.worker = new WorkerRun(settings, progress, parts);
        this.interruption = new Interruption(settings, progress);
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
        return waiting.answer(Running.call(), () -> client().call(tool, inputs, dryRun, id));
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
        return waiting.answer(Running.batch(), () -> client().batch(batchFile));
    }

    /**
     * Undoes an execution, a batch, an import or a session, newest first; or plans that.
     *
     * @return the rollback's answer: status {@code planned} for a plan, else {@code undone}, {@code stuck} or
     *     {@code refused}
     * @throws WrongUsage if nothing in the workspace has that id
     */
    public ObjectNode rollback(UUID id, boolean plan) {
        ObjectNode answer = waiting.answer(Running.rollback(), () -> client().rollback(id, plan));
        if (answer.at("/error/code").asText().equals("EXECUTION_NOT_FOUND")) {
            throw new WrongUsage("Nothing in workspace '" + settings.workspace() + "' has the id " + id
                    + ". It is the id of an execution, a batch or a session, as recourse audit shows them.");
        }
        return answer;
    }

    /** What connects WhatsApp, and takes in what it tells. */
    public Messaging messaging() {
        return new Messaging(parts::database, parts.storage(), parts.post(), progress);
    }

    /**
     * What is started from here on is started for an agent; to be said before anything is.
     *
     * @param from {@code cli} or {@code agent}
     */
    public void actFrom(String from) {
        parts.actFrom(from);
    }

    /**
     * Requests for approval, the newest last.
     *
     * @param id only this one; null for all
     * @param pending only those that can be decided on
     * @throws WrongUsage if there is none with that id
     */
    public List<JsonNode> approvals(@Nullable UUID id, boolean pending) {
        List<JsonNode> found =
                parts
                        .database()
                        .in(parts.scope(), tx -> new Approvals(tx).list(id, pending, id != null, LISTED))
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
        parts.actAs("user:" + handle);
        ObjectNode inputs = JsonNodeFactory.instance
                .objectNode()
                .put("approvalId", approval.toString())
                .put("decision", decision);
        if (note != null) {
            inputs.put("note", note);
        }
        return waiting.answer(
                Running.call(),
                () -> parts.client(parts.engine()).call(Bookkeeping.DECIDE, inputs, false, UUID.randomUUID()));
    }

    /** Rows of the ledger with the agreed columns, oldest first; what a killed command left is rolled back before. */
    public List<JsonNode> audit(AuditQuery query) {
        leftovers.settle();
        Audit.Filter filter = new Audit.Filter(
                query.session(), query.batch(), query.tool(), query.status(), query.since(), query.limit());
        return parts.database().in(parts.scope(), tx -> new Audit(tx).rows(filter, query.stack())).stream()
                .map(Json::recorded)
                .toList();
    }

    /** Where rows have their workflow in Temporal's web UI; empty where no UI is known, or a row has no workflow. */
    public Function<JsonNode, Optional<String>> pages() {
        String ui = settings.temporalUi();
        if (ui == null || !settings.cluster()) {
            return row -> Optional.empty();
        }
        Cluster cluster = parts.cluster();
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
     * @throws WrongUsage if no tool has that name, with the nearest one; or if there is no such format
     */
    public ArrayNode tools(@Nullable String name, @Nullable String format, Locale language) {
        return new ToolList(parts.catalogue()).of(name, format, language);
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
        Cluster cluster = parts.cluster();
        progress.doing("asking Temporal at " + cluster.address());
        return replayed(cluster.history(workflowId, runId));
    }

    private ObjectNode replayed(WorkflowExecutionHistory history) {
        progress.doing("replaying");
        return new Replay(parts.temporal()).of(history);
    }

    /** Brings the database's schema up to this version; answers how many migrations it took. */
    public int migrate() {
        return parts.storage().migrate();
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
            worker.stay();
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
        worker.begin(patience);
    }

    /** Whether everything is there that a worker needs, part by part: {@code up} or {@code down}. */
    public ObjectNode health() {
        return worker.health();
    }

    /** What killed commands left open is rolled back or closed. Looked for once. */
    void settleLeftovers() {
        leftovers.settle();
    }

    /** Other processes reach the in-process Temporal from here on. */
    void listen(int port) {
        parts.listen(port);
    }

    /** Where the database is; the password is not in it. */
    DatabaseAddress databaseAddress() {
        return parts.storage().address();
    }

    /** The session that calls belong to: the settings' one, or one that was made for this service. Never changes. */
    public UUID session() {
        return parts.session();
    }

    /** Whether somebody has begun to close it; what fails from then on fails for that reason. */
    public boolean closing() {
        return parts.closing();
    }

    /**
     * Stops and closes everything; a batch that runs is rolled back first. May be called from another thread while
     * something runs (Ctrl-C), and more than once: whoever comes second waits until all is closed. Removes a throw-away
     * home. Never throws.
     */
    @Override
    public void close() {
        parts.beginClosing();
        worker.stop();
        interruption.comes();
        synchronized (monitor) {
            if (!gone) {
                Running left = waiting.running();
                if (left != null) {
                    // not in the monitor of the parts: it may be what the other thread waits for
                    Parts.quietly(() -> interruption.end(left));
                }
                parts.close(waiting.running() == null);
                gone = true;
            }
        }
        AtExit.forget(this);
    }

    private RecourseClient client() {
        Engine open = parts.engine();
        leftovers.settle();
        if (parts.closing()) {
            throw new IllegalStateException("closed");
        }
        return parts.client(open);
    }
}
