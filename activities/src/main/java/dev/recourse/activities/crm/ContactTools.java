package dev.recourse.activities.crm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Patch;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with contacts. */
@ActivityInterface
public interface ContactTools {
    /** Makes a contact; its phone must not belong to another active contact. */
    @ActivityMethod(name = "crm.contact.create")
    Created create(NewContact contact);

    /** Gives one contact, archived or not. */
    @ActivityMethod(name = "crm.contact.read")
    Found read(ContactRef contact);

    /** Changes the fields that are given, and only those. */
    @ActivityMethod(name = "crm.contact.update")
    Updated update(ContactChange change);

    /** Archives a contact; archiving it again changes nothing and keeps the first time. */
    @ActivityMethod(name = "crm.contact.delete")
    Deleted delete(ContactRef contact);

    /** Gives a page of the active contacts. */
    @ActivityMethod(name = "crm.contact.list")
    ContactPage list(ContactQuery query);

    /** Gives the contact with that phone, however it is written. */
    @ActivityMethod(name = "crm.contact.findByPhone")
    FoundByPhone findByPhone(PhoneQuery query);

    /** Takes a contact out of the archive, unless its phone belongs to another by now. */
    @ActivityMethod(name = "crm.contact.restore")
    Restored restore(ContactRef contact);

    /** A contact as every tool gives it. */
    record Contact(
            UUID id,
            String name,
            String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            @Nullable String department,
            JsonNode customFields,
            List<TagTools.Tag> tags,
            boolean isClient,
            int version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant archivedAt) {
        public Contact {
            tags = List.copyOf(tags);
        }
    }

    record ContactRef(UUID contactId) {}

    /**
     * A contact to be.
     *
     * @param phone as people write it, with or without the country's prefix
     * @param tags names of tags; missing ones are made
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NewContact(
            String name,
            String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            @Nullable String department,
            List<String> tags) {
        public NewContact {
            tags = List.copyOf(tags);
        }

        /** The least a contact needs. */
        public NewContact(String name, String phone) {
            this(name, phone, null, null, null, null, List.of());
        }
    }

    record Created(UUID contactId, boolean created, Contact contact) {}

    record Found(UUID contactId, Contact contact) {}

    /**
     * A partial update, written {@code ContactChange.of(id).city("Cali").email(null)}: what is not named is left, null
     * clears.
     *
     * @param expectedVersion refuses the update if the contact has another version by now; null does not ask
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ContactChange(
            UUID contactId,
            @Nullable Integer expectedVersion,
            Patch<String> name,
            Patch<String> phone,
            Patch<String> email,
            Patch<String> address,
            Patch<String> city,
            Patch<String> department) {

        public static ContactChange of(UUID contactId) {
            Patch<String> leave = Patch.leave();
            return new ContactChange(contactId, null, leave, leave, leave, leave, leave, leave);
        }

        public ContactChange expectedVersion(int version) {
            return new ContactChange(contactId, version, name, phone, email, address, city, department);
        }

        public ContactChange name(String value) {
            return new ContactChange(
                    contactId, expectedVersion, Patch.set(value), phone, email, address, city, department);
        }

        public ContactChange phone(String value) {
            return new ContactChange(
                    contactId, expectedVersion, name, Patch.set(value), email, address, city, department);
        }

        public ContactChange email(@Nullable String value) {
            return new ContactChange(
                    contactId, expectedVersion, name, phone, Patch.to(value), address, city, department);
        }

        public ContactChange address(@Nullable String value) {
            return new ContactChange(contactId, expectedVersion, name, phone, email, Patch.to(value), city, department);
        }

        public ContactChange city(@Nullable String value) {
            return new ContactChange(
                    contactId, expectedVersion, name, phone, email, address, Patch.to(value), department);
        }

        public ContactChange department(@Nullable String value) {
            return new ContactChange(contactId, expectedVersion, name, phone, email, address, city, Patch.to(value));
        }

        /** The fields to change with their new values, null where one is to be cleared; empty if none is named. */
        public Map<String, @Nullable String> changes() {
            Map<String, @Nullable String> changes = new LinkedHashMap<>();
            fields().forEach((field, patch) -> {
                if (patch.given()) {
                    changes.put(field, patch.value());
                }
            });
            return changes;
        }

        private Map<String, Patch<String>> fields() {
            Map<String, Patch<String>> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.put("phone", phone);
            fields.put("email", email);
            fields.put("address", address);
            fields.put("city", city);
            fields.put("department", department);
            return fields;
        }
    }

    /**
     * A contact after its update.
     *
     * @param changedFields those that have another value now, not all that were named
     */
    record Updated(UUID contactId, List<String> changedFields, Contact contact) {
        public Updated {
            changedFields = List.copyOf(changedFields);
        }
    }

    /**
     * A contact in the archive.
     *
     * @param deleted whether it is in the archive now: always
     * @param alreadyDeleted whether it was there before
     * @param archivedAt when it was put there first
     */
    record Deleted(UUID contactId, boolean deleted, boolean alreadyDeleted, Instant archivedAt, Contact contact) {}

    /**
     * Which contacts, and which page of them.
     *
     * @param search part of a name, phone or email
     * @param tags names of tags a contact must all have
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ContactQuery(
            int page, int pageSize, @Nullable String search, List<String> tags, SortBy sortBy, SortOrder sortOrder) {
        public ContactQuery {
            tags = List.copyOf(tags);
        }

        /** The newest twenty. */
        public ContactQuery() {
            this(1, 20, null, List.of(), SortBy.CREATED_AT, SortOrder.DESC);
        }
    }

    /** What a page is ordered by. */
    enum SortBy {
        @JsonProperty("name")
        NAME,
        @JsonProperty("created_at")
        CREATED_AT,
        @JsonProperty("updated_at")
        UPDATED_AT
    }

    /** Which end comes first. */
    enum SortOrder {
        @JsonProperty("asc")
        ASC,
        @JsonProperty("desc")
        DESC
    }

    /**
     * One page.
     *
     * @param total how many there are on all pages
     */
    record ContactPage(List<Contact> contacts, long total, int page, int pageSize, int totalPages) {
        public ContactPage {
            contacts = List.copyOf(contacts);
        }
    }

    record PhoneQuery(String phone) {}

    /**
     * Who has a phone.
     *
     * @param duplicates other contacts with the same phone, newest first: archived ones
     */
    record FoundByPhone(UUID contactId, Contact contact, List<Contact> duplicates) {
        public FoundByPhone {
            duplicates = List.copyOf(duplicates);
        }
    }

    /**
     * A contact out of the archive.
     *
     * @param restored whether this call took it out of the archive; false if it was not in it
     */
    record Restored(UUID contactId, boolean restored, Contact contact) {}
}
