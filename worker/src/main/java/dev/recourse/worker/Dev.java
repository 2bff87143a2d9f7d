package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.Beacon;
import dev.recourse.worker.embedded.DevServer;
import dev.recourse.worker.embedded.EmbeddedFailure;
import dev.recourse.worker.embedded.Home;
import dev.recourse.worker.embedded.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code recourse dev}: database, Temporal and worker of one home, up until this is closed, for every command on that home.
 *
 * <p>Temporal is its dev server where there is a {@code temporal} binary, and workflows then go on after a restart, whatever ended
 * this process. Otherwise it is the in-process server, and ends with this process: what was open then is rolled back.
 */
public final class Dev implements AutoCloseable {
    private static final int TEMPORAL_PORT = 7233;
    private static final int UI_PORT = 8233;

    private final Settings settings;
    private final Progress progress;
    private final Vitals vitals;
    private final Wishes wishes;
    private volatile boolean closing;
    private volatile boolean serverEnded;
    private volatile @Nullable Service service;
    private @Nullable Beacon beacon;
    private volatile @Nullable DevServer server;

    /**
     * What somebody may want otherwise.
     *
     * @param port of Temporal; 0 for the usual one, or a free one where that is taken
     * @param uiPort of its web UI; 0 likewise
     * @param headless no web UI
     * @param path where binaries are looked for
     * @param patience how long to wait for a configured database that is not up yet
     */
    public record Wishes(int port, int uiPort, boolean headless, String path, Duration patience) {}

    private Dev(Settings settings, Progress progress, Vitals vitals, Wishes wishes) {
        this.settings = settings;
        this.progress = progress;
        this.vitals = vitals;
        this.wishes = wishes;
    }

    /**
     * Makes it; {@link #start} brings it up.
     *
     * @throws WrongUsage if a cluster is configured, or a port that was named is taken
     */
    public static Dev of(Settings settings, Progress progress, Vitals vitals, Wishes wishes) {
        if (settings.cluster()) {
            throw new WrongUsage("dev brings up a Temporal of its own, and one is configured (TEMPORAL_ADDRESS,"
                    + " TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE): unset that, or use recourse worker.");
        }
        return new Dev(settings, progress, vitals, wishes);
    }

    /**
     * Brings everything up.
     *
     * @return where everything is
     * @throws WrongUsage if one runs on that home already, or a port that was named is taken
     * @throws ServiceUnavailable if a part can't be had
     */
    public ObjectNode start() {
        try {
            Beacon ours = opened(this::taken);
            DevServer.At ports = ports(ours.left());
            Beacon.Place place = opened(() -> temporal(ports));
            Service working = opened(() -> worker(place));
            working.begin(wishes.patience());
            if (!place.server()) {
                working.listen(ports.temporal());
            }
            working.settleLeftovers();
            ours.show(place);
            return report(place, working.databaseAddress());
        } catch (EmbeddedFailure impossible) {
            throw new ServiceUnavailable(
                    Part.TEMPORAL,
                    "Temporal",
                    settings.home().toString(),
                    String.valueOf(impossible.getMessage()),
                    impossible);
        } catch (RuntimeException failed) {
            throw whyEnded().orElseThrow(() -> failed);
        }
    }

    /**
     * Stays until this is closed.
     *
     * @throws ServiceUnavailable if Temporal's dev server ends by itself
     */
    public void stay() {
        Service working = service;
        if (working != null) {
            working.work();
        }
        whyEnded().ifPresent(why -> {
            throw why;
        });
    }

    /** Empty unless the dev server ended though nobody told it to. */
    private Optional<ServiceUnavailable> whyEnded() {
        DevServer ended = server;
        return !serverEnded || closing || ended == null
                ? Optional.empty()
                : Optional.of(new ServiceUnavailable(
                        Part.TEMPORAL,
                        "Temporal's dev server",
                        ended.address(),
                        "It has ended; its log is " + ended.log() + ".",
                        null));
    }

    /** Whether everything works, part by part. */
    public ObjectNode health() {
        Service working = service;
        return working == null ? Health.down() : working.health();
    }

