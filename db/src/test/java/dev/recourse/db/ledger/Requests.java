package dev.recourse.db.ledger;

import dev.recourse.db.TestDatabase;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What tests ask for: calls of the owner that are part of no batch and of no workflow. An undo is one of these, undoing. */
public final class Requests {

    private Requests() {}

    /**
     * A call over the API.
     *
     * @param inputs JSON
     */
    public static Request of(UUID id, String tool, String inputs) {
        return of(id, tool, inputs, null, "api");
    }

    /** A call of an agent in a session, without inputs. */
    static Request inSession(UUID session, UUID id, String tool) {
        return of(id, tool, "{}", session, "agent");
    }

    private static Request of(UUID id, String tool, String inputs, @Nullable UUID session, String source) {
        return new Request(
                id,
                tool,
                Request.Kind.DO,
                inputs,
                "00",
                TestDatabase.OWNER,
                session,
                null,
                "{\"source\": \"" + source + "\"}",
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.now());
    }
}
