package dev.recourse.activities;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.ContactTools;
import dev.recourse.activities.crm.CustomFieldTools;
import dev.recourse.activities.crm.NoteTools;
import dev.recourse.activities.crm.OrderTools;
import dev.recourse.activities.crm.TagTools;
import dev.recourse.activities.crm.TaskTools;
import dev.recourse.activities.shell.ShellTools;
import dev.recourse.activities.system.ApprovalTools;
import dev.recourse.activities.system.ExecutionTools;
import dev.recourse.activities.tool.Patch;
import dev.recourse.activities.tool.ToolName;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.whatsapp.ConversationTools;
import dev.recourse.activities.whatsapp.MessageTools;
import dev.recourse.activities.whatsapp.SendingTools;
import dev.recourse.activities.whatsapp.TemplateTools;
import io.temporal.activity.ActivityMethod;
import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Schema files and contract records are written by hand, each for its readers: this holds them together. */
final class ContractsTest {
    private static final List<Class<?>> CONTRACTS = List.of(
            ContactTools.class,
            CustomFieldTools.class,
            NoteTools.class,
            OrderTools.class,
            TagTools.class,
            TaskTools.class,
            ConversationTools.class,
            MessageTools.class,
            TemplateTools.class,
            SendingTools.class,
            ExecutionTools.class,
            ApprovalTools.class,
            ShellTools.class);

    /** Java type, JSON type, format. */
    private static final Map<Class<?>, List<String>> SIMPLE = Map.of(
            String.class, List.of("string", ""),
            UUID.class, List.of("string", "uuid"),
            Instant.class, List.of("string", "date-time"),
            int.class, List.of("integer", ""),
            long.class, List.of("integer", ""),
            Integer.class, List.of("integer", ""),
            boolean.class, List.of("boolean", ""),
            BigDecimal.class, List.of("number", ""),
            JsonNode.class, List.of("object", ""));

    @Test
    void every_schema_file_has_its_method_and_every_method_its_file() throws IOException {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> list = Files.list(Path.of("src/main/resources/schemas"))) {
            list.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .forEach(name -> files.add(name.replace(".json", "")));
        }

