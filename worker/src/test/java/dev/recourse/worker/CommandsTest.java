package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.worker.Child.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person or a script meets them: processes on one home, one after the other. */
@SuppressWarnings("NullAway.Init")
final class CommandsTest {

    @TempDir
    private static Path folder;

    private static HomeDatabase home;
    private static Superuser db;

    @BeforeAll
    static void open() {
        home = new HomeDatabase(folder);
        db = home.superuser();
    }

    @AfterAll
    static void close() {
        home.close();
    }

    @Test
    void what_one_command_did_the_next_shows_and_another_takes_back() throws Exception {
        Path inputs = Files.writeString(folder.resolve("eva.json"), "{\"name\": \"Eva\", \"phone\": \"3105550001\"}");

        Ended called = recourse("", "call", "crm.contact.create", "@" + inputs, "-o", "json");
        assertThat(called.code()).as(called.err()).isZero();
        JsonNode call = Json.read(called.out());
        Ended audited = recourse(
                "",
                "audit",
                "-o",
                "jsonl",
                "--session",
                call.path("agent_session_id").asText());
        Ended undone = recourse("", "rollback", call.path("execution_id").asText(), "-o", "json");

        assertThat(call.at("/outputs/contact/phone").asText()).isEqualTo("+573105550001");
        assertThat(audited.out().lines()).singleElement().satisfies(row -> {
            assertThat(Json.read(row).path("id")).isEqualTo(call.path("execution_id"));
            assertThat(Json.read(row).at("/snapshot_after/contacts/0/name").asText())
                    .isEqualTo("Eva");
        });
        assertThat(undone.code()).isZero();
        assertThat(Json.read(undone.out()).path("status").asText()).isEqualTo("undone");
        assertThat(contacts("Eva")).isZero();
    }

    @Test
    void an_undo_that_would_overwrite_somebody_is_a_conflict_with_the_three_values() throws Exception {
        String contact;
        String execution;
        try (Service service = service()) {
            contact = service.call("crm.contact.create", Workers.contact("Leo", "3105550002"), false, null)
                    .at("/outputs/contactId")
                    .asText();
            execution = update(service, contact, "Cali").path("execution_id").asText();
            update(service, contact, "Medellín");
        }

        Ended plan = recourse("", "rollback", execution, "--plan", "-o", "json");
        Ended stuck = recourse("", "rollback", execution);

        assertThat(plan.code()).isEqualTo(3);
        assertThat(Json.read(plan.out()).at("/items/0/conflicts/0/now").asText())
                .isEqualTo("Medellín");
        assertThat(stuck.code()).isEqualTo(3);
        assertThat(stuck.out()).contains("Stuck", "contacts.city", "before", "after", "now", "–", "Cali", "Medellín");
        assertThat(db.cell("select city from contacts where name = 'Leo'")).isEqualTo("Medellín");
    }

    @Test
    void a_file_of_twenty_calls_is_done_once_however_often_it_is_sent() throws Exception {
        UUID batch = UUID.randomUUID();
        Path file = Files.writeString(folder.resolve("twenty.json"), batch(batch, "Twenty", 311, 20, -1));

        Ended tried = recourse("", "run", file.toString(), "--dry-run", "-o", "json");
        int afterTrying = contacts("Twenty");
        Ended first = recourse("", "run", file.toString(), "-o", "json");
        Ended again = recourse(Files.readString(file), "run", "-", "-o", "json");

        assertThat(tried.code()).isZero();
        assertThat(Json.read(tried.out()).path("status").asText()).isEqualTo("applied");
        assertThat(Json.read(tried.out()).path("dry_run").asBoolean()).isTrue();
        assertThat(afterTrying).isZero();
        assertThat(first.code()).as(first.out()).isZero();
        assertThat(Json.read(first.out()).path("success_count").asInt()).isEqualTo(20);
        assertThat(again.code()).isZero();
        assertThat(Json.read(again.out()).path("steps"))
                .isEqualTo(Json.read(first.out()).path("steps"));
        assertThat(contacts("Twenty")).isEqualTo(20);
    }

