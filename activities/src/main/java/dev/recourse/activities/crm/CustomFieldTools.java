package dev.recourse.activities.crm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with the fields that a workspace added to its contacts. */
@ActivityInterface
public interface CustomFieldTools {
    /** Gives the custom fields of one contact, archived or not. */
    @ActivityMethod(name = "crm.custom-field.read")
    Found read(ContactTools.ContactRef contact);

    /** Sets the fields that have a value, removes those that are null, and leaves the others. */
    @ActivityMethod(name = "crm.custom-field.update")
    Updated update(FieldsChange change);

    record Found(UUID contactId, JsonNode fields, int version) {}

    /**
     * Custom fields by name.
     *
     * @param expectedVersion refuses the update if the contact has another version by now; null does not ask
     * @param fields an object of texts, numbers, booleans, and null for what is to be removed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FieldsChange(UUID contactId, @Nullable Integer expectedVersion, JsonNode fields) {
        public FieldsChange(UUID contactId, JsonNode fields) {
            this(contactId, null, fields);
        }
    }

    /**
     * A contact's custom fields after their update.
     *
     * @param changedFields those that have another value now, or none any more
     * @param fields all of them
     * @param version of the contact
     */
    record Updated(UUID contactId, List<String> changedFields, JsonNode fields, int version) {
        public Updated {
            changedFields = List.copyOf(changedFields);
        }
    }
}
