package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.ContactNotes;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.workspace.Caller;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Notes on contacts, in one transaction of one caller. */
final class LocalNoteTools implements NoteTools {
    private static final int MAX_CONTENT_CHARS = 5000;

    private final Caller caller;
    private final Contacts contacts;
    private final ContactNotes notes;

    LocalNoteTools(Tx tx, Caller caller) {
        this.caller = caller;
        this.contacts = tx.table(Contacts.class);
        this.notes = tx.table(ContactNotes.class);
    }

    @Override
    public Created create(NewNote in) {
        String content = Prose.required("/content", in.content(), "CONTENT_REQUIRED", MAX_CONTENT_CHARS);
        UUID contact = LocalContactTools.changeable(contacts, in.contactId()).id();
        Note note = note(notes.add(UuidCreator.getTimeOrderedEpoch(), contact, caller.principal(), content));
        return new Created(note.id(), contact, true, note);
    }

    @Override
    public NotePage list(NoteQuery in) {
        UUID contact = contacts.find(in.contactId())
                .orElseThrow(() -> ToolFailure.notFound("CONTACT_NOT_FOUND"))
                .id();
        List<Note> page = notes.page(contact, in.pageSize(), (in.page() - 1L) * in.pageSize()).stream()
                .map(LocalNoteTools::note)
                .toList();
        long total = notes.count(contact);
        int pages = (int) ((total + in.pageSize() - 1) / in.pageSize());
        return new NotePage(contact, page, total, in.page(), in.pageSize(), pages);
    }

    @Override
    public Archived archive(NoteRef in) {
        ContactNotes.Row row = notes.lock(in.noteId()).orElseThrow(() -> ToolFailure.notFound("NOTE_NOT_FOUND"));
        boolean already = row.archivedAt() != null;
        Note note = note(already ? row : archived(row, in));
        return new Archived(
                note.id(), note.contactId(), true, already, Objects.requireNonNull(note.archivedAt()), note);
    }

    private ContactNotes.Row archived(ContactNotes.Row row, NoteRef in) {
        Versions.check(in.expectedVersion(), row.version());
        return notes.archive(row.id()).orElseThrow();
    }

    private static Note note(ContactNotes.Row row) {
        return new Note(
                row.id(),
                row.contactId(),
                row.author(),
                row.content(),
                row.version(),
                row.createdAt(),
                row.updatedAt(),
                row.archivedAt());
    }
}
