package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.AllTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.activities.whatsapp.Switchboard;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.activities.whatsapp.VendorKeys;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer;
import java.nio.charset.StandardCharsets;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every place where any tool takes an id or a text is given what another workspace has, of every table: the answer is that
 * to an id or a text that nobody has, nothing of the other workspace is ever in it, and nothing leaves.
 *
 * <p>The tables are those that PostgreSQL knows to have a workspace. Left out are the partitions of {@code tool_changes},
 * which are looked at through it, and one tool: the shell, which takes no ids and would run commands.
 */
@Timeout(120)
final class OtherWorkspaceTest {
    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Random RANDOM = new Random(11);
    private static final Rules RULES = Rules.of(DB);

    /** How often something was about to be sent. */
    private static final AtomicInteger LEFT = new AtomicInteger();

    private static final VendorKeys KEYS =
            new VendorKeys("a secret for tests, at least 32 bytes".getBytes(StandardCharsets.UTF_8));
    private static final Post POST = Post.of(OtherWorkspaceTest::nothingLeaves, () -> KEYS);
    private static final Catalogue CATALOGUE = AllTools.reaching(POST);
    private static final Calling OURS = connected();
    private static final Calling THEIRS = connected();

    /** In every text and every JSON that the other workspace keeps, where the table takes it. */
    private static final String CANARY = "zq7canary";

    /** Text that nobody has: a word with it in place of the canary has the same form, and sorts beside it. */
    private static final String NOBODYS = "zq8canary";

    /** How it is put into a column, by the column's type. */
    private static final Map<String, String> PLANTING = Map.of(
            "text", "left('{canary} ' || coalesce({column}, ''), 50)",
            "jsonb",
                    "regexp_replace({column}::text, ': \"', ': \"{canary} ', 'g')::jsonb"
                            + " || case jsonb_typeof({column}) when 'array' then '[{\"{canary}\": \"{canary}\"}]'::jsonb"
                            + " else '{\"{canary}\": \"{canary}\"}' end",
            "ARRAY", "array_append({column}, '{canary}')");

    /** These have only ids, times and words of a form or a list; and limits that would be for no module any more. */
    private static final Set<String> TAKE_NO_CANARY =
            Set.of("contact_tags", "conversation_reads", "tool_batches", "tool_writes", "tool_limits");

    private static final Pattern UUIDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern TIMES = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

    /** One id of theirs by table. */
    private static final Map<String, String> IDS = new LinkedHashMap<>();

    /** The tables and columns that have the canary. */
    private static final Map<String, Set<String>> PLANTED = new TreeMap<>();

    static {
        for (int i = 0;
                i < 20 && (i == 0 || !hasEverything(THEIRS));
                i++) { // tools also remove: not all that began is left
            tools().forEach(tool -> used(THEIRS, tool));
        }
        tools().forEach(tool -> used(OURS, tool));
        tablesWith("id").forEach(table -> THEIRS.ids(table).stream().findFirst().ifPresent(id -> IDS.put(table, id)));
        IDS.put("workspaces", THEIRS.workspace.toString());
        tablesWith("workspace_id").stream()
                .filter(table -> !table.equals("tool_limits"))
                .forEach(table -> plant(table, "workspace_id"));
        plant("workspaces", "id");
    }

    private static Dialog360 nothingLeaves() {
        LEFT.incrementAndGet();
        throw new AssertionError("something was about to be sent");
    }

    /** A workspace with everything, its line with a key that opens. */
    private static Calling connected() {
        Calling calling = new Calling(DB, RANDOM, CATALOGUE);
        new Switchboard(DB.database(), POST, KEYS)
                .connect(calling.workspace, "1", "+576011234567", "l", VendorKey.of("a-key-of-a-line"));
        return calling;
    }

