package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer.Outcome;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NoteToolsTest {
    private static final Bench BENCH = new Bench();
    private static final UUID ANA = BENCH.contact("Ana", "3001234567");
    private static final UUID GONE = BENCH.contact("Leo", "3007654321");

    static {
        BENCH.ok("crm.contact.delete", Bench.of(GONE));
    }

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void a_note_says_who_wrote_it_and_about_whom() {
        Bench.Ended made = create(ANA, "Llamar por la tarde");

        assertThat(made.outcome()).isEqualTo(Outcome.APPLIED);
        JsonNode note = made.outputs().path("note");
        assertThat(note.path("author").asText()).isEqualTo(TestDatabase.OWNER);
        assertThat(note.path("content").asText()).isEqualTo("Llamar por la tarde");
        assertThat(note.path("contactId")).isEqualTo(made.outputs().path("contactId"));
        assertThat(note.path("id")).isEqualTo(made.outputs().path("noteId"));
        assertThat(note.path("version").asInt()).isEqualTo(1);
        assertThat(note.path("archivedAt").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "  Uno \\r\\n  dos\\t\\n\\ntres  | Uno\\n  dos\\n\\ntres",
                "a\\rb\\u2028c\\u0085d | a\\nb\\nc\\nd",
                "Jose\\u0301 \\u200by\\u202e Ana | Jos\\u00e9 y Ana",
                "a\\u000bb\\u000cc | a\\nb\\nc"
            })
    void a_note_keeps_its_lines_and_loses_what_nobody_sees(String written, String kept) {
        JsonNode note = create(ANA, written).outputs().path("note");

        assertThat(note.path("content")).isEqualTo(Json.read("\"" + kept + "\""));
        assertThat(Prose.tidy(note.path("content").asText()))
                .isEqualTo(note.path("content").asText());
    }

    @Test
    void a_note_must_say_something_of_bounded_length() {
        for (String blank : List.of("  ", "\\n\\t\\n", "\u3164", "\\u2028")) {
            Bench.Ended ended = create(ANA, blank);

            assertThat(ended.code()).as(blank).isEqualTo("CONTENT_REQUIRED");
            assertThat(ended.field()).isEqualTo("/content");
        }
        for (String wrong : List.of("", "x".repeat(5001), "\uFB2C".repeat(5000), "a\\u0000", "a\\ud800")) {
            Bench.Ended ended = create(ANA, wrong);

            assertThat(ended.code()).isEqualTo("VALIDATION_ERROR");
            assertThat(ended.field()).isEqualTo("/content");
        }
        assertThat(create(ANA, "x".repeat(5000)).outcome()).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void a_note_needs_a_contact_that_is_active() {
        assertThat(create(UUID.randomUUID(), "nadie").code()).isEqualTo("CONTACT_NOT_FOUND");
        assertThat(create(GONE, "archivado").refusal().type()).isEqualTo(ErrorType.PRECONDITION_FAILED);
        assertThat(create(GONE, "archivado").code()).isEqualTo("CONTACT_ARCHIVED");
    }

    @Test
    void notes_are_listed_newest_first_a_page_at_a_time() {
        UUID eva = BENCH.contact("Eva", "3005550001");
        for (int i = 1; i <= 5; i++) {
            create(eva, "nota " + i);
        }
        UUID third = id(list(eva, "'pageSize': 1, 'page': 3").path("notes").path(0), "id");
        BENCH.ok("crm.note.archive", "{'noteId': '" + third + "'}");

        JsonNode first = list(eva, "'pageSize': 2");
        JsonNode second = list(eva, "'pageSize': 2, 'page': 2");
        JsonNode behind = list(eva, "'pageSize': 2, 'page': 3");

        assertThat(first.path("notes").findValuesAsText("content")).containsExactly("nota 5", "nota 4");
        assertThat(second.path("notes").findValuesAsText("content")).containsExactly("nota 2", "nota 1");
        assertThat(behind.path("notes")).isEmpty();
        assertThat(first.path("total").asInt()).isEqualTo(4);
        assertThat(first.path("totalPages").asInt()).isEqualTo(2);
        assertThat(second.path("page").asInt()).isEqualTo(2);
    }

    @Test
    void the_notes_of_an_archived_contact_can_still_be_read() {
        UUID eva = BENCH.contact("Eva", "3005550002");
        UUID note = id(create(eva, "queda").outputs(), "noteId");
        BENCH.ok("crm.contact.delete", Bench.of(eva));

        assertThat(list(eva, "'page': 1").path("total").asInt()).isEqualTo(1);
        assertThat(BENCH.ok("crm.note.archive", "{'noteId': '" + note + "'}")
                        .path("alreadyArchived")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void the_notes_of_nobody_are_not_an_empty_list() {
        assertThat(BENCH.call("crm.note.list", Bench.of(UUID.randomUUID())).code())
                .isEqualTo("CONTACT_NOT_FOUND");
    }

    @Test
    void archiving_a_note_again_keeps_the_first_time() {
        String note = "{'noteId': '" + id(create(ANA, "vieja").outputs(), "noteId") + "'}";

        Bench.Ended first = BENCH.call("crm.note.archive", note);
        String between = BENCH.db.everything();
        Bench.Ended again = BENCH.call("crm.note.archive", note);

        assertThat(first.outputs().path("alreadyArchived").asBoolean(true)).isFalse();
        assertThat(first.outputs().at("/note/version").asInt()).isEqualTo(2);
        assertThat(again.outputs().path("alreadyArchived").asBoolean()).isTrue();
        assertThat(again.outputs().path("archivedAt")).isEqualTo(first.outputs().path("archivedAt"));
        assertThat(again.outcome()).isEqualTo(Outcome.NONE);
        assertThat(BENCH.db.everything()).isEqualTo(between);
    }

    @Test
    void a_note_of_another_version_is_not_archived() {
        UUID note = id(create(ANA, "otra").outputs(), "noteId");

        Bench.Ended refused = BENCH.call("crm.note.archive", "{'noteId': '" + note + "', 'expectedVersion': 2}");
        Bench.Ended done = BENCH.call("crm.note.archive", "{'noteId': '" + note + "', 'expectedVersion': 1}");
        Bench.Ended repeated = BENCH.call("crm.note.archive", "{'noteId': '" + note + "', 'expectedVersion': 1}");

        assertThat(refused.code()).isEqualTo("VERSION_CONFLICT");
        assertThat(refused.details().path("version").asInt()).isEqualTo(1);
        assertThat(done.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(repeated.outputs().path("alreadyArchived").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'noteId': '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'}"})
    void a_note_that_nobody_has_is_not_found(String note) {
        assertThat(BENCH.call("crm.note.archive", note).code()).isEqualTo("NOTE_NOT_FOUND");
        assertThat(BENCH.call("crm.note.archive", note).refusal().type()).isEqualTo(ErrorType.NOT_FOUND);
    }

    private static Bench.Ended create(UUID contact, String content) {
        return BENCH.call("crm.note.create", Bench.of(contact, "'content': '" + content + "'"));
    }

    private static JsonNode list(UUID contact, String page) {
        return BENCH.ok("crm.note.list", Bench.of(contact, page));
    }

    private static UUID id(JsonNode outputs, String field) {
        return Bench.id(outputs, field);
    }
}
