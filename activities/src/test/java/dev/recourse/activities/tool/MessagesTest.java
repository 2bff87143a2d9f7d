package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MessagesTest {
    private static final Locale ES = Locale.forLanguageTag("es-CO");
    private static final Locale EN = Locale.ENGLISH;

    /** What callers outside this package rely on, whether or not it is thrown already. */
    private static final List<String> PROMISED = List.of(
            "VALIDATION_ERROR",
            "UNKNOWN_TOOL",
            "UNKNOWN_FIELD_NEAREST",
            "INVALID_JSON",
            "INPUT_TOO_LARGE",
            "PERMISSION_DENIED",
            "RATE_LIMITED",
            "TIMEOUT",
            "INVALID_IDENTITY",
            "UNKNOWN_WORKSPACE",
            "INTERNAL_ERROR",
            "EVIDENCE_FAILED",
            "REFERENCE_UNRESOLVED",
            "BATCH_ABORTED",
            "BATCH_TOO_LARGE",
            "IRREVERSIBLE_BEFORE_FALLIBLE",
            "NOT_RUN",
            "CALL_ID_REUSED",
            "ALREADY_UNDONE",
            "UNDO_CONFLICT",
            "UNDO_OF_UNDO",
            "NOTHING_TO_UNDO",
            "EXECUTION_NOT_FOUND",
            "NOT_REVERSIBLE",
            "TIMEOUT_FENCED",
            "ATTEMPT_REFUSED",
            "BUSY",
            "VERSION_CONFLICT",
            "NAME_REQUIRED",
            "PHONE_REQUIRED",
            "CONTACT_ID_REQUIRED",
            "TAG_NAME_REQUIRED",
            "PHONE_INVALID",
            "PHONE_DUPLICATE",
            "NO_FIELDS_TO_UPDATE",
            "CONTACT_NOT_FOUND",
            "TAG_NOT_FOUND");

    private static final Pattern CODE = Pattern.compile("\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[a-zA-Z|]+}");

    @Test
    void both_languages_say_the_same_things() {
        assertThat(Messages.keys(Language.ES)).isEqualTo(Messages.keys(Language.EN));
        for (String key : Messages.keys(Language.ES)) {
            assertThat(placeholders(key, ES)).as(key).isEqualTo(placeholders(key, EN));
        }
    }

    @Test
    void every_promised_code_has_a_message() {
        assertThat(Messages.keys(Language.ES)).containsAll(PROMISED);
    }

    @Test
    void every_code_the_source_mentions_has_a_message() throws IOException {
        Set<String> mentioned = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                CODE.matcher(Files.readString(file)).results().forEach(found -> mentioned.add(found.group(1)));
            }
        }
        Stream.of(Patterns.values()).map(Patterns::code).forEach(mentioned::add);

        assertThat(mentioned).contains("FIELD_REQUIRED", "PATTERN_TAG");
        assertThat(Messages.keys(Language.ES)).containsAll(mentioned);
    }

    @ParameterizedTest
    @EnumSource
    void every_type_has_a_text_for_codes_that_have_none(ErrorType type) {
        ToolError error = Messages.render(ToolFailure.of(type, "NOBODY_KNOWS"), ES);

        assertThat(error.code()).isEqualTo("NOBODY_KNOWS");
        assertThat(error.message()).isNotBlank();
        assertThat(error.suggestion()).isNull();
        assertThat(ErrorType.of(type.wire())).isEqualTo(type);
    }

    @Test
    void a_refusal_reads_in_its_callers_language_and_spanish_otherwise() {
        ToolFailure failure = ToolFailure.rateLimited(7);

        assertThat(Messages.render(failure, EN).message()).isEqualTo("Too many calls; wait 7 s.");
        assertThat(Messages.render(failure, ES).message()).isEqualTo("Demasiadas acciones; espere 7 s.");
        assertThat(Messages.render(failure, Locale.GERMAN)).isEqualTo(Messages.render(failure, ES));
        assertThat(Messages.render(failure, ES).retryable()).isTrue();
    }

    @Test
    void an_error_is_json_as_the_contract_has_it() {
        ToolFailure failure = ToolFailure.duplicate("PHONE_DUPLICATE").detail("contactId", "42");

        assertThat(Json.write(Json.tree(Messages.render(failure, EN))))
                .isEqualTo("{\"type\":\"duplicate\",\"code\":\"PHONE_DUPLICATE\","
                        + "\"message\":\"That phone belongs to another contact already.\","
                        + "\"suggestion\":\"Use the contact whose contactId is in the details.\","
                        + "\"retryable\":false,\"details\":{\"contactId\":\"42\"}}");
    }

    @Test
    void a_field_error_lists_its_field() {
        ToolError error = Messages.render(ToolFailure.field(new Violation("/phone", "PHONE_INVALID")), ES);

        assertThat(error.type()).isEqualTo(ErrorType.VALIDATION_ERROR);
        assertThat(error.code()).isEqualTo("PHONE_INVALID");
        assertThat(error.details())
                .isEqualTo(Json.read("[{\"field\":\"/phone\",\"message\":\"El teléfono no es válido.\"}]"));
    }

    @Test
    void an_unknown_tool_is_answered_with_the_names_near_it() {
        ToolError near = Messages.render(ToolFailure.unknownTool("crm.tag.ad", List.of("crm.tag.add")), ES);
        ToolError far = Messages.render(ToolFailure.unknownTool("x", List.of()), ES);

        assertThat(near.code()).isEqualTo("UNKNOWN_TOOL");
        assertThat(near.suggestion()).isEqualTo("¿Quiso decir crm.tag.add?");
        assertThat(far.suggestion()).isEqualTo("Consulte la lista de herramientas.");
    }

    @Test
    void lists_are_joined_as_people_say_them() {
        assertThat(allowed(List.of("a"), ES)).isEqualTo("Debe ser a.");
        assertThat(allowed(List.of("a", "b"), ES)).isEqualTo("Debe ser a o b.");
        assertThat(allowed(List.of("a", "b", "c"), EN)).isEqualTo("It must be a, b or c.");
    }

    @Test
    void arguments_that_are_missing_hostile_or_endless_do_no_harm() {
        assertThat(Messages.render(ToolFailure.notFound("UNKNOWN_TOOL"), EN).message())
                .isEqualTo("There is no tool “?”.");
        assertThat(tool("$1\\{tool}{x}")).isEqualTo("There is no tool “$1\\{tool}{x}”.");
        assertThat(tool("a\0b\ud800")).isEqualTo("There is no tool “a\\u0000b\\ud800”.");
        assertThat(tool("x".repeat(100_000))).hasSizeLessThan(300);
    }

    @Test
    void a_refusal_costs_no_stack_trace_and_keeps_its_cause() {
        IllegalStateException cause = new IllegalStateException("why");

        ToolFailure failure =
                ToolFailure.internal("INTERNAL_ERROR", cause).with("a", 1).mayRetry();

        assertThat(failure.getStackTrace()).isEmpty();
        assertThat(failure).hasCause(cause).hasMessage("internal_error / INTERNAL_ERROR");
    }

    private static String tool(String name) {
        return Messages.render(ToolFailure.notFound("UNKNOWN_TOOL").with("tool", name), EN)
                .message();
    }

    private static String allowed(List<String> values, Locale locale) {
        return Messages.render(new Violation("/a", "NOT_ALLOWED", Map.of("allowed", values)), locale);
    }

    private static List<String> placeholders(String key, Locale locale) {
        List<String> found = new ArrayList<>();
        PLACEHOLDER.matcher(Messages.template(key, locale)).results().forEach(each -> found.add(each.group()));
        return found.stream().sorted().toList();
    }
}
