package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.ledger.Answer.Outcome;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CustomFieldToolsTest {
    private static final Bench BENCH = new Bench();
    private static final AtomicInteger PHONES = new AtomicInteger(1000);

    private final UUID ana = BENCH.contact("Ana", "300555" + PHONES.incrementAndGet());

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void fields_are_merged_name_by_name() {
        fields("'talla': 'M', 'hijos': 2, 'mayorista': true");

        Bench.Ended ended = update("'talla': 'L', 'hijos': null, 'color': 'azul'");

        assertThat(ended.outputs().path("fields"))
                .isEqualTo(Json.read("{\"talla\": \"L\", \"mayorista\": true, \"color\": \"azul\"}"));
        assertThat(ended.outputs().path("changedFields")).isEqualTo(Json.read("[\"talla\", \"hijos\", \"color\"]"));
        assertThat(ended.outputs().path("version").asInt()).isEqualTo(3);
        assertThat(read().path("fields")).isEqualTo(ended.outputs().path("fields"));
        assertThat(read().path("version").asInt()).isEqualTo(3);
        assertThat(BENCH.ok("crm.contact.read", Bench.of(ana)).at("/contact/customFields"))
                .isEqualTo(read().path("fields"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'talla': 'M'",
                "'talla': ' M '",
                "'hijos': 2.0",
                "'peso': 1.50",
                "'nada': null",
                "'nada': ''",
                "' talla ': 'M'",
                "'talla': 'M', 'hijos': 2"
            })
    void what_is_so_already_changes_nothing(String same) {
        fields("'talla': 'M', 'hijos': 2, 'peso': 1.5");
        String before = BENCH.db.everything();

        Bench.Ended ended = update(same);

        assertThat(ended.outcome()).isEqualTo(Outcome.NONE);
        assertThat(ended.outputs().path("changedFields")).isEmpty();
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @Test
    void a_blank_text_removes_its_field_as_null_does() {
        fields("'talla': 'M', 'color': 'azul'");

        assertThat(fields("'talla': ' ', 'color': null").path("fields")).isEmpty();
    }

    @Test
    void names_are_kept_as_they_read() {
        assertThat(fields("'Cumplean\u0303os  de\u200b Ana': 'mayo'".replace("\u200b", ""))
                        .path("fields")
                        .has("Cumpleaños de Ana"))
                .isTrue();
        Bench.Ended twice = update("'talla': 'M', ' talla': 'L'");

        assertThat(twice.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(twice.field()).isEqualTo("/fields/ talla");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'talla': ['M']           | VALIDATION_ERROR | /fields/talla",
                "'talla': {'de': 'M'}     | VALIDATION_ERROR | /fields/talla",
                "'n': 1000000000000001    | VALIDATION_ERROR | /fields/n",
                "'n': -1e400              | VALIDATION_ERROR | /fields/n",
                "'a.b': 1                 | VALIDATION_ERROR | /fields/a.b",
                "'a/b': 1                 | VALIDATION_ERROR | /fields/a~1b",
                "'$0': 1                  | VALIDATION_ERROR | /fields/$0",
                "'': 1                    | VALIDATION_ERROR | /fields/",
                "' ': 1                   | NAME_REQUIRED    | /fields/ ",
                "'a': 'x\\u0000'          | VALIDATION_ERROR | /fields/a"
            })
    void names_and_values_are_of_few_kinds(String fields, String code, String field) {
        Bench.Ended ended = update(fields);

        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.field()).startsWith(field);
    }

    @Test
    void names_and_values_are_bounded() {
        assertThat(update("'" + "x".repeat(51) + "': 1").field()).isEqualTo("/fields/" + "x".repeat(51));
        assertThat(update("'a': '" + "x".repeat(501) + "'").field()).isEqualTo("/fields/a");
        assertThat(update("'a': '" + "\uFB2C".repeat(500) + "'").field()).isEqualTo("/fields/a");
        assertThat(update(many(0, 51)).field()).isEqualTo("/fields");
        assertThat(fields("'" + "x".repeat(50) + "': '" + "y".repeat(500) + "'").path("fields"))
                .hasSize(1);
    }

    @Test
    void a_contact_has_a_bounded_number_of_them() {
        fields(many(0, 50));

        Bench.Ended refused = update("'another': 1");

        assertThat(refused.code()).isEqualTo("TOO_MANY_FIELDS");
        assertThat(refused.refusal().type()).isEqualTo(ErrorType.PRECONDITION_FAILED);
        assertThat(fields("'another': 1, 'f0': null, 'f1': 'x'").path("fields")).hasSize(50);
        BENCH.db.as_superuser(
                "set session_replication_role = replica; update contacts set custom_fields = custom_fields"
                        + " || '{\"by hand\": 1, \"and\": 2}' where id = '" + ana + "'");
        assertThat(fields("'f1': null").path("fields")).hasSize(51);
    }

    @Test
    void what_people_put_there_stays_as_it_is() {
        BENCH.db.as_superuser("set session_replication_role = replica; update contacts set custom_fields ="
                + " '{\"a.b\": {\"c\": [1.50, null]}, \"d\": null}' where id = '" + ana + "'");

        JsonNode fields = fields("'talla': 'M', 'd': null").path("fields");

        assertThat(fields).isEqualTo(Json.recorded("{\"a.b\": {\"c\": [1.5, null]}, \"talla\": \"M\"}"));
        assertThat(BENCH.db.cell("select custom_fields -> 'a.b' from contacts where id = '" + ana + "'"))
                .isEqualTo("{\"c\": [1.50, null]}");
    }

    @Test
    void nothing_to_change_is_refused() {
        assertThat(update("").code()).isEqualTo("NO_FIELDS_TO_UPDATE");
        assertThat(BENCH.call("crm.custom-field.update", Bench.of(ana)).field()).isEqualTo("/fields");
    }

    @Test
    void another_version_is_refused() {
        String changed = "'expectedVersion': 2, 'fields': {'talla': 'M'}";

        assertThat(BENCH.call("crm.custom-field.update", Bench.of(ana, changed)).code())
                .isEqualTo("VERSION_CONFLICT");
        assertThat(BENCH.call("crm.custom-field.update", Bench.of(ana, changed.replace("2", "1")))
                        .outcome())
                .isEqualTo(Outcome.APPLIED);
    }

    @Test
    void an_archived_contacts_fields_are_read_but_not_changed() {
        fields("'talla': 'M'");
        BENCH.ok("crm.contact.delete", Bench.of(ana));

        assertThat(read().at("/fields/talla").asText()).isEqualTo("M");
        assertThat(update("'talla': 'L'").code()).isEqualTo("CONTACT_ARCHIVED");
    }

    @Test
    void nobodys_fields_are_not_found() {
        UUID nobody = UUID.randomUUID();

        assertThat(BENCH.call("crm.custom-field.read", Bench.of(nobody)).code()).isEqualTo("CONTACT_NOT_FOUND");
        assertThat(BENCH.call("crm.custom-field.update", Bench.of(nobody, "'fields': {'a': 1}"))
                        .code())
                .isEqualTo("CONTACT_NOT_FOUND");
    }

    @Test
    void two_at_once_lose_nothing() {
        List<CompletableFuture<Bench.Ended>> calls = IntStream.range(0, 8)
                .mapToObj(i -> Meanwhile.doing(() -> update("'f" + i + "': " + i)))
                .toList();

        calls.forEach(CompletableFuture::join);

        assertThat(read().path("fields")).hasSize(8);
    }

    @Test
    void undoing_one_leaves_what_others_set_since() {
        Bench.Ended first = update("'talla': 'M', 'color': 'azul'");
        fields("'hijos': 2");

        BENCH.takeBack(first.execution());

        assertThat(read().path("fields")).isEqualTo(Json.read("{\"hijos\": 2}"));
    }

    private static String many(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "'f" + i + "': " + i).collect(Collectors.joining(", "));
    }

    private Bench.Ended update(String fields) {
        return BENCH.call("crm.custom-field.update", Bench.of(ana, "'fields': {" + fields + "}"));
    }

    private JsonNode fields(String fields) {
        return BENCH.ok("crm.custom-field.update", Bench.of(ana, "'fields': {" + fields + "}"));
    }

    private JsonNode read() {
        return BENCH.ok("crm.custom-field.read", Bench.of(ana));
    }
}