    /** The tables that hold what a workspace has, as far as they have that column, too. */
    private static List<String> tablesWith(String column) {
        return DB.rows("""
                select c.relname
                from pg_class c
                join pg_attribute w on w.attrelid = c.oid and w.attname = 'workspace_id'
                join pg_attribute a on a.attrelid = c.oid and a.attname = '%s'
                where c.relnamespace = 'recourse'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                order by c.relname
                """.formatted(column));
    }

    private static boolean hasEverything(Calling calling) {
        return RULES.tables().stream().noneMatch(table -> calling.ids(table).isEmpty());
    }

    /** Lets a tool that writes do something, if it will. */
    private static void used(Calling calling, ToolSpec tool) {
        int effects = 0;
        for (int i = 0; i < 40 && effects < 2 && !tool.readOnly() && !external(tool); i++) {
            Answered answer = calling.call(tool, calling.input(tool));
            effects += answer.outcome() == Answer.Outcome.APPLIED ? 1 : 0;
        }
    }

    @AfterAll
    static void close() {
        DB.close();
    }

    static List<ToolSpec> tools() {
        return CATALOGUE.list().stream()
                .filter(spec -> !spec.sideEffects().contains("runs_command"))
                .toList();
    }

    static List<ToolSpec> tools_that_read() {
        return tools().stream().filter(ToolSpec::readOnly).toList();
    }

    private static boolean external(ToolSpec tool) {
        return CATALOGUE.find(tool.toString()).map(Tool::external).orElseThrow();
    }

    @Test
    void the_other_workspace_has_something_of_everything() {
        List<String> tables = tablesWith("workspace_id");

        assertThat(tables.stream()
                        .filter(table -> DB.rows("select from " + table + " where workspace_id = '" + THEIRS.workspace
                                        + "' limit 1")
                                .isEmpty()))
                .as("tables without a row of theirs: People.BEGIN or People.BESIDE has to put one there")
                .isEmpty();
        assertThat(IDS.keySet()).containsAll(tablesWith("id")).contains("workspaces");
        assertThat(tables.stream().filter(table -> !PLANTED.containsKey(table)))
                .as("tables without a canary")
                .containsExactlyInAnyOrderElementsOf(TAKE_NO_CANARY);
        assertThat(PLANTED.get("contacts")).contains("name", "custom_fields");
        assertThat(PLANTED.get("messages")).contains("content", "wamid");
        assertThat(PLANTED.get("whatsapp_templates")).contains("name", "components");
        assertThat(words()).contains(CANARY + " ventas", CANARY + " saludo", CANARY + " x1");
    }

