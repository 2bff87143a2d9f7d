package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.recourse.activities.crm.ContactTools.ContactChange;
import dev.recourse.activities.crm.ContactTools.ContactQuery;
import dev.recourse.activities.crm.ContactTools.NewContact;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Patch;
import dev.recourse.activities.tool.ToolName;
import dev.recourse.activities.tool.ToolSpec;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ContactChangeTest {
    private static final UUID ID = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

    private static final ObjectMapper TEMPORALS = JacksonJsonPayloadConverter.newDefaultObjectMapper();

    @Test
    void absent_null_and_a_value_are_three_things() {
        ContactChange change = Json.bind(
                Json.read("{\"contactId\":\"" + ID + "\",\"email\":null,\"city\":\"Cali\"}"), ContactChange.class);

        assertThat(change.name()).isEqualTo(Patch.leave());
        assertThat(change.email()).isEqualTo(Patch.clear());
        assertThat(change.city()).isEqualTo(Patch.set("Cali"));
        assertThat(change.expectedVersion()).isNull();
        assertThat(change.changes()).containsExactly(entry("email", null), entry("city", "Cali"));
    }

    @Test
    void a_change_written_in_java_reads_the_same_in_json() {
        ContactChange change =
                ContactChange.of(ID).expectedVersion(3).name("Ana").email(null);

        JsonNode json = Json.tree(change);

        assertThat(json)
                .isEqualTo(Json.read(
                        "{\"contactId\":\"" + ID + "\",\"expectedVersion\":3,\"name\":\"Ana\",\"email\":null}"));
        assertThat(Json.bind(json, ContactChange.class)).isEqualTo(change);
        assertThat(ContactChange.of(ID).changes()).isEmpty();
    }

    @Test
    void a_stub_with_temporals_own_converter_sends_what_the_schemas_accept() throws JsonProcessingException {
        assertAccepted("crm.contact.update", ContactChange.of(ID).city("Cali").department(null));
        assertAccepted("crm.contact.create", new NewContact("Ana", "3001234567"));
        assertAccepted("crm.contact.list", new ContactQuery());
        assertAccepted("crm.contact.read", new ContactTools.ContactRef(ID));
    }

    @Test
    void a_stub_with_temporals_own_converter_reads_what_the_tools_give() throws JsonProcessingException {
        ContactTools.Contact contact = Json.bind(
                Json.read(
                        "{\"id\":\"" + ID
                                + "\",\"name\":\"Ana\",\"phone\":\"+573001234567\",\"email\":null,\"address\":null,"
                                + "\"city\":null,\"department\":null,\"customFields\":{\"a\":1.5},\"tags\":[{\"id\":\""
                                + ID
                                + "\",\"name\":\"vip\",\"color\":\"#6366f1\"}],\"isClient\":true,\"version\":1,"
                                + "\"createdAt\":\"2026-01-31T15:04:05Z\",\"updatedAt\":\"2026-01-31T15:04:05Z\",\"archivedAt\":null}"),
                ContactTools.Contact.class);
        ContactTools.Created created = new ContactTools.Created(ID, true, contact);
        ToolSpec spec = ToolSpec.load(ToolName.of("crm.contact.create"), ContactTools.class);

        assertThat(spec.checkOutput(Json.tree(created))).isEmpty();
        ContactTools.Created read = TEMPORALS.readValue(Json.write(Json.tree(created)), ContactTools.Created.class);
        assertThat(Json.write(Json.tree(read))).isEqualTo(Json.write(Json.tree(created)));
    }

    private static void assertAccepted(String tool, Object input) throws JsonProcessingException {
        ToolSpec spec = ToolSpec.load(ToolName.of(tool), ContactTools.class);

        JsonNode sent = Json.read(TEMPORALS.writeValueAsString(input));

        assertThat(spec.check(sent)).as("%s", sent).isEmpty();
        assertThat(Json.bind(spec.accept(sent), input.getClass())).isEqualTo(input);
    }
}