        assertThat(methods().map(ContractsTest::name)).containsExactlyInAnyOrderElementsOf(files);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void the_input_record_has_the_input_schemas_fields(Method method) {
        compareRecord(
                name(method) + " input",
                method.getParameterTypes()[0],
                spec(method).input(Locale.ENGLISH),
                true);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void the_output_record_has_the_output_schemas_fields(Method method) {
        compareRecord(
                name(method) + " output", method.getReturnType(), spec(method).output(Locale.ENGLISH), false);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void the_example_that_passes_passes_and_the_one_that_fails_fails(Method method) {
        ToolSpec spec = spec(method);

        assertThat(spec.check(spec.passes())).isEmpty();
        assertThat(spec.check(spec.fails())).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void outputs_lead_on_with_the_id_that_the_next_input_takes(Method method) {
        ToolSpec spec = spec(method);
        JsonNode output = spec.output(Locale.ENGLISH);

        List<String> taken = required(spec.input(Locale.ENGLISH));
        String own = spec.name().entity() + "Id";

        if (spec.sideEffects().contains("creates_record")
                || (!taken.isEmpty() && !spec.name().action().equals("list"))) {
            assertThat(ids(output)).isNotEmpty();
        }
        assertThat(ids(output)).containsAll(taken.contains(own) ? List.of(own) : List.of());
        assertThat(output.path("required")).hasSameSizeAs(output.path("properties"));
    }

    private static List<String> ids(JsonNode schema) {
        return names(schema.path("properties")).stream()
                .filter(name -> name.endsWith("Id"))
                .filter(name ->
                        schema.at("/properties/" + name + "/format").asText().equals("uuid"))
                .toList();
    }

    private static List<String> required(JsonNode schema) {
        return ids(schema).stream()
                .filter(elements(schema.path("required"))::contains)
                .toList();
    }

    static Stream<Method> methods() {
        return CONTRACTS.stream().flatMap(contract -> Arrays.stream(contract.getMethods()));
    }

    private static void compareRecord(String where, Class<?> type, JsonNode schema, boolean input) {
        assertThat(type.isRecord()).as("%s: %s is a record", where, type).isTrue();
        assertThat(schema.path("additionalProperties").asBoolean(true))
                .as(where)
                .isFalse();
        assertThat(Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName))
                .as(where)
                .containsExactlyElementsOf(names(schema.path("properties")));
        for (RecordComponent component : type.getRecordComponents()) {
            compareField(where + " /" + component.getName(), component, schema, input);
        }
    }

    private static void compareField(String where, RecordComponent component, JsonNode schema, boolean input) {
        JsonNode field = schema.path("properties").path(component.getName());
        boolean required = elements(schema.path("required")).contains(component.getName());
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        boolean patch = component.getType().equals(Patch.class);
        if (input) {
            assertThat(required || field.has("default"))
                    .as("%s: always there", where)
                    .isEqualTo(!nullable && !patch);
            assertThat(patch || !types(field).contains("null"))
                    .as("%s: null only clears", where)
                    .isTrue();
        } else {
            assertThat(required).as("%s: outputs say everything", where).isTrue();
            assertThat(types(field).contains("null")).as("%s: null", where).isEqualTo(nullable);
        }
        compareType(where, component.getGenericType(), component.getAnnotatedType(), field, input);
    }

    private static void compareType(String where, Type type, AnnotatedType annotated, JsonNode field, boolean input) {
        Set<String> types = new TreeSet<>(types(field));
        types.remove("null");
        if (input && type == BigDecimal.class) {
            assertThat(types.remove("string"))
                    .as("%s: a decimal may be text", where)
                    .isTrue();
        }
        if (type instanceof ParameterizedType map && map.getRawType().equals(Map.class)) {
            assertThat(types).as(where).containsExactly("object");
            compareType(
                    where + "/*",
                    map.getActualTypeArguments()[1],
                    annotated,
                    field.path("additionalProperties"),
                    input);
        } else if (type instanceof ParameterizedType parameterized) {
            boolean patch = parameterized.getRawType().equals(Patch.class);
            Type of = parameterized.getActualTypeArguments()[0];
            assertThat(types).as(where).isEqualTo(patch ? types : Set.of("array"));
            compareType(where + "/*", of, annotated, patch ? field : field.path("items"), input);
        } else if (type instanceof Class<?> record && record.isRecord()) {
            assertThat(types).as(where).containsExactly("object");
            compareRecord(where, record, field, input);
        } else if (type instanceof Class<?> words && words.isEnum()) {
            assertThat(elements(field.path("enum"))).as(where).containsExactlyElementsOf(words(words));
        } else {
            List<String> simple = SIMPLE.get(type);
            assertThat(simple).as("%s: %s is a type we know", where, type).isNotNull();
            assertThat(List.of(String.join("", types), format(field))).as(where).isEqualTo(simple);
        }
    }

    /** An email is text to Java. */
    private static String format(JsonNode field) {
        return field.path("format").asText("").replace("email", "");
    }

    private static List<String> words(Class<?> type) {
        return Arrays.stream(type.getFields())
                .filter(field -> field.isEnumConstant())
                .map(field -> field.getAnnotation(JsonProperty.class).value())
                .toList();
    }

    private static Set<String> types(JsonNode field) {
        JsonNode type = field.path("type");
        return type.isTextual() ? Set.of(type.textValue()) : Set.copyOf(elements(type));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> elements(JsonNode array) {
        List<String> elements = new ArrayList<>();
        array.forEach(element -> elements.add(element.asText()));
        return elements;
    }

    private static ToolSpec spec(Method method) {
        return ToolSpec.load(ToolName.of(name(method)), method.getDeclaringClass());
    }

    private static String name(Method method) {
        return method.getAnnotation(ActivityMethod.class).name();
    }
}
