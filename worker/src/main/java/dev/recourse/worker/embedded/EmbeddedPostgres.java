package dev.recourse.worker.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL of a home, shared by all processes that have it open: the first one starts it, the last one stops it.
 *
 * <p>One that was killed counts as gone. If nobody was left to stop the server, the next one finds it and goes on with it.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private final Home home;
    private final OneAtATime turn;
    private final Occupants occupants;
    private final String password;
    private @Nullable PostgresServer entered;
    private volatile boolean left;
    private int port;

    private EmbeddedPostgres(Home home) {
        this.home = home;
        this.turn = new OneAtATime(home.postgres().resolve("start.lock"));
        this.occupants = Occupants.of(home.postgres().resolve("in-use.lock"));
        this.password = home.secret("database-password");
    }

    /**
     * Attaches to the server of that home, or starts it; the first time in a home it makes the database too. The end of the JVM
     * closes what was left open.
     *
     * @param progress gets a line for the user whenever something takes a moment
     * @throws EmbeddedFailure if it can't be had here, with what to do about it
     */
    public static EmbeddedPostgres open(Home home, Consumer<String> progress) {
        EmbeddedPostgres postgres = new EmbeddedPostgres(home);
        // Before the start: a Ctrl-C in the middle of it waits for the server, then stops it.
        AtExit.close(postgres);
        try {
            PostgresBinaries binaries = PostgresBinaries.unpacked(home.cache(), progress);
            postgres.enter(
                    new PostgresServer(home.postgres(), postgres.password, binaries, OtherUser.ifNeeded()), progress);
            return postgres;
        } catch (IOException | UncheckedIOException e) {
            postgres.close();
            throw new EmbeddedFailure(Texts.say("postgres.unusable", home.postgres(), e), e);
        } catch (RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    /** Without user and password. Only scram-sha-256 is accepted, so nobody else on the port gets to hear the password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + PostgresServer.DATABASE
                + "?sslmode=disable&gssEncMode=disable&requireAuth=scram-sha-256";
    }

    public String user() {
        return PostgresServer.USER;
    }

    public String password() {
        return password;
    }

    /** Leaves, and stops the server if nobody else is inside. A second time does nothing. */
    @Override
    public void close() {
        if (left) {
            return;
        }
        try {
            turn.run(this::leave);
        } catch (IOException e) {
            throw new EmbeddedFailure(Texts.say("postgres.unusable", home.postgres(), e), e);
        } finally {
            // Not earlier: the end of the JVM has to wait for a stop that is under way.
            AtExit.forget(this);
        }
    }

    @Override
    public String toString() {
        return "EmbeddedPostgres[" + home.postgres() + ", port " + port + "]";
    }

    private void enter(PostgresServer server, Consumer<String> progress) throws IOException {
        turn.run(() -> {
            if (left) {
                throw new IllegalStateException("Closed while it was opened");
            }
            occupants.enter();
            entered = server;
            port = server.running(progress);
            return port;
        });
    }

    private boolean leave() throws IOException {
        PostgresServer server = entered;
        entered = null;
        try {
            if (server == null || !occupants.leave()) {
                return false;
            }
            server.stop();
            return true;
        } finally {
            left = true;
        }
    }
}
