package dev.recourse.worker;

import dev.recourse.activities.call.Identity;
import dev.recourse.activities.whatsapp.VendorKeys;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Migrations;
import dev.recourse.db.Scope;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.embedded.EmbeddedFailure;
import dev.recourse.worker.embedded.EmbeddedPostgres;
import dev.recourse.worker.embedded.Home;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where state lives: the home and its secrets, the database in it or the configured one, the workspace. */
final class Storage implements AutoCloseable {

    private static final String KEY = "identity-key";

    /** For activities, and the limiter beside them. */
    private static final int CONNECTIONS = Engine.SLOTS + 4;

    private final Settings settings;
    private final Progress progress;
    private final @Nullable Long alive;
    private boolean closed;
    private @Nullable Home home;
    private @Nullable EmbeddedPostgres postgres;
    private @Nullable Database database;
    private @Nullable UUID workspace;

    /** @param alive the lock that shows others that this process lives; null where nobody needs to know */
    Storage(Settings settings, Progress progress, @Nullable Long alive) {
        this.settings = settings;
        this.progress = progress;
        this.alive = alive;
    }

    /** The database, migrated and probed. */
    synchronized Database database() {
        Database open = database;
        if (open == null) {
            stillOpen();
            open = opened();
            database = open;
        }
        return open;
    }

    /** The workspace that the settings name. */
    synchronized UUID workspace() {
        UUID known = workspace;
        if (known == null) {
            UUID given = Settings.uuid(settings.workspace());
            known = given != null
                    ? given
                    : database()
                            .workspace(settings.workspace())
                            .orElseThrow(() -> new WrongUsage("There is no workspace '" + settings.workspace()
                                    + "'. docs/operating.md says how one is made."));
            workspace = known;
        }
        return known;
    }

    /** The key that signs identities: the configured one, else the home's own. */
    Identity.Key key() {
        return new Identity.Key(secret());
    }

    /** What seals the keys of WhatsApp numbers; it is derived from the same secret. */
    VendorKeys vendorKeys() {
        return new VendorKeys(secret());
    }

    private byte[] secret() {
        String configured = settings.identityKey();
        String secret = configured == null ? home().secret(KEY) : configured;
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    /** Brings the schema up to date; answers how many steps that took. */
    int migrate() {
        try {
            return Migrations.run(address());
        } catch (DatabaseRefusal refusal) {
            throw unavailable(refusal);
        }
    }

    private Database opened() {
        DatabaseAddress address = address();
        try {
            Migrations.run(address);
            Database open = Database.open(address, CONNECTIONS, alive);
            Workspaces.prepare(open);
            boolean shared = settings.cluster() && settings.dev() == null && settings.database() != null;
            if (!shared) { // it belongs to whoever started this
                Workspaces.prepareDefault(open);
            }
            return open;
        } catch (DatabaseRefusal refusal) {
            throw unavailable(refusal);
        }
    }

    /** Whether the open database answers now. */
    boolean answers() {
        try {
            return database().in(Scope.of(Workspaces.SYSTEM), tx -> true);
        } catch (DatabaseRefusal refusal) {
            return false;
        }
    }

    /** For who has waited long enough. */
    ServiceUnavailable silent() {
        return new ServiceUnavailable(
                Part.DATABASE,
                "PostgreSQL",
                address().where(),
                "It answered when this command began. What that left unfinished, the next command settles.",
                null);
    }

    private ServiceUnavailable unavailable(DatabaseRefusal refusal) {
        return new ServiceUnavailable(
                Part.DATABASE,
                "PostgreSQL",
                address().where(),
                "Check DATABASE_URL, or leave it unset to use the embedded database. (" + refusal.getMessage() + ")",
                refusal,
                refusal.reason().passing());
    }

    /** The configured database, or the home's own, which is started for that. */
    synchronized DatabaseAddress address() {
        DatabaseAddress configured = settings.database();
        if (configured != null) {
            return configured;
        }
        try {
            EmbeddedPostgres running = postgres;
            if (running == null) {
                stillOpen();
                running = EmbeddedPostgres.open(home(), progress::doing);
                postgres = running;
            }
            return new DatabaseAddress(running.jdbcUrl(), running.user(), running.password());
        } catch (EmbeddedFailure impossible) {
            throw new ServiceUnavailable(
                    Part.DATABASE,
                    "The embedded PostgreSQL",
                    settings.home().toString(),
                    String.valueOf(impossible.getMessage()),
                    impossible);
        }
    }

    private synchronized Home home() {
        Home furnished = home;
        if (furnished == null) {
            stillOpen();
            furnished = settings.throwAway() ? Home.temporary() : Home.at(settings.home());
            home = furnished;
        }
        return furnished;
    }

    /** Nothing is opened any more once closing has begun: nobody would be left to close it. */
    private void stillOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (database != null) {
            database.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (home != null) {
            home.close();
        }
    }
}
