package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.worker.client.RecourseClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What belongs to another workspace is, to every tool, as if it were not there. */
@Timeout(60)
final class OtherTenantTest {

    private static final TestStack STACK = TestStack.start();

    /** Of everything that workspace B keeps; nothing that A sends holds it. */
    private static final String CANARY = "zq7canary";

    private static final JsonNode THEIRS = asB("crm.contact.create", """
            {"name": "zq7canary Beatriz", "phone": "3007654321", "email": "zq7canary@example.com",
             "address": "Calle zq7canary", "city": "zq7canary", "tags": ["zq7canary vip"]}""");
    private static final JsonNode ARCHIVED =
            asB("crm.contact.create", "{\"name\": \"zq7canary Berta\", \"phone\": \"3007654322\"}");
    private static final JsonNode OURS =
            STACK.call("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"3001234567\", \"tags\": [\"vip\"]}");

    static {
        asB("crm.contact.update", "{\"contactId\": \"" + contact(THEIRS) + "\", \"department\": \"zq7canary\"}");
        asB("crm.contact.create", "{\"name\": \"zq7canary Bruno\", \"phone\": \"3007654399\"}");
        asB("crm.contact.delete", "{\"contactId\": \"" + contact(ARCHIVED) + "\"}");
        String theirs = "{\"contactId\": \"" + contact(THEIRS) + "\", ";
        asB("crm.note.create", theirs + "\"content\": \"zq7canary\"}");
        asB("crm.task.create", theirs + "\"title\": \"zq7canary\", \"description\": \"zq7canary\"}");
        asB("crm.custom-field.update", theirs + "\"fields\": {\"zq7canary\": \"zq7canary\"}}");
        asB(
                "crm.order.create",
                theirs + "\"notes\": \"zq7canary\", \"shippingAddress\": \"zq7canary\", \"products\":"
                        + " [{\"name\": \"zq7canary\", \"quantity\": 1, \"price\": 5}]}");
    }

    /** An id of workspace B's from each table that tools write and B has rows in. */
    private static final List<String> THEIR_IDS = STACK.db.rows("select table_name from tracked_tables").stream()
            .flatMap(table -> STACK
                    .db
                    .rows("select id from " + table + " where workspace_id = '" + workspaceB()
                            + "' order by id limit 1")
                    .stream())
            .toList();

    @AfterAll
    static void close() {
        STACK.close();
    }

    static Stream<String> tools() {
        return Tooling.catalogue().list().stream().map(spec -> spec.name().toString());
    }

    @ParameterizedTest
    @MethodSource("tools")
    void anothers_id_is_answered_as_one_that_nobody_has(String tool) {
        String before = STACK.db.everything();
        List<String> ids = new ArrayList<>(THEIR_IDS);
        ids.addAll(List.of(contact(ARCHIVED), execution(THEIRS), workspaceB()));
        for (boolean dryRun : List.of(false, true)) {
            String nobodys = answer(tool, UUID.randomUUID().toString(), dryRun);

            assertThat(ids)
                    .allSatisfy(
                            theirs -> assertThat(answer(tool, theirs, dryRun)).isEqualTo(nobodys));
        }
        if (takesAnId(spec(tool))) {
            assertThat(STACK.db.everything()).isEqualTo(before);
        }
    }

    @Test
    void few_tools_take_no_id_and_there_are_many_ids() {
        List<String> none = tools().filter(tool -> !takesAnId(spec(tool))).toList();

        assertThat(none).contains("crm.contact.create", "crm.contact.list", "crm.contact.findByPhone");
        assertThat(none).hasSizeLessThan((int) tools().count() / 4);
        assertThat(THEIR_IDS).hasSizeGreaterThan(8);
    }

    @Test
    void anothers_phone_tag_and_name_are_answered_as_ones_that_nobody_has() {
        assertThat(masked(STACK.call("crm.contact.findByPhone", "{\"phone\": \"3007654399\"}")))
                .isEqualTo(masked(STACK.call("crm.contact.findByPhone", "{\"phone\": \"3009998877\"}")));
        assertThat(masked(STACK.call("crm.contact.list", "{\"search\": \"" + CANARY + "\"}")))
                .isEqualTo(masked(STACK.call("crm.contact.list", "{\"search\": \"nobody at all\"}")));
        assertThat(masked(STACK.call("crm.contact.list", "{\"tags\": [\"" + CANARY + " vip\"]}")))
                .isEqualTo(masked(STACK.call("crm.contact.list", "{\"tags\": [\"none such\"]}")));
        String tag = "{\"contactId\": \"" + contact(OURS) + "\", \"tag\": \"";
        assertThat(masked(STACK.call("crm.tag.remove", tag + CANARY + " vip\"}")))
                .isEqualTo(masked(STACK.call("crm.tag.remove", tag + "none such\"}")));
        JsonNode free = STACK.dryRun("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"3007654399\"}");
        assertThat(free.path("status").asText()).isEqualTo("dry_run");
    }

