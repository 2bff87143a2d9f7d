package dev.recourse.activities;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.tool.ModelFormat;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Callers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every tool has to say about itself, so that a model can choose it and a person can read what it did. */
final class WholeCatalogueTest {
    private static final Locale ES = Locale.forLanguageTag("es-CO");
    private static final Path SCHEMAS = Path.of("src/main/resources/schemas");
    private static final List<Path> TESTS = List.of(Path.of("src/test/java"), Path.of("../worker/src/test/java"));
    private static final Pattern NAME = Pattern.compile("\\b[a-z]+\\.[a-z]+(?:-[a-z]+)*\\.[a-z][a-zA-Z]+\\b");

    /** Some of these begin a name of a tool that only reads. */
    private static final Pattern READS = Pattern.compile("(read|list|get|find)[A-Za-z]*");

    private static final Set<String> OWNERS = owners();

    private static Set<String> owners() {
        try (TestDatabase db = TestDatabase.fresh()) {
            return db.database()
                    .in(
                            Scope.of(TestDatabase.A),
                            tx -> new Callers(tx)
                                    .find(TestDatabase.A, TestDatabase.OWNER)
                                    .orElseThrow()
                                    .permissions());
        }
    }

    static List<ToolSpec> tools() {
        return AllTools.catalogue().list();
    }

    @Test
    void every_schema_file_has_a_tool() throws IOException {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            List<String> described = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json"))
                    .map(file -> file.replace(".json", ""))
                    .toList();

            assertThat(tools().stream().map(ToolSpec::toString))
                    .as("a module adds its tools in public static void tools(Catalogue.Builder, …)")
                    .containsExactlyInAnyOrderElementsOf(described);
        }
    }

    @ParameterizedTest
    @MethodSource("tools")
    void its_description_says_when_to_use_it_and_when_not(ToolSpec tool) {
        String en = tool.description(Locale.ENGLISH);
        String es = tool.description(ES);

        assertThat(en).hasSizeBetween(80, 1024).contains("Don't use it");
        assertThat(es).hasSizeBetween(80, 1024).contains("No la use").isNotEqualTo(en);
        assertThat(named(es)).as("tools named in Spanish and in English").isEqualTo(named(en));
        assertThat(AllTools.catalogue().list().stream().map(ToolSpec::toString)).containsAll(named(en));
    }

    @ParameterizedTest
    @MethodSource("tools")
    void each_input_is_described_in_both_languages(ToolSpec tool) {
        JsonNode es = tool.input(ES).path("properties");

        tool.input(Locale.ENGLISH).path("properties").properties().forEach(field -> {
            String en = field.getValue().path("description").asText();
            assertThat(en).as(field.getKey()).hasSizeGreaterThan(4);
            assertThat(es.path(field.getKey()).path("description").asText())
                    .as(field.getKey())
                    .isNotEqualTo(en);
        });
    }

    @ParameterizedTest
    @MethodSource("tools")
    void a_person_is_told_what_was_done_in_both_languages(ToolSpec tool) {
        JsonNode nothing = JsonNodeFactory.instance.objectNode();

        assertThat(tool.said(nothing, ES)).hasSizeGreaterThan(8).isNotEqualTo(tool.said(nothing, Locale.ENGLISH));
    }

    @ParameterizedTest
    @MethodSource("tools")
    void some_permission_guards_it_and_the_owner_has_it(ToolSpec tool) {
        if (!tool.sideEffects().contains("runs_command")) { // a right of no role: it is given by hand
            assertThat(OWNERS).containsAll(tool.permissions());
        }
        if (!tool.name().toString().equals("system.execution.undo")) { // needs what the undone tool needs
            assertThat(tool.permissions()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("tools")
    void its_hints_say_what_it_does(ToolSpec tool) {
        JsonNode hints =
                ModelFormat.MCP.of(List.of(tool), Locale.ENGLISH).path(0).path("annotations");
        boolean reads = READS.matcher(tool.name().action()).matches();

        assertThat(hints).hasSize(4).allMatch(JsonNode::isBoolean);
        assertThat(hints.path("readOnlyHint").asBoolean()).isEqualTo(reads);
        assertThat(tool.idempotent() || !reads).isTrue();
        if (!tool.permissions().isEmpty()) {
            assertThat(tool.permissions().stream().allMatch(each -> each.endsWith(".view")))
                    .as("reading takes the right to view, and nothing else does")
                    .isEqualTo(reads);
        }
        if (reads) {
            assertThat(tool.destructive()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("tools")
    void one_example_passes_and_one_fails(ToolSpec tool) {
        assertThat(tool.check(tool.passes())).isEmpty();
        assertThat(tool.check(tool.fails())).isNotEmpty();
        assertThat(tool.passes()).isNotEqualTo(tool.fails());
    }

    @Test
    void every_tool_is_named_by_some_test() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path room : TESTS) {
            try (Stream<Path> files = Files.walk(room)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    named.addAll(named(Files.readString(file)));
                }
            }
        }

        assertThat(named).containsAll(tools().stream().map(ToolSpec::toString).toList());
    }

    @Test
    void names_stay_apart_where_they_may_have_no_dots() {
        assertThat(tools().stream().map(tool -> tool.name().functionName())).doesNotHaveDuplicates();
        assertThat(tools().stream().map(tool -> tool.name().functionName()))
                .allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}"));
    }

    private static Set<String> named(String text) {
        return NAME.matcher(text).results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
    }
}
