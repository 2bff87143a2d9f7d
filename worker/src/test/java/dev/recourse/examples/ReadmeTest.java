package dev.recourse.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.call.Identity;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Migrations;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Callers;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README and its companions show is code that compiles, runs, and is where they say it is. */
final class ReadmeTest {
    private static final Path ROOT = Path.of("..");

    /** Output is shown as it once was; everything else comes from a file. */
    private static final String OUTPUT = "text";

    private static final Pattern BLOCK = Pattern.compile("(?m)^( *)```(\\w+)\\n(.*?)^ *```$", Pattern.DOTALL);
    private static final Pattern SOURCE = Pattern.compile("<!-- from ([\\w./-]+?)(?:#([\\w-]+))? -->\\s*$");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @Test
    void the_two_commands_that_everything_begins_with_are_there() throws IOException {
        assertThat(text(ROOT.resolve("README.md")))
                .contains("mvn -q -B -DskipTests package && java -jar worker/target/recourse.jar demo\n")
                .contains("mvn -B verify\n");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void each_block_of_code_is_a_part_of_a_file(Path page) throws IOException {
        String text = text(page);
        for (MatchResult block : BLOCK.matcher(text).results().toList()) {
            if (!block.group(2).equals(OUTPUT)) {
                Matcher source = SOURCE.matcher(text.substring(0, block.start()));
                assertThat(source.find())
                        .as("%s: nothing says where this comes from:%n%s", page, block.group(3))
                        .isTrue();
                assertThat(toTheLeft(block.group(3)))
                        .as("%s: %s", page, source.group())
                        .isEqualTo(region(ROOT.resolve(source.group(1)), source.group(2)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void each_link_leads_somewhere(Path page) throws IOException {
        for (String link :
                LINK.matcher(text(page)).results().map(found -> found.group(1)).toList()) {
            if (!link.contains("://")) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                assertThat(target).as("%s: %s", page, link).exists();
                if (parts.length == 2) {
                    assertThat(anchors(target)).as("%s: %s", page, link).contains(parts[1]);
                }
            }
        }
    }

    @Test
    void each_page_of_the_documentation_can_be_found_from_the_readme() throws IOException {
        Set<Path> found = Stream.of("README.md", "docs/adr/README.md")
                .map(ROOT::resolve)
                .flatMap(index -> LINK.matcher(text(index))
                        .results()
                        .map(link -> index.resolveSibling(link.group(1).replaceAll("#.*", ""))
                                .normalize()))
                .collect(Collectors.toSet());

        assertThat(pages().map(Path::normalize).filter(page -> !page.endsWith("README.md") || page.getNameCount() > 2))
                .isSubsetOf(found);
    }

    @Test
    void the_worker_runs_the_workflow_and_the_tool_of_the_shop() {
        UUID first;
        try (TestDatabase db = TestDatabase.fresh();
                Database database = ShopWorker.database(db.address());
                EmbeddedTemporal temporal = EmbeddedTemporal.open()) {
            Identity.Key key = new Identity.Key("a key for the examples, 32 bytes".getBytes(StandardCharsets.UTF_8));
            WorkerFactory factory = ShopWorker.start(temporal.service(), database, key);
            WorkflowClient client = factory.getWorkflowClient();

            first = welcome(client).run("Ana", "300 123 4567");

            assertThat(welcome(client).run("Ana María", "+57 300 123 4567")).isEqualTo(first);
            assertThat(db.cell("select custom_fields ->> 'note' from contacts")).isEqualTo("Call on Monday.");
            assertThat(db.rows("select tool_name, status, principal from tool_executions order by created_at"))
                    .containsExactly(
                            "crm.contact.create|success|user:shop",
                            "crm.tag.add|success|user:shop",
                            "shop.note.write|success|user:shop",
                            "crm.contact.create|error|user:shop",
                            "crm.tag.add|success|user:shop",
                            "shop.note.write|success|user:shop");
            factory.shutdownNow();
            factory.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_tool_of_the_shop_has_no_undo_code_and_is_undone() {
        try (TestDatabase db = TestDatabase.fresh();
                Database database = ShopWorker.database(db.address());
                EmbeddedTemporal temporal = EmbeddedTemporal.open()) {
            Identity.Key key = new Identity.Key("a key for the examples, 32 bytes".getBytes(StandardCharsets.UTF_8));
            WorkerFactory factory = ShopWorker.start(temporal.service(), database, key);
            RecourseClient shop = new RecourseClient(factory.getWorkflowClient(), "shop", UUID.randomUUID(), false);
            UUID contact = welcome(factory.getWorkflowClient()).run("Ana", "300 123 4567");
            String before = db.business();
            String inputs = "{\"contactId\": \"" + contact + "\", \"text\": \"Call on Tuesday.\"}";

            JsonNode written = shop.call("shop.note.write", Json.read(inputs), false, UUID.randomUUID())
                    .answer();
            assertThat(written.at("/outputs/replaced").asText()).isEqualTo("Call on Monday.");
            assertThat(db.business()).isNotEqualTo(before);

            UUID execution = UUID.fromString(written.path("execution_id").asText());
            assertThat(shop.rollback(execution, false).answer().path("status").asText())
                    .isEqualTo("undone");
            assertThat(db.business()).isEqualTo(before);
            factory.shutdownNow();
            factory.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_statements_of_the_documentation_run() {
        try (TestDatabase db = TestDatabase.fresh()) {
            for (String file : List.of("workspace.sql", "own-table.sql", "ledger.sql")) {
                db.as_superuser(text(ROOT.resolve("docs/examples").resolve(file)));
            }

            assertThat(db.rows("select table_name from tracked_tables")).contains("reminders");
            UUID acme = db.database().workspace("acme").orElseThrow();
            assertThat(db.database()
                            .in(Scope.of(acme), tx -> new Callers(tx).find(acme, "user:local"))
                            .orElseThrow()
                            .permissions())
                    .contains("contacts.create", "contacts.delete")
                    .doesNotContain("apikeys.manage");
        }
    }

    @Test
    void a_login_that_may_nothing_but_act_as_the_application_is_enough_for_a_worker() {
        try (TestDatabase db = TestDatabase.fresh()) {
            db.as_superuser("create role docs_worker login password 'docs'; grant recourse_app to docs_worker");
            DatabaseAddress address = new DatabaseAddress(db.address().jdbcUrl(), "docs_worker", "docs");

            try (Database database = Database.open(address, 2)) {
                Workspaces.prepare(database);
                assertThat(database.workspace("a")).contains(TestDatabase.A);
            }
            assertThatThrownBy(() -> Migrations.run(address)).isInstanceOf(DatabaseRefusal.class);
        } finally {
            try (TestDatabase db = TestDatabase.fresh()) {
                db.as_superuser("drop role if exists docs_worker");
            }
        }
    }

    private static Welcome welcome(WorkflowClient client) {
        return client.newWorkflowStub(
                Welcome.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(RecourseClient.TASK_QUEUE)
                        .setWorkflowId("welcome/" + UUID.randomUUID())
                        .build());
    }

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String top : List.of("README.md", "AGENTS.md", "CHANGELOG.md", "SECURITY.md")) {
            pages.add(ROOT.resolve(top));
        }
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(path -> path.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages.stream();
    }

    /** A whole file, or what stands between the lines that name a region, moved to the left. */
    private static String region(Path file, @Nullable String name) {
        String text = text(file);
        if (name == null) {
            return toTheLeft(text);
        }
        Matcher region = Pattern.compile("(?s)[^\\n]*tag::" + name + "\\[]\\n(.*?)[^\\n]*end::" + name + "\\[]")
                .matcher(text);
        assertThat(region.find()).as("%s has no region %s", file, name).isTrue();
        return toTheLeft(region.group(1));
    }

    /** The end is taken off first: to Java, an empty last line has the least indentation of all. */
    private static String toTheLeft(String text) {
        return text.stripTrailing().stripIndent();
    }

    private static Set<String> anchors(Path page) {
        return HEADING.matcher(text(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
