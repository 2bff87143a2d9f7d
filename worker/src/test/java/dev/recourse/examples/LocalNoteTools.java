package dev.recourse.examples;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

// tag::work[]
/** Notes, in one transaction of one caller: made anew for every call. */
final class LocalNoteTools implements NoteTools {
    private final Notes notes;

    LocalNoteTools(Tx tx, Caller caller) {
        this.notes = tx.table(Notes.class);
    }

    @Override
    public Written write(Note note) {
        Row old = notes.lock(note.contactId()).orElseThrow(() -> ToolFailure.notFound("CONTACT_NOT_FOUND"));
        notes.write(old.id(), note.text());
        return new Written(old.id(), note.text(), old.note());
    }

    /** The statements; row security adds "and workspace_id is mine" to each. */
    interface Notes {
        @SqlQuery("""
                select id, custom_fields ->> 'note' as note
                from contacts
                where id = :id and archived_at is null
                for no key update
                """)
        Optional<Row> lock(@Bind("id") UUID id);

        @SqlQuery("""
                update contacts
                set custom_fields = jsonb_set(custom_fields, '{note}', to_jsonb(:text::text)),
                  version = version + 1,
                  updated_at = now()
                where id = :id
                returning version
                """)
        int write(@Bind("id") UUID id, @Bind("text") String text);
    }

    /** A contact, as far as notes go. */
    record Row(UUID id, @Nullable String note) {}
}
// end::work[]