    /** Whether somebody has begun to close it; what fails from then on fails for that reason. */
    public boolean closing() {
        return closing;
    }

    /** Lets what runs finish, and stops everything. May come from another thread, and more than once. */
    @Override
    public void close() {
        closing = true;
        Service working = service;
        if (working != null) {
            working.close(); // not in the monitor: it ends the wait for a database
        }
        closeRest();
    }

    private synchronized void closeRest() {
        if (beacon != null) {
            beacon.dim();
        }
        if (service != null) {
            service.close();
        }
        if (server != null) {
            server.close();
        }
        if (beacon != null) {
            beacon.close();
        }
    }

    /** Whoever closes waits for a part that is being opened, and closes it. */
    private synchronized <T> T opened(Supplier<T> part) {
        if (closing) {
            throw new IllegalStateException("closed");
        }
        return part.get();
    }

    private Beacon taken() {
        Beacon taken = Beacon.take(Home.at(settings.home()))
                .orElseThrow(() -> new WrongUsage("recourse dev runs on this home already (" + settings.home()
                        + "): other commands use it. RECOURSE_HOME names another home."));
        beacon = taken;
        DevServer.endLeft(Home.at(settings.home()));
        return taken;
    }

    /** The dev server where there is one; the other kind starts with the worker. */
    private Beacon.Place temporal(DevServer.At ports) {
        Optional<Path> binary = DevServer.binary(wishes.path());
        String database = Neighbour.database(settings);
        if (binary.isEmpty()) {
            return new Beacon.Place("127.0.0.1:" + ports.temporal(), "", database, false);
        }
        progress.doing("starting Temporal's dev server");
        DevServer started = DevServer.start(binary.get(), Home.at(settings.home()), ports, wishes.path());
        server = started;
        return new Beacon.Place(started.address(), started.ui().orElse(""), database, true);
    }

    private Service worker(Beacon.Place place) {
        Service working = Service.alone(place.server() ? settings.on(place) : settings, progress, vitals);
        service = working;
        DevServer started = server;
        if (started != null) {
            started.whenEnded(() -> {
                serverEnded = true;
                working.close();
            });
        }
        return working;
    }

    /** Ports that were named, else those of one that was killed, whose clients wait there, else the usual ones. */
    private DevServer.At ports(Optional<Beacon.Place> left) {
        int temporal = port("--port", wishes.port(), left.map(Beacon.Place::temporal), TEMPORAL_PORT);
        return new DevServer.At(
                temporal,
                wishes.headless() ? 0 : port("--ui-port", wishes.uiPort(), left.map(Beacon.Place::ui), UI_PORT));
    }

    private static int port(String flag, int wish, Optional<String> left, int usual) {
        if (wish == 0) {
            return Ports.firstFree(left.map(Dev::portOf).orElse(0), usual);
        }
        if (!Ports.isFree(wish)) {
            throw new WrongUsage(flag + " " + wish + " is taken: somebody listens there already.");
        }
        return wish;
    }

    private static int portOf(String address) {
        String port = address.substring(address.lastIndexOf(':') + 1);
        return port.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(port) : 0;
    }

    private ObjectNode report(Beacon.Place place, DatabaseAddress database) {
        ObjectNode report = JsonNodeFactory.instance.objectNode().put("status", "up");
        report.put("home", settings.home().toString());
        ObjectNode where = report.putObject("database");
        if (settings.database() == null) {
            where.put("url", database.where().replace("//", "//" + database.user() + "@"));
            where.put(
                    "password_file",
                    Home.at(settings.home()).keys().resolve("database-password").toString());
        } else {
            where.put("url", database.where()).putNull("password_file");
        }
        report.putObject("temporal")
                .put("address", place.temporal())
                .put("ui", place.ui().isEmpty() ? null : place.ui())
                .put("server", place.server() ? "dev server" : "in process");
        return report.put("task_queue", RecourseClient.TASK_QUEUE).put("workspace", settings.workspace());
    }
}