    @Test
    void nothing_of_another_workspace_is_in_any_answer() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> names = tools().toList();
        Map<String, Integer> ends = new HashMap<>();
        for (int i = 0; i < 150; i++) {
            String tool = names.get(random.nextInt(names.size()));
            ObjectNode inputs = mutated(random, spec(tool));
            JsonNode answer = STACK.ana()
                    .call(tool, inputs, random.nextInt(4) == 0, UUID.randomUUID())
                    .answer();
            ends.merge(answer.path("status").asText(), 1, Integer::sum);

            assertThat(answer.toString())
                    .as("seed %d: %s %s", seed, tool, inputs)
                    .doesNotContain("canary", contact(THEIRS), contact(ARCHIVED));
        }
        assertThat(ends.keySet()).as("seed %d: %s", seed, ends).contains("success", "error", "dry_run");
        assertThat(
                        STACK.db.cell(
                                "select count(*) from tool_changes c join workspaces w on w.id = c.workspace_id"
                                        + " join tool_executions e on e.id = c.execution_id where w.slug = 'b' and e.workspace_id <> w.id"))
                .isEqualTo("0");
    }

    @Test
    void the_canaries_are_there_to_be_found() {
        assertThat(asB("crm.contact.list", "{\"search\": \"zq7\"}").toString()).contains(CANARY, contact(THEIRS));
    }

    /** An example of the tool's with what is interesting put in its place. */
    private static ObjectNode mutated(Random random, ToolSpec spec) {
        ObjectNode inputs = (ObjectNode) spec.passes();
        List<String> fields = new ArrayList<>();
        spec.input(Locale.ENGLISH).path("properties").fieldNames().forEachRemaining(fields::add);
        for (String field : fields) {
            JsonNode property = spec.input(Locale.ENGLISH).path("properties").path(field);
            if (property.path("format").asText().equals("uuid")) {
                List<String> ids = new ArrayList<>(THEIR_IDS);
                ids.addAll(
                        List.of(contact(ARCHIVED), execution(THEIRS), contact(OURS), contact(OURS), execution(OURS)));
                inputs.put(field, ids.get(random.nextInt(ids.size())));
            } else if (field.equals("phone")) {
                inputs.put(field, one(random, "3007654321", "3007654322", "3001234567", NewContact.phone()));
            } else if (field.equals("search")) {
                inputs.put(field, one(random, "zq7", "an", "3007654", "@example.com"));
            } else if (field.equals("tag")) {
                inputs.put(field, one(random, "vip", "zq7", "new"));
            } else if (random.nextInt(3) == 0) {
                inputs.remove(field);
            }
        }
        return inputs;
    }

    private static String one(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }

    private static String answer(String tool, String id, boolean dryRun) {
        ToolSpec spec = spec(tool);
        ObjectNode inputs = (ObjectNode) spec.passes();
        spec.input(Locale.ENGLISH).path("properties").properties().forEach(property -> {
            if (property.getValue().path("format").asText().equals("uuid")) {
                inputs.put(property.getKey(), id);
            }
        });
        JsonNode answer = takesAnId(spec)
                ? STACK.ana().call(tool, inputs, dryRun, UUID.randomUUID()).answer()
                : json("{}");
        return masked(answer).replace(id, "ID");
    }

    private static boolean takesAnId(ToolSpec spec) {
        return spec.input(Locale.ENGLISH)
                .path("properties")
                .findValuesAsText("format")
                .contains("uuid");
    }

    private static ToolSpec spec(String tool) {
        return Tooling.catalogue().find(tool).orElseThrow().spec();
    }

    private static JsonNode asB(String tool, String inputs) {
        JsonNode answer = new RecourseClient(STACK.client("b", "user:ana"), "b", UUID.randomUUID(), true)
                .call(tool, json(inputs), false, UUID.randomUUID())
                .answer();
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
        return answer;
    }

    /** Without its own id and how long it took. */
    private static String masked(JsonNode answer) {
        ObjectNode masked = (ObjectNode) answer.deepCopy();
        masked.remove(List.of("execution_id", "duration_ms"));
        return masked.toString();
    }

    private static String contact(JsonNode made) {
        return made.at("/outputs/contactId").asText();
    }

    private static String execution(JsonNode answer) {
        return answer.path("execution_id").asText();
    }

    private static String workspaceB() {
        return STACK.db.cell("select id from workspaces where slug = 'b'");
    }
}
