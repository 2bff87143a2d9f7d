package dev.recourse.worker;

import dev.recourse.activities.call.Identity;
import dev.recourse.activities.call.ToolRuntime;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.AtExit;
import dev.recourse.worker.embedded.Beacon;
import dev.recourse.worker.embedded.EmbeddedFailure;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database, Temporal, the worker and the way out for messages: opened when they are first needed, the embedded ones
 * where the settings name none. The only place that opens and closes them.
 */
final class Parts {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Settings settings;
    private final Progress progress;
    private final Vitals vitals;
    private final AutoCloseable whole;
    private final UUID session;
    private final @Nullable Long owner;
    private final Storage storage;
    private final Ahead<Catalogue> catalogue;
    private final Ahead<EmbeddedTemporal> temporal;
    private final Ahead<Dialog360> dialog;
    private volatile String principal = Tooling.SERVICE_PRINCIPAL;
    private volatile String source = "cli";
    private volatile boolean closing;
    private volatile boolean serving;
    private volatile @Nullable Engine engine;

    /** @param whole what these are parts of: at the end of the JVM it is closed before them */
    Parts(Settings settings, Progress progress, Vitals vitals, AutoCloseable whole) {
        this.settings = settings;
        this.progress = progress;
        this.vitals = vitals;
        this.whole = whole;
        this.session = settings.session() == null ? UUID.randomUUID() : settings.session();
        this.owner = settings.cluster() ? null : Long.valueOf(new SecureRandom().nextLong() >>> 1);
        this.storage = new Storage(settings, progress, owner);
        this.catalogue = new Ahead<>("catalogue", () -> Tooling.catalogue(settings, post()));
        this.temporal = new Ahead<>("temporal", () -> EmbeddedTemporal.open(vitals.scope()));
        this.dialog = new Ahead<>("whatsapp", () -> new Dialog360(settings.whatsapp()));
    }

    /** The session that calls belong to. */
    UUID session() {
        return session;
    }

    /** Calls are that principal's from here on; to be said before anything is opened. */
    void actAs(String who) {
        principal = who;
    }

    /** Calls come from there from here on; to be said before anything is opened. */
    void actFrom(String where) {
        source = where;
    }

    Storage storage() {
        return storage;
    }

    Catalogue catalogue() {
        return catalogue.get();
    }

    /** The in-process Temporal; replays need it where a cluster is configured too. */
    EmbeddedTemporal temporal() {
        return temporal.get();
    }

    /** The way out for messages. */
    Post post() {
        return Post.of(dialog::get, storage::vendorKeys);
    }

    Database database() {
        Database open = storage.database();
        AtExit.close(whole); // before the parts that were opened for it
        return open;
    }

    /** To read in the workspace that the settings name. */
    Scope scope() {
        return Scope.of(storage.workspace());
    }

    /** What is open of Temporal; null where nobody has needed it yet. */
    @Nullable
    Engine opened() {
        return engine;
    }

    /** Where a cluster is configured, commands are clients of it, and workers run elsewhere. */
    Engine engine() {
        return engine(false, false);
    }

    /**
     * With a worker in any case.
     *
     * @param again whether it has been said that it is waited for
     */
    Engine workingEngine(boolean again) {
        return engine(true, again);
    }

    private synchronized Engine engine(boolean work, boolean again) {
        Engine open = engine;
        if (open == null) {
            if (closing) {
                throw new IllegalStateException("closed");
            }
            open = settings.cluster() ? connected(work, again) : embedded();
            engine = open;
            AtExit.close(whole);
        }
        return open;
    }

    /** Our client of it, in the workspace and session of the settings. */
    RecourseClient client(Engine open) {
        return open.client(settings.workspace(), session);
    }

    /** The configured cluster, or the one of {@code recourse dev}. */
    Cluster cluster() {
        Beacon.Place dev = settings.dev();
        return dev == null ? Cluster.configured(settings.temporalAddress()) : Cluster.ofDev(dev.temporal());
    }

    private Engine connected(boolean work, boolean again) {
        Cluster cluster = cluster();
        ToolRuntime runtime = work ? runtime() : null;
        if (!again) {
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
                    Part.TEMPORAL, "Temporal", "this process", String.valueOf(impossible.getMessage()), impossible);
        }
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

    /** Other processes reach the in-process Temporal from here on. */
    void listen(int port) {
        serving = true;
        temporal().listen(port);
    }

    /** Whether closing has begun; what fails from then on fails for that reason. */
    boolean closing() {
        return closing;
    }

    /** Nothing is opened any more: whoever is opening something stops at the next part, and lets go of the monitor. */
    void beginClosing() {
        closing = true;
    }

    /**
     * Closes what is open. Never throws.
     *
     * @param idle nobody here waits for an answer any more
     */
    synchronized void close(boolean idle) {
        Engine open = engine;
        quietly(() -> closeEngine(open, idle && !serving));
        quietly(() -> temporal.end(EmbeddedTemporal::close));
        quietly(() -> dialog.end(Dialog360::close));
        quietly(storage::close);
    }

    private static void closeEngine(@Nullable Engine open, boolean idle) {
        if (open != null) {
            open.close(idle);
        }
    }

    /** A step of closing, which the next ones follow whatever becomes of it. */
    interface Closing {
        void run() throws Exception;
    }

    static void quietly(Closing closing) {
        try {
            closing.run();
        } catch (Exception failed) {
            LOG.warn("Closing did not go as it should: {}", failed.toString());
        }
    }
}
