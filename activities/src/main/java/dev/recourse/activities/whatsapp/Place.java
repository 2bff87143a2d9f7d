package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.whatsapp.Messages;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** A place in a thread, and the cursor that stands for it outside. */
record Place(Instant at, UUID id) {

    static Place of(Messages.Row message) {
        return new Place(message.at(), message.id());
    }

    /** The text as the id of a message; empty if it is none. */
    static Optional<UUID> id(String written) {
        try {
            return written.length() == 36 ? Optional.of(UUID.fromString(written)) : Optional.empty();
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    /**
     * The place behind a cursor.
     *
     * @param field JSON Pointer that a refusal names
     * @throws ToolFailure {@code CURSOR_INVALID} if it is none of ours
     */
    static Place read(String field, String cursor) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", -1);
            if (parts.length == 2) {
                return new Place(Instant.parse(parts[0]), UUID.fromString(parts[1]));
            }
        } catch (IllegalArgumentException | DateTimeException none) {
            // said below
        }
        throw ToolFailure.field(new Violation(field, "CURSOR_INVALID"));
    }

    String cursor() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((at + " " + id).getBytes(StandardCharsets.US_ASCII));
    }
}
