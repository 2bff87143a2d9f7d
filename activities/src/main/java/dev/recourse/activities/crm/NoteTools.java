package dev.recourse.activities.crm;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with the notes on a contact. */
@ActivityInterface
public interface NoteTools {
    /** Writes a note on an active contact. */
    @ActivityMethod(name = "crm.note.create")
    Created create(NewNote note);

    /** Gives a page of the active notes on a contact, newest first. */
    @ActivityMethod(name = "crm.note.list")
    NotePage list(NoteQuery query);

    /** Archives a note; archiving it again changes nothing and keeps the first time. */
    @ActivityMethod(name = "crm.note.archive")
    Archived archive(NoteRef note);

    /**
     * A note as every tool gives it.
     *
     * @param author {@code user:<handle>} or {@code key:<public id>}
     */
    record Note(
            UUID id,
            UUID contactId,
            String author,
            String content,
            int version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant archivedAt) {}

    /**
     * A note to be.
     *
     * @param content text of one or more lines
     */
    record NewNote(UUID contactId, String content) {}

    record Created(UUID noteId, UUID contactId, boolean created, Note note) {}

    record NoteQuery(UUID contactId, int page, int pageSize) {
        /** The newest twenty. */
        public NoteQuery(UUID contactId) {
            this(contactId, 1, 20);
        }
    }

    /**
     * One page.
     *
     * @param total how many there are on all pages
     */
    record NotePage(UUID contactId, List<Note> notes, long total, int page, int pageSize, int totalPages) {
        public NotePage {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Which note.
     *
     * @param expectedVersion refuses if the note has another version by now; null does not ask
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NoteRef(UUID noteId, @Nullable Integer expectedVersion) {
        public NoteRef(UUID noteId) {
            this(noteId, null);
        }
    }

    /**
     * A note in the archive.
     *
     * @param archived whether it is in the archive now: always
     * @param alreadyArchived whether it was there before
     * @param archivedAt when it was put there first
     */
    record Archived(
            UUID noteId, UUID contactId, boolean archived, boolean alreadyArchived, Instant archivedAt, Note note) {}
}