    /** What is looked for can be found: whoever may see it is shown it. */
    @ParameterizedTest
    @MethodSource("tools_that_read")
    void they_see_what_is_theirs(ToolSpec tool) {
        assertThat(Stream.generate(() -> THEIRS.call(tool, THEIRS.input(tool)))
                        .limit(100)
                        .anyMatch(answer -> Json.write(answer.outputs()).contains(CANARY)))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("tools")
    void anothers_id_is_answered_as_one_that_nobody_has(ToolSpec tool) {
        for (String place : places("", tool.input(Locale.ENGLISH))) {
            JsonNode ours = with(tool, place);
            boolean id = Inputs.named(name(place)).isPresent();
            String nobodys = answer(tool, ours, place, UUID.randomUUID().toString());
            IDS.entrySet().stream()
                    .filter(theirs -> id || RULES.shared().contains(theirs.getKey())) // texts name shared rows, if any
                    .forEach(theirs -> assertThat(answer(tool, ours, place, theirs.getValue()))
                            .as("%s at %s, of %s", ours, place, theirs.getKey())
                            .isEqualTo(id ? nobodys : answer(tool, ours, place, beside(theirs.getValue()))));
        }
    }

    /** An id that nobody has, and that sorts beside this one: where it becomes a name, the list stays in its order. */
    private static String beside(String id) {
        return id.substring(0, 35) + (id.endsWith("0") ? '1' : '0');
    }

    @ParameterizedTest
    @MethodSource("tools")
    void anothers_word_is_answered_as_one_that_nobody_has(ToolSpec tool) {
        List<String> words = words();
        for (String place : places("", tool.input(Locale.ENGLISH))) {
            JsonNode ours = with(tool, place);
            words.forEach(word -> assertThat(answer(tool, ours, place, word))
                    .as("%s at %s: %s", ours, place, word)
                    .isEqualTo(answer(tool, ours, place, word.replace(CANARY, NOBODYS))));
        }
    }

    /** What rows of theirs are called: the texts of their keys. */
    private static List<String> words() {
        return DB.rows("""
                        select distinct c.relname, a.attname
                        from pg_index i
                        join pg_class c on c.oid = i.indrelid
                        join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey) and a.atttypid = 'text'::regtype
                        join pg_attribute w on w.attrelid = c.oid and w.attname = 'workspace_id'
                        where i.indisunique and c.relnamespace = 'recourse'::regnamespace
                        """).stream()
                .map(column -> column.split("\\|", -1))
                .flatMap(column -> DB
                        .rows(
                                "select %2$s from %1$s where workspace_id = '%3$s' and %2$s like '%4$s%%' order by 1 limit 1"
                                        .formatted(column[0], column[1], THEIRS.workspace, CANARY))
                        .stream())
                .distinct()
                .toList();
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
        tablesWith("id").forEach(table -> theirs.addAll(THEIRS.ids(table)));
        List<ToolSpec> tools = tools();
        for (int i = 0; i < 400; i++) {
            ToolSpec tool = tools.get(RANDOM.nextInt(tools.size()));
            JsonNode given = RANDOM.nextBoolean() ? OURS.input(tool) : THEIRS.input(tool);
            boolean dry = external(tool) || RANDOM.nextBoolean();
            Answered answer = dry ? OURS.dryRun(tool, given) : OURS.call(tool, given);
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

    /** What the tool answers, dry and, where it refuses, for real, but for what it is given, ids and times. */
    private static String answer(ToolSpec tool, JsonNode ours, String place, String value) {
        JsonNode given = ours.deepCopy();
        put(given, place, value);
        Answered dry = OURS.dryRun(tool, given);
        String said = Json.write(dry.outputs()) + dry.error();
        if (dry.error() != null) {
            said += OURS.call(tool, given).error();
        }
        String plain = UUIDS.matcher(said.replace(value, "ID")).replaceAll("ID");
        assertThat(plain).doesNotContain(CANARY);
        assertThat(LEFT).hasValue(0);
        return TIMES.matcher(plain).replaceAll("TIME");
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

    /** The name of the field that a place is in. */
    private static String name(String place) {
        String field = place.replaceAll("(/0)+$", "");
        return field.substring(field.lastIndexOf('/') + 1);
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

    /** Puts the canary in every text of their rows that takes it. */
    private static void plant(String table, String workspace) {
        try (Connection hand = DB.superuser();
                Statement statement = hand.createStatement()) {
            statement.execute("set session_replication_role = replica");
            PLANTING.forEach((type, value) -> DB.rows(
                            "select column_name from information_schema.columns where table_schema = 'recourse'"
                                    + " and table_name = '" + table + "' and data_type = '" + type
                                    + "' and is_generated = 'NEVER'")
                    .forEach(column -> {
                        String planting = "update %s set {column} = %s where %s = '%s'"
                                .formatted(table, value, workspace, THEIRS.workspace)
                                .replace("{canary}", CANARY)
                                .replace("{column}", column);
                        if (planted(statement, planting)
                                || planted(statement, planting + " and " + column + " is not null")) {
                            PLANTED.computeIfAbsent(table, any -> new TreeSet<>())
                                    .add(column);
                        }
                    }));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** False where there is nothing to plant it in, or where it has a form of its own. */
    private static boolean planted(Statement statement, String planting) {
        try {
            return statement.executeUpdate(planting) > 0;
        } catch (SQLException refused) {
            assertThat(refused.getSQLState()).as(planting).startsWith("23");
            return false;
        }
    }
}
