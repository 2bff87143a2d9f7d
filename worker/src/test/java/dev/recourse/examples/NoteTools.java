package dev.recourse.examples;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

// tag::contract[]
/** What can be done with the note on a contact. */
@ActivityInterface
public interface NoteTools {
    /** Writes the note of a contact, over the one that was there. */
    @ActivityMethod(name = "shop.note.write")
    Written write(Note note);

    record Note(UUID contactId, String text) {}

    record Written(UUID contactId, String text, @Nullable String replaced) {}
}
// end::contract[]
