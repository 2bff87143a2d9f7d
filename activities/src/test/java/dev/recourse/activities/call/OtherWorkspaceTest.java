package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.AllTools;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every place where any tool takes an id or a text is given what another workspace has, of every table: the answer is that
 * to an id or a text that nobody has, and nothing of the other workspace is ever in it.
 */
@Timeout(120)
final class OtherWorkspaceTest {
    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Random RANDOM = new Random(11);
    private static final Rules RULES = Rules.of(DB);
    private static final Calling OURS = new Calling(DB, RANDOM);
    private static final Calling THEIRS = new Calling(DB, RANDOM);

    /** In every text that the other workspace keeps, where the table takes it. */
    private static final String CANARY = "zq7canary";

    private static final Pattern UUIDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern TIMES = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

    /** One id of theirs by table. */
    private static final Map<String, String> IDS = new LinkedHashMap<>();

    private static final Set<String> PLANTED = new TreeSet<>();

    static {
        for (int i = 0;
                i < 20 && (i == 0 || !hasEverything(THEIRS));
                i++) { // tools also remove: not all that began is left
            tools().forEach(tool -> used(THEIRS, tool));
        }
        tools().forEach(tool -> used(OURS, tool));
        List<String> tables = new ArrayList<>(RULES.tables());
        tables.addAll(List.of("tool_executions", "workspace_members"));
        tables.forEach(table -> THEIRS.ids(table).stream().findFirst().ifPresent(id -> IDS.put(table, id)));
        IDS.put("workspaces", THEIRS.workspace.toString());
        RULES.tables().forEach(OtherWorkspaceTest::plant);
    }

    private static boolean hasEverything(Calling calling) {
        return RULES.tables().stream().noneMatch(table -> calling.ids(table).isEmpty());
    }

    /** Lets a tool that writes do something, if it will. */
    private static void used(Calling calling, ToolSpec tool) {
        int effects = 0;
        for (int i = 0; i < 40 && effects < 2 && !tool.readOnly(); i++) {
            Answered answer = calling.call(tool, calling.input(tool));
            effects += answer.outcome() == Answer.Outcome.APPLIED ? 1 : 0;
        }
    }

    @AfterAll
    static void close() {
        DB.close();
    }

    static List<ToolSpec> tools() {
        return AllTools.catalogue().list().stream()
                .filter(spec -> !AllTools.catalogue()
                        .find(spec.toString())
                        .map(Tool::external)
                        .orElseThrow())
                .toList();
    }

    @Test
    void the_other_workspace_has_something_of_everything() {
        assertThat(IDS.keySet())
                .as("tables without a row of theirs: People.BEGIN has to put one there")
                .containsAll(RULES.tables());
        assertThat(PLANTED).contains("contacts", "contact_notes", "tasks", "orders", "order_products", "tags");
        ToolSpec list =
                AllTools.catalogue().find("crm.contact.list").orElseThrow().spec();
        assertThat(Json.write(THEIRS.call(list, Json.read("{}")).outputs())).contains(CANARY);
    }

    @ParameterizedTest
    @MethodSource("tools")
    void anothers_id_is_answered_as_one_that_nobody_has(ToolSpec tool) {
        for (String place : places("", tool.input(Locale.ENGLISH))) {
            JsonNode ours = with(tool, place);
            String nobodys = answer(tool, ours, place, UUID.randomUUID().toString());
            boolean id = UUIDS.matcher(ours.at(place).asText()).matches();
            IDS.entrySet().stream()
                    .filter(theirs -> id || RULES.shared().contains(theirs.getKey())) // texts name shared rows, if any
                    .forEach(theirs -> assertThat(answer(tool, ours, place, theirs.getValue()))
                            .as("%s at %s, of %s", ours, place, theirs.getKey())
                            .isEqualTo(nobodys));
        }
    }

    /** The answers are worth comparing: to an id of our own the tool gives another one. */
    @ParameterizedTest
    @MethodSource("tools")
    void ones_own_id_is_answered_otherwise(ToolSpec tool) {
        JsonNode schema = tool.input(Locale.ENGLISH);
        schema.path("required").forEach(name -> {
            String place = "/" + name.asText();
            boolean id = schema.at("/properties" + place + "/format").asText().equals("uuid");
            if (id && !OURS.ids(Inputs.table(name.asText())).isEmpty()) {
                JsonNode ours = with(tool, place);

                assertThat(answer(tool, ours, place, ours.at(place).asText()))
                        .isNotEqualTo(
                                answer(tool, ours, place, UUID.randomUUID().toString()));
            }
        });
    }

