package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a tool says about itself: its schema file, plus what follows from its name.
 *
 * <p>Immutable. Schemas are handed out as copies.
 */
public final class ToolSpec {
    /** What a tool can do to the world; the order is of no meaning. */
    private static final Set<String> SIDE_EFFECTS = Set.of(
            "creates_record",
            "updates_record",
            "deletes_record",
            "updates_conversation",
            "triggers_sync",
            "sends_message",
            "calls_service",
            "runs_command",
            "undoes_execution",
            "settles_execution",
            "decides_approval");

    /** No row image brings these back; an undo is not undone, its original is called again, and a decision stands. */
    private static final Set<String> IRREVERSIBLE = Set.of(
            "sends_message",
            "calls_service",
            "runs_command",
            "undoes_execution",
            "settles_execution",
            "decides_approval");

    private static final Pattern PERMISSION = Pattern.compile("[a-z]+(\\.[a-z_]+)+");

    private final ToolName name;
    private final Map<Language, Texts> texts = new EnumMap<>(Language.class);
    private final List<String> permissions;
    private final List<String> sideEffects;
    private final ApprovalPolicy requiresApproval;
    private final boolean idempotent;
    private final Template resourceUrl;
    private final Template messageId;
    private final SchemaCheck inputCheck;
    private final SchemaCheck outputCheck;
    private final JsonNode passes;
    private final JsonNode fails;

    private ToolSpec(ToolName name, SchemaFile file) {
        this.name = name;
        for (Language language : Language.values()) {
            texts.put(
                    language,
                    new Texts(
                            file.text("description", language),
                            Template.of(file.text("said", language)),
                            file.input(language),
                            file.output(language)));
        }
        this.permissions = file.strings("permissions");
        this.sideEffects = file.strings("side_effects");
        this.requiresApproval = ApprovalPolicy.of(file, file.at("requires_approval"));
        this.idempotent = file.flag("idempotent", sideEffects.isEmpty());
        this.resourceUrl = Template.of(file.stringOr("resource_url", ""));
        this.messageId = Template.of(file.stringOr("message_id", ""));
        this.inputCheck = new SchemaCheck(texts(Locale.ENGLISH).input);
        this.outputCheck = new SchemaCheck(texts(Locale.ENGLISH).output);
        this.passes = file.example("passes");
        this.fails = file.example("fails");
        check(file);
    }

    /**
     * Reads {@code schemas/<name>.json} from the resources that {@code beside} is loaded with.
     *
     * @throws IllegalStateException naming the file and the key, if anything in it is missing, unknown or wrong
     */
    public static ToolSpec load(ToolName name, Class<?> beside) {
        return new ToolSpec(name, SchemaFile.read(name, beside));
    }

    /** The same from a document in hand; shapes still come from the resources of {@code beside}. */
    static ToolSpec of(ToolName name, JsonNode content, Class<?> beside) {
        return new ToolSpec(name, SchemaFile.of("/schemas/" + name + ".json", content, beside));
    }

    public ToolName name() {
        return name;
    }

    /** When to use the tool and when not. */
    public String description(Locale locale) {
        return texts(locale).description;
    }

    /** A caller needs all of them. */
    public List<String> permissions() {
        return permissions;
    }

    public boolean permittedTo(Set<String> callersPermissions) {
        return callersPermissions.containsAll(permissions);
    }

    /** Empty for a tool that only reads. */
    public List<String> sideEffects() {
        return sideEffects;
    }

    public boolean readOnly() {
        return sideEffects.isEmpty();
    }

    /** Whether what the tool does can be undone from the ledger. */
    public boolean reversible() {
        return sideEffects.stream().noneMatch(IRREVERSIBLE::contains);
    }

    /** Whether doing it twice is the same as doing it once. */
    public boolean idempotent() {
        return idempotent;
    }

    /** Whether it may overwrite or remove what was there. */
    public boolean destructive() {
        return sideEffects.contains("updates_record")
                || sideEffects.contains("deletes_record")
                || sideEffects.contains("runs_command")
                || sideEffects.contains("undoes_execution");
    }

    /** Whether it reaches beyond what we keep ourselves. */
    public boolean openWorld() {
        return sideEffects.contains("sends_message")
                || sideEffects.contains("calls_service")
                || name.module().equals("whatsapp");
    }

