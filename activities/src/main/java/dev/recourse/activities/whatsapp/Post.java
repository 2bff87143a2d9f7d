package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.whatsapp.Lines;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What sending needs besides the database: the vendor's client, what opens its keys, and a clock. Each is made when it is
 * first used.
 */
public final class Post {
    private final Supplier<Dialog360> client;
    private final Supplier<Optional<VendorKeys>> keys;
    private final InstantSource clock;

    private Post(Supplier<Dialog360> client, Supplier<Optional<VendorKeys>> keys, InstantSource clock) {
        this.client = client;
        this.keys = keys;
        this.clock = clock;
    }

    /** A post that sends through that client; both are asked for at each use. */
    public static Post of(Supplier<Dialog360> client, Supplier<VendorKeys> keys) {
        return of(client, keys, InstantSource.system());
    }

    static Post of(Supplier<Dialog360> client, Supplier<VendorKeys> keys, InstantSource clock) {
        return new Post(client, () -> Optional.of(keys.get()), clock);
    }

    /** For a catalogue that is only read: whoever sends is told that WhatsApp is not connected. */
    public static Post none() {
        return new Post(
                () -> {
                    throw new IllegalStateException("nothing is sent here");
                },
                Optional::empty,
                InstantSource.system());
    }

    Dialog360 client() {
        return client.get();
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * The key of a line.
     *
     * @throws ToolFailure if it does not open
     */
    VendorKey key(Tx tx, UUID workspace, UUID line) {
        VendorKeys opener = keys.get().orElseThrow(() -> ToolFailure.precondition("WHATSAPP_NOT_CONFIGURED"));
        return opener.open(workspace, line, tx.table(Lines.class).sealedKey(line))
                .orElseThrow(() -> ToolFailure.precondition("WHATSAPP_KEY_UNREADABLE"));
    }
}