    @Test
    void nothing_of_theirs_is_in_any_answer() {
        Set<String> theirs = new TreeSet<>();
        RULES.tables().forEach(table -> theirs.addAll(THEIRS.ids(table)));
        List<ToolSpec> tools = tools();
        for (int i = 0; i < 400; i++) {
            ToolSpec tool = tools.get(RANDOM.nextInt(tools.size()));
            JsonNode given = RANDOM.nextBoolean() ? OURS.input(tool) : THEIRS.input(tool);
            Answered answer = RANDOM.nextBoolean() ? OURS.call(tool, given) : OURS.dryRun(tool, given);
            String said = Json.write(answer.outputs()) + Json.write(Json.tree(String.valueOf(answer.error())));

            assertThat(said).as("%s %s", tool, given).doesNotContain(CANARY);
            assertThat(UUIDS.matcher(said).results().map(id -> id.group()))
                    .as("%s %s", tool, given)
                    .allMatch(id -> !theirs.contains(id) || given.toString().contains(id));
        }
        assertThat(theirs).hasSizeGreaterThan(RULES.tables().size());
        assertThat(DB.cell("select count(*) from tool_changes c join tool_executions e on e.id = c.execution_id"
                        + " where c.workspace_id <> e.workspace_id"))
                .isEqualTo("0");
    }

    /** What the tool answers, dry and, where it refuses, for real, but for ids and times. */
    private static String answer(ToolSpec tool, JsonNode ours, String place, String id) {
        JsonNode given = ours.deepCopy();
        put(given, place, id);
        Answered dry = OURS.dryRun(tool, given);
        String said = Json.write(dry.outputs()) + dry.error();
        if (dry.error() != null) {
            said += OURS.call(tool, given).error();
        }
        assertThat(said).doesNotContain(CANARY);
        return TIMES.matcher(UUIDS.matcher(said).replaceAll("ID")).replaceAll("TIME");
    }

    /** An input of ours that has a value at the place; if it can be, one that the tool takes. */
    private static JsonNode with(ToolSpec tool, String place) {
        JsonNode last = null;
        for (int i = 0; i < 300; i++) {
            JsonNode given = OURS.input(tool);
            if (!given.at(place).isMissingNode()) {
                last = given;
                if (i >= 100 || OURS.dryRun(tool, given).error() == null) {
                    return given;
                }
            }
        }
        assertThat(last).as("an input of %s with something at %s", tool, place).isNotNull();
        return Objects.requireNonNull(last);
    }

    /** Where an input takes an id, or a text that could be one, as JSON Pointers. */
    private static List<String> places(String at, JsonNode schema) {
        List<String> places = new ArrayList<>();
        if (schema.path("type").toString().contains("string")
                && !schema.has("enum")
                && List.of("", "uuid").contains(schema.path("format").asText())
                && schema.path("maxLength").asInt(36) >= 36) {
            places.add(at);
        }
        schema.path("properties")
                .properties()
                .forEach(field -> places.addAll(places(at + "/" + field.getKey(), field.getValue())));
        if (schema.has("items")) {
            places.addAll(places(at + "/0", schema.path("items")));
        }
        return places;
    }

    private static void put(JsonNode document, String place, String value) {
        int slash = place.lastIndexOf('/');
        JsonNode parent = document.at(place.substring(0, slash));
        JsonNode text = JsonNodeFactory.instance.textNode(value);
        if (parent instanceof ObjectNode object) {
            object.set(place.substring(slash + 1), text);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(place.substring(slash + 1)), text);
        }
    }

    /** Puts the canary in every text of the table's rows that takes it. */
    private static void plant(String table) {
        List<String> columns =
                DB.rows("select column_name from information_schema.columns where table_schema = 'recourse'"
                        + " and table_name = '" + table + "' and data_type = 'text'");
        try (Connection hand = DB.superuser();
                Statement statement = hand.createStatement()) {
            statement.execute("set session_replication_role = replica");
            for (String column : columns) {
                plant(statement, table, column);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void plant(Statement statement, String table, String column) {
        try {
            int rows = statement.executeUpdate(
                    "update %s set %2$s = left('%3$s ' || coalesce(%2$s, ''), 50) where workspace_id = '%4$s'"
                            .formatted(table, column, CANARY, THEIRS.workspace));
            if (rows > 0) {
                PLANTED.add(table);
            }
        } catch (SQLException refused) {
            assertThat(refused.getSQLState()).as("%s.%s", table, column).startsWith("23"); // it has a form of its own
        }
    }
}