    @Test
    void a_duplicate_in_step_fifteen_takes_the_fourteen_before_it_back() throws Exception {
        UUID batch = UUID.randomUUID();
        Path file = Files.writeString(folder.resolve("duplicate.json"), batch(batch, "Double", 312, 20, 14));

        Ended run = recourse("", "run", file.toString());
        Ended audited = recourse("", "audit", "--batch", batch.toString(), "-o", "json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("rolled back, nothing stays", "Step 14");
        JsonNode rows = Json.read(audited.out());
        assertThat(IntStream.range(0, rows.size())
                        .filter(i -> rows.get(i).path("kind").asText().equals("undo")))
                .hasSize(14);
        assertThat(rows.size()).isEqualTo(14 + 1 + 14);
        assertThat(contacts("Double")).isZero();
    }

    @Test
    void what_is_wrong_with_the_command_is_said_with_exit_code_2() throws Exception {
        Ended nowhere = recourse("", "call", "crm.contact.list", "{}", "--workspace", "acme", "-o", "json");
        Ended nothing = recourse("", "rollback", UUID.randomUUID().toString());

        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.out()).isEmpty();
        assertThat(nowhere.err()).contains("There is no workspace 'acme'");
        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.err()).contains("Nothing in workspace 'default' has the id");
    }

    @Test
    void a_service_that_is_not_there_is_exit_code_5_and_one_json_document() throws Exception {
        Ended noDatabase = Child.run(
                folder,
                Map.of("DATABASE_URL", "postgresql://me:secret-word@127.0.0.1:1/crm"),
                "",
                "call",
                "crm.contact.list",
                "-o",
                "json");
        Ended noTemporal = Child.run(
                folder, Map.of("TEMPORAL_ADDRESS", "127.0.0.1:1"), "", "call", "crm.contact.list", "-o", "json");

        assertThat(noDatabase.code()).isEqualTo(5);
        assertThat(Json.read(noDatabase.out()).at("/error/details/address").asText())
                .isEqualTo("postgresql://127.0.0.1:1/crm");
        assertThat(noDatabase.err()).contains("127.0.0.1:1", "DATABASE_URL").doesNotContain("secret-word", "\tat ");
        assertThat(noDatabase.out()).doesNotContain("secret-word");
        assertThat(noTemporal.code()).isEqualTo(5);
        assertThat(Json.read(noTemporal.out()).at("/error/details/service").asText())
                .isEqualTo("Temporal");
        assertThat(noTemporal.err()).contains("127.0.0.1:1", "TEMPORAL_ADDRESS").doesNotContain("\tat ");
    }

    @Test
    void a_fresh_database_is_migrated_once_and_one_that_is_not_there_is_exit_code_5() throws Exception {
        db.execute("create database fresh");
        Superuser made = new Superuser(new DatabaseAddress(
                home.address().jdbcUrl().replace("/recourse?", "/fresh?"),
                home.address().user(),
                home.address().password()));
        Map<String, String> fresh = Map.of("DATABASE_URL", url("fresh"));
        Map<String, String> missing = Map.of("DATABASE_URL", url("missing"));

        Ended first = Child.run(folder, fresh, "", "migrate", "-o", "json");
        Ended second = Child.run(folder, fresh, "", "migrate");
        Ended nowhere = Child.run(folder, missing, "", "migrate", "-o", "json");

        assertThat(first.code()).as(first.err()).isZero();
        assertThat(Json.read(first.out()).path("migrations").asText())
                .isEqualTo(made.cell("select count(*) from flyway_schema_history where version is not null"));
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.out()).isEqualTo("The schema is up to date.\n");
        assertThat(nowhere.code()).isEqualTo(5);
        assertThat(Json.read(nowhere.out()).at("/error/details/address").asText())
                .endsWith("/missing");
        assertThat(nowhere.out() + nowhere.err()).doesNotContain(home.address().password(), "\tat ");
    }

    /** Another database on the same server, as an operator names it. */
    private static String url(String database) {
        return Child.url(home.address()).replaceFirst("/recourse[^/]*$", "/" + database);
    }

    @Test
    void tools_are_listed_as_models_take_them() throws Exception {
        Ended openai = recourse("", "tools", "--format", "openai");

        assertThat(openai.code()).isZero();
        assertThat(Json.read(openai.out()).findValuesAsText("name")).contains("crm__contact__create");
        try (Service service = service()) {
            for (String format : List.of("mcp", "openai", "anthropic")) {
                assertThat(service.tools(null, format, Locale.ENGLISH))
                        .as(format)
                        .isNotEmpty();
            }
            assertThat(service.tools("crm.tag.add", null, Locale.ENGLISH)).hasSize(1);
        }
    }

    @Test
    void the_demo_tells_its_story_and_leaves_nothing() throws Exception {
        Ended demo = Child.run(
                folder, Map.of("RECOURSE_HOME", folder.resolve("untouched").toString()), "", "demo");

        assertThat(demo.code()).as(demo.err()).isZero();
        assertThat(demo.out())
                .contains("1. Preview", "2. For real", "3. When it fails", "7. When nobody knows", "8. The proof");
        assertThat(demo.out() + demo.err()).doesNotContain("Exception", "\tat ");
        try (var left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.filter(each -> each.getFileName().toString().startsWith("recourse-")))
                    .isEmpty();
        }
        assertThat(processesIn(folder.resolve("tmp"))).isEmpty();
    }

    private static JsonNode update(Service service, String contact, String city) {
        JsonNode changes = Json.read("{\"contactId\": \"" + contact + "\", \"city\": \"" + city + "\"}");
        return service.call("crm.contact.update", changes, false, null);
    }

    private static Ended recourse(String input, String... arguments) throws IOException, InterruptedException {
        return Child.run(folder, Map.of(), input, arguments);
    }

    /** The same home without a process of its own. */
    private static Service service() {
        return Service.open(
                Settings.read(
                        Settings.Flags.NONE,
                        Map.of("RECOURSE_HOME", folder.resolve("home").toString())),
                Progress.SILENT);
    }

    private static int contacts(String name) {
        return Integer.parseInt(db.cell("select count(*) from recourse.contacts where name like '" + name + "%'"));
    }

    /** Creations, of which that one has the phone of the first; −1 for none. */
    static String batch(UUID id, String name, int prefix, int calls, int twice) {
        ObjectNode file = (ObjectNode) Json.read("{\"calls\": []}");
        file.put("batch_id", id.toString());
        for (int i = 0; i < calls; i++) {
            String phone = prefix + String.valueOf(1_000_000 + (i == twice ? 0 : i));
            file.withArray("calls")
                    .addObject()
                    .put("tool", "crm.contact.create")
                    .set("inputs", Workers.contact(name + " " + i, phone));
        }
        return Json.write(file);
    }

    /** Whatever runs with its working folder below that one. */
    static List<Path> processesIn(Path below) throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            List<Path> found = new ArrayList<>();
            for (Path process : processes) {
                try {
                    if (Files.readSymbolicLink(process.resolve("cwd")).startsWith(below.toRealPath())) {
                        found.add(process);
                    }
                } catch (IOException gone) {
                    // It ended, or is somebody else's.
                }
            }
            return found;
        }
    }
}