    /** Whose calls wait for somebody's approval. */
    public ApprovalPolicy requiresApproval() {
        return requiresApproval;
    }

    public Duration timeout() {
        return TimeLimits.of(name.toString());
    }

    /** JSON Schema 2020-12 with its descriptions in the caller's language. */
    public ObjectNode input(Locale locale) {
        return texts(locale).input.deepCopy();
    }

    /** JSON Schema 2020-12 with its descriptions in the caller's language. */
    public ObjectNode output(Locale locale) {
        return texts(locale).output.deepCopy();
    }

    /** An input that passes. */
    public JsonNode passes() {
        return passes.deepCopy();
    }

    /** An input that fails. */
    public JsonNode fails() {
        return fails.deepCopy();
    }

    /**
     * The input as the tool takes it: a copy with the defaults filled in.
     *
     * @throws ToolFailure {@code VALIDATION_ERROR} with a violation per field
     */
    public JsonNode accept(JsonNode input) {
        List<Violation> violations = check(input);
        if (!violations.isEmpty()) {
            throw ToolFailure.invalid(violations);
        }
        return Schemas.withDefaults(inputSchema(), input);
    }

    /** What is wrong with an input, at most twenty violations; empty when it can be accepted. */
    public List<Violation> check(JsonNode input) {
        return inputCheck.check(input);
    }

    /** What is wrong with an output: a defect of the tool. */
    public List<Violation> checkOutput(JsonNode output) {
        return outputCheck.check(output);
    }

    /** One sentence for a person about what was done. */
    public String said(JsonNode outputs, Locale locale) {
        return texts(locale).said.fill(outputs);
    }

    /** Where a person finds what came out; empty if the tool has no such place or the outputs don't say which. */
    public Optional<String> resourceUrl(JsonNode outputs) {
        return resourceUrl.isEmpty() ? Optional.empty() : resourceUrl.fillAll(outputs);
    }

    /** The id that the recipient's service gave what was sent; empty if the tool sends nothing, or did not. */
    public Optional<String> messageId(JsonNode outputs) {
        return messageId.isEmpty() ? Optional.empty() : messageId.fillAll(outputs);
    }

    @Override
    public String toString() {
        return name.toString();
    }

    List<Violation> check(JsonNode input, Predicate<String> matters) {
        return inputCheck.check(input, matters);
    }

    JsonNode inputSchema() {
        return texts(Locale.ENGLISH).input;
    }

    JsonNode outputSchema() {
        return texts(Locale.ENGLISH).output;
    }

    private void check(SchemaFile file) {
        permissions.stream()
                .filter(each -> !PERMISSION.matcher(each).matches())
                .findFirst()
                .ifPresent(each -> {
                    throw file.wrong("/permissions", "'" + each + "' is no permission; write area.verb");
                });
        sideEffects.stream()
                .filter(each -> !SIDE_EFFECTS.contains(each))
                .findFirst()
                .ifPresent(each -> {
                    throw file.wrong(
                            "/side_effects",
                            "'" + each + "' is not one of "
                                    + SIDE_EFFECTS.stream().sorted().toList());
                });
        texts.forEach((language, text) -> checkTemplate(file, "/said/" + language.tag(), text.said));
        checkTemplate(file, "/resource_url", resourceUrl);
        checkTemplate(file, "/message_id", messageId);
        checkExamples(file);
    }

    private void checkExamples(SchemaFile file) {
        List<Violation> wrong = check(Schemas.withDefaults(inputSchema(), passes));
        if (!wrong.isEmpty()) {
            throw file.wrong("/examples/passes", "does not pass, or a default doesn't: " + wrong.get(0));
        }
        if (check(fails).isEmpty()) {
            throw file.wrong("/examples/fails", "passes");
        }
    }

    private void checkTemplate(SchemaFile file, String place, Template template) {
        template.paths().forEach(path -> {
            if (Schemas.at(outputSchema(), List.of(path.split("\\.", -1))).isMissingNode()) {
                throw file.wrong(place, "'{" + path + "}' is not in the output");
            }
        });
    }

    private Texts texts(Locale locale) {
        return Objects.requireNonNull(texts.get(Language.of(locale)), "both languages are loaded");
    }

    private record Texts(String description, Template said, ObjectNode input, ObjectNode output) {}
}
