package dev.recourse.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.ContactTools;
import dev.recourse.activities.crm.TagTools;
import dev.recourse.workflows.Tools;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.UUID;

// tag::workflow[]
/** Welcomes somebody: a contact, a tag, a note. */
@WorkflowInterface
public interface Welcome {
    @WorkflowMethod(name = "Welcome")
    UUID run(String name, String phone);

    /** Each line is one call: one attempt, one row in the ledger. */
    final class Run implements Welcome {
        private final ContactTools contacts = Tools.stub(ContactTools.class);
        private final TagTools tags = Tools.stub(TagTools.class);
        private final NoteTools notes = Tools.stub(NoteTools.class);

        @Override
        public UUID run(String name, String phone) {
            UUID contact = known(name, phone);
            tags.add(new TagTools.TagOnContact(contact, "welcome"));
            notes.write(new NoteTools.Note(contact, "Call on Monday."));
            return contact;
        }

        /** A refusal is an ApplicationFailure of the error's type; its first detail is the error. */
        private UUID known(String name, String phone) {
            try {
                return contacts.create(new ContactTools.NewContact(name, phone)).contactId();
            } catch (ActivityFailure refused) {
                if (refused.getCause() instanceof ApplicationFailure told
                        && told.getType().equals("duplicate")) {
                    JsonNode error = told.getDetails().get(JsonNode.class);
                    return UUID.fromString(error.at("/details/contactId").asText());
                }
                throw refused;
            }
        }
    }
}
// end::workflow[]
