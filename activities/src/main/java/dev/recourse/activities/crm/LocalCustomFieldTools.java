package dev.recourse.activities.crm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.workspace.Caller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The fields that a workspace added to its contacts, in one transaction of one caller. */
final class LocalCustomFieldTools implements CustomFieldTools {
    private static final int MAX_FIELDS = 50;
    private static final int MAX_NAME_CHARS = 50;
    private static final int MAX_VALUE_CHARS = 500;

    private final Contacts contacts;

    LocalCustomFieldTools(Tx tx, Caller caller) {
        this.contacts = tx.table(Contacts.class);
    }

    @Override
    public Found read(ContactTools.ContactRef in) {
        Contacts.Row row = contacts.find(in.contactId()).orElseThrow(() -> ToolFailure.notFound("CONTACT_NOT_FOUND"));
        return new Found(row.id(), fields(row), row.version());
    }

    @Override
    public Updated update(FieldsChange in) {
        ObjectNode given = kept(in.fields());
        if (given.isEmpty()) {
            throw ToolFailure.validation("NO_FIELDS_TO_UPDATE");
        }
        Contacts.Row row = LocalContactTools.changeable(contacts, in.contactId());
        Versions.check(in.expectedVersion(), row.version());
        ObjectNode before = fields(row);
        List<String> changed = new ArrayList<>();
        given.properties().forEach(field -> {
            if (differs(before.path(field.getKey()), field.getValue())) {
                changed.add(field.getKey());
            }
        });
        Contacts.Row now = changed.isEmpty() ? row : merged(row, before, given.retain(changed));
        return new Updated(now.id(), changed, fields(now), now.version());
    }

    private Contacts.Row merged(Contacts.Row row, ObjectNode before, ObjectNode changes) {
        List<String> removed = new ArrayList<>();
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        changes.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                removed.add(field.getKey());
            } else {
                set.set(field.getKey(), field.getValue());
            }
        });
        long added = set.properties().stream()
                .filter(field -> !before.has(field.getKey()))
                .count();
        if (added > removed.size() && before.size() - removed.size() + added > MAX_FIELDS) {
            throw ToolFailure.precondition("TOO_MANY_FIELDS").with("max", MAX_FIELDS);
        }
        return contacts.customize(row.id(), Json.write(set), removed);
    }

    /** Names and texts as they are kept; a text in which nothing can be read removes its field, as null does. */
    private static ObjectNode kept(JsonNode given) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        given.properties().forEach(field -> {
            String at = "/fields/" + field.getKey();
            String name = Line.required(at, Line.visible(field.getKey()), "NAME_REQUIRED", MAX_NAME_CHARS);
            if (kept.has(name)) {
                throw ToolFailure.invalid(List.of(new Violation(at, "NOT_UNIQUE")));
            }
            JsonNode value = field.getValue();
            if (value.isTextual()) {
                kept.put(name, Prose.optional(at, value.textValue(), MAX_VALUE_CHARS));
            } else {
                kept.set(name, value);
            }
        });
        return kept;
    }

    /** 1 and 1.0 are one number; what is not there and null are both nothing to remove. */
    private static boolean differs(JsonNode before, JsonNode after) {
        return before.isMissingNode()
                ? !after.isNull()
                : after.isNull() || !Arrays.equals(Json.canonical(before), Json.canonical(after));
    }

    private static ObjectNode fields(Contacts.Row row) {
        return (ObjectNode) Json.recorded(row.customFields());
    }
}
