package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.ledger.Answer.Outcome;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContactToolsTest {
    private static final Bench BENCH = new Bench();
    private static final AtomicInteger PHONES = new AtomicInteger(1_000_000);

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void a_new_contact_is_answered_whole() {
        String phone = phone();

        Bench.Ended ended = BENCH.call(
                "crm.contact.create",
                "{'name': '  Ana   Gómez ', 'phone': '" + phone
                        + "', 'email': 'ana@example.com', 'address': 'Calle 5\\n# 3-2',"
                        + " 'city': 'Cali', 'tags': ['vip', 'Del  valle', 'VIP']}");

        JsonNode contact = ended.outputs().path("contact");
        assertThat(ended.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(ended.outputs().path("created").asBoolean()).isTrue();
        assertThat(ended.outputs().path("contactId")).isEqualTo(contact.path("id"));
        assertThat(Bench.id(contact, "id").version()).isEqualTo(7);
        assertThat(contact.path("name").asText()).isEqualTo("Ana Gómez");
        assertThat(contact.path("phone").asText()).isEqualTo("+57" + phone);
        assertThat(contact.path("email").asText()).isEqualTo("ana@example.com");
        assertThat(contact.path("address").asText()).isEqualTo("Calle 5 # 3-2");
        assertThat(contact.path("city").asText()).isEqualTo("Cali");
        assertThat(contact.path("department").isNull()).isTrue();
        assertThat(contact.path("customFields")).isEqualTo(JsonNodeFactory.instance.objectNode());
        assertThat(contact.path("tags").findValuesAsText("name")).containsExactly("Del valle", "vip");
        assertThat(contact.path("tags").path(0).path("color").asText()).isEqualTo("#6366f1");
        assertThat(contact.path("isClient").asBoolean(true)).isFalse();
        assertThat(contact.path("version").asInt()).isEqualTo(1);
        assertThat(contact.path("createdAt")).isEqualTo(contact.path("updatedAt"));
        assertThat(contact.path("createdAt").asText()).endsWith("Z");
        assertThat(contact.path("archivedAt").isNull()).isTrue();
        assertThat(read(Bench.id(contact, "id"))).isEqualTo(contact);
    }

    @Test
    void a_phone_belongs_to_one_active_contact_however_it_is_written() {
        String phone = phone();
        UUID ana = BENCH.contact("Ana", phone);
        String before = BENCH.db.everything();

        for (String written : List.of(
                phone,
                "+57" + phone,
                "57" + phone,
                "0057" + phone,
                "(+57) " + phone.substring(0, 3) + "-" + phone.substring(3),
                "+57\u00A0" + phone,
                "\u202A+57 " + phone + "\u202C",
                arabicIndic(phone),
                fullWidth("+57" + phone))) {
            Bench.Ended ended = create("Leo", written);

            assertThat(ended.code()).as(written).isEqualTo("PHONE_DUPLICATE");
            assertThat(ended.refusal().type()).isEqualTo(ErrorType.DUPLICATE);
            assertThat(ended.details()).isEqualTo(Json.tree(new ContactTools.ContactRef(ana)));
            assertThat(ended.refusal().retryable()).isFalse();
            assertThat(ended.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123",
                "+12",
                "300 12",
                "30012345678901234567",
                "300ABCDEFG",
                "CALL ME",
                "3001234567 ext. 5",
                "3001234567#5",
                "+57+3001234567",
                "++573001234567",
                "(+)",
                "---",
                "tel:+573001234567",
                "3001234567;1",
                "+999 1234567",
                "3001234567\\n;"
            })
    void what_is_no_phone_is_refused_by_its_field(String written) {
        Bench.Ended ended = create("Ana", written.replace("\\n", "\n"));

        assertThat(ended.code()).isEqualTo("PHONE_INVALID");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.VALIDATION_ERROR);
        assertThat(ended.field()).isEqualTo("/phone");
    }

    @Test
    void a_phone_with_its_country_may_be_of_any_country() {
        assertThat(create("Ana", "+1 (415) 555-2671")
                        .outputs()
                        .at("/contact/phone")
                        .asText())
                .isEqualTo("+14155552671");
        assertThat(create("Ana", "44 20 7946 0958")
                        .outputs()
                        .at("/contact/phone")
                        .asText())
                .isEqualTo("+442079460958");
        assertThat(create("Ana", "+39 06 698 12345")
                        .outputs()
                        .at("/contact/phone")
                        .asText())
                .isEqualTo("+390669812345");
    }

    @ParameterizedTest
    @ValueSource(strings = {"   ", "\u00A0\u3000 ", "\u200D", "\u3164", "\u2800", "\uFE0F\u200C"})
    void a_name_that_says_nothing_is_missing(String name) {
        Bench.Ended ended = create(name, phone());

        assertThat(ended.code()).isEqualTo("NAME_REQUIRED");
        assertThat(ended.field()).isEqualTo("/name");
    }

    @Test
    void a_phone_that_says_nothing_is_missing() {
        Bench.Ended ended = create("Ana", " \u200E \u2003");

        assertThat(ended.code()).isEqualTo("PHONE_REQUIRED");
        assertThat(ended.field()).isEqualTo("/phone");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'phone': '3001234567'} | /name",
                "{'name': 'Ana'} | /phone",
                "{'name': 'Ana', 'phone': '30'} | /phone",
                "{'name': '', 'phone': '3001234567'} | /name",
                "{'name': 'Ana\\u200bMaría', 'phone': '3001234567'} | /name",
                "{'name': 'Ana\\u202e', 'phone': '3001234567'} | /name",
                "{'name': 'Ana\\u061c', 'phone': '3001234567'} | /name",
                "{'name': 'A\\u00adna', 'phone': '3001234567'} | /name",
                "{'name': 'Ana\\nMaría', 'phone': '3001234567'} | /name",
                "{'name': 'Ana\\u0000', 'phone': '3001234567'} | /name",
                "{'name': 'Ana\\ud83d', 'phone': '3001234567'} | /name",
                "{'name': 'Ana', 'phone': 3001234567} | /phone",
                "{'name': 'Ana', 'phone': '3001234567', 'email': 'ana'} | /email",
                "{'name': 'Ana', 'phone': '3001234567', 'notes': 'x'} | /notes",
                "{'name': 'Ana', 'phone': '3001234567', 'tags': ['a/b']} | /tags/0",
                "{'name': 'Ana', 'phone': '3001234567', 'tags': ['a', 'a']} | /tags"
            })
    void what_the_schema_refuses_is_named_and_leaves_a_row_alone(String inputs, String field) {
        String before = BENCH.db.everything();

        Bench.Ended ended = BENCH.call("crm.contact.create", inputs);

        assertThat(ended.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(ended.field()).isEqualTo(field);
        assertThat(BENCH.db.everything()).isEqualTo(before);
        assertThat(BENCH.db.cell("select error_code from tool_executions where id = '" + ended.execution() + "'"))
                .isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void names_of_all_scripts_are_kept_composed() {
        for (String name : List.of(
                "👩‍👩‍👧 Ana ❤️",
                "José Núñez",
                "שרה כהן",
                "محمد",
                "नमस्ते",
                "李小龍",
                "O'Brien \\ %_ \"x\"",
                "x".repeat(200),
                "😀".repeat(200))) {
            String decomposed = Normalizer.normalize(name, Normalizer.Form.NFD);

            Bench.Ended ended = create(decomposed, phone());

            assertThat(ended.outputs().at("/contact/name").asText())
                    .isEqualTo(Normalizer.normalize(name, Normalizer.Form.NFC));
        }
    }

    @Test
    void a_text_that_grows_when_it_is_composed_is_refused_by_its_field() {
        Bench.Ended ended = create("\u0958".repeat(150), phone());

        assertThat(ended.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(ended.field()).isEqualTo("/name");
        assertThat(BENCH.call(
                                "crm.contact.create",
                                "{'name': 'Ana', 'phone': '" + phone() + "', 'tags': ['a', '" + "\uFB2C".repeat(20)
                                        + "']}")
                        .field())
                .isEqualTo("/tags/1");
    }

    @Test
    void a_blank_tag_is_refused_by_its_place_in_the_list() {
        Bench.Ended ended =
                BENCH.call("crm.contact.create", "{'name': 'Ana', 'phone': '" + phone() + "', 'tags': ['a', '  ']}");

        assertThat(ended.code()).isEqualTo("TAG_NAME_REQUIRED");
        assertThat(ended.field()).isEqualTo("/tags/1");
    }

    @Test
    void the_phone_of_an_archived_contact_may_be_used_again() {
        String phone = phone();
        UUID old = BENCH.contact("Ana", phone);
        BENCH.ok("crm.contact.delete", Bench.of(old));

        UUID fresh = BENCH.contact("Leo", phone);

        JsonNode found = BENCH.ok("crm.contact.findByPhone", "{'phone': '" + phone + "'}");
        assertThat(Bench.id(found, "contactId")).isEqualTo(fresh);
        assertThat(found.path("duplicates").findValuesAsText("id")).containsExactly(old.toString());
    }

    @Test
    void of_two_who_take_a_phone_at_once_one_wins_and_the_other_is_told_who() {
        String inputs = "{'name': 'Ana', 'phone': '" + phone() + "', 'tags': ['x', 'y']}";

        List<Bench.Ended> both = BENCH.overlapping("crm.contact.create", inputs, inputs);

        assertThat(both.get(0).error()).isNull();
        assertThat(both.get(1).code()).isEqualTo("PHONE_DUPLICATE");
        assertThat(both.get(1).holder()).isEqualTo(Bench.id(both.get(0).outputs(), "contactId"));
    }

    @Test
    void of_many_who_take_a_phone_at_once_one_wins() {
        String inputs = "{'name': 'Ana', 'phone': '" + phone() + "', 'tags': ['x', 'y', 'z']}";
        List<CompletableFuture<Bench.Ended>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(Meanwhile.doing(() -> BENCH.call("crm.contact.create", inputs)));
        }

        List<Bench.Ended> ended = calls.stream().map(CompletableFuture::join).toList();

        List<Bench.Ended> won =
                ended.stream().filter(each -> each.error() == null).toList();
        assertThat(won).hasSize(1);
        assertThat(ended.stream().filter(each -> each.error() != null))
                .allSatisfy(each -> assertThat(each.code()).isEqualTo("PHONE_DUPLICATE"))
                .allSatisfy(each ->
                        assertThat(each.holder()).isEqualTo(Bench.id(won.get(0).outputs(), "contactId")));
    }

    @Test
    void of_two_who_change_to_a_phone_at_once_one_wins_and_the_other_is_told_who() {
        UUID ana = BENCH.contact("Ana", phone());
        UUID leo = BENCH.contact("Leo", phone());
        String wanted = "'phone': '" + phone() + "'";
        JsonNode before = read(leo);

        List<Bench.Ended> both = BENCH.overlapping("crm.contact.update", Bench.of(ana, wanted), Bench.of(leo, wanted));

        assertThat(both.get(0).error()).isNull();
        assertThat(both.get(1).code()).isEqualTo("PHONE_DUPLICATE");
        assertThat(both.get(1).holder()).isEqualTo(ana);
        assertThat(read(leo)).isEqualTo(before);
    }

    @Test
    void of_two_who_restore_one_phone_at_once_one_wins_and_the_other_is_told_who() {
        String phone = phone();
        UUID ana = BENCH.contact("Ana", phone);
        BENCH.ok("crm.contact.delete", Bench.of(ana));
        UUID leo = BENCH.contact("Leo", phone);
        BENCH.ok("crm.contact.delete", Bench.of(leo));

        List<Bench.Ended> both = BENCH.overlapping("crm.contact.restore", Bench.of(ana), Bench.of(leo));

        assertThat(both.get(0).error()).isNull();
        assertThat(both.get(1).code()).isEqualTo("PHONE_DUPLICATE");
        assertThat(both.get(1).holder()).isEqualTo(ana);
    }

    @Test
    void two_updates_at_once_are_made_one_after_the_other() {
        UUID ana = BENCH.contact("Ana", phone());

        List<Bench.Ended> both = BENCH.overlapping(
                "crm.contact.update", Bench.of(ana, "'city': 'Cali'"), Bench.of(ana, "'email': 'ana@example.com'"));
        List<Bench.Ended> stale = BENCH.overlapping(
                "crm.contact.update",
                Bench.of(ana, "'city': 'Pasto', 'expectedVersion': 3"),
                Bench.of(ana, "'city': 'Bogotá', 'expectedVersion': 3"));

        assertThat(both.get(1).outputs().at("/contact/city").asText()).isEqualTo("Cali");
        assertThat(both.get(1).outputs().at("/contact/version").asInt()).isEqualTo(3);
        assertThat(stale.get(0).error()).isNull();
        assertThat(stale.get(1).code()).isEqualTo("VERSION_CONFLICT");
        assertThat(read(ana).path("city").asText()).isEqualTo("Pasto");
    }

    @Test
    void an_update_changes_what_is_given_clears_what_is_null_and_leaves_the_rest() {
        String phone = phone();
        UUID ana = Bench.id(
                BENCH.ok(
                        "crm.contact.create",
                        "{'name': 'Ana', 'phone': '" + phone
                                + "', 'email': 'ana@example.com', 'city': 'Cali', 'department': 'Valle', 'address': 'x'}"),
                "contactId");
        JsonNode before = read(ana);

        Bench.Ended ended = BENCH.call(
                "crm.contact.update",
                Bench.of(
                        ana,
                        "'name': ' Ana  María', 'phone': '+57 " + phone
                                + "', 'email': null, 'city': 'Cali', 'address': '  '"));

        ObjectNode expected = before.deepCopy();
        expected.put("name", "Ana María");
        expected.putNull("email");
        expected.putNull("address");
        expected.put("version", 2);
        expected.set("updatedAt", ended.outputs().at("/contact/updatedAt"));
        assertThat(ended.outputs().path("contact")).isEqualTo(expected);
        assertThat(Json.write(ended.outputs().path("changedFields"))).isEqualTo("[\"name\",\"email\",\"address\"]");
        assertThat(ended.outputs().at("/contact/updatedAt").asText())
                .isGreaterThan(before.path("updatedAt").asText());
        assertThat(ended.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(read(ana)).isEqualTo(expected);
    }

    @Test
    void an_update_that_says_what_is_known_writes_nothing() {
        String phone = phone();
        UUID ana = BENCH.contact("José", phone);
        String before = BENCH.db.everything();

        Bench.Ended ended = BENCH.call(
                "crm.contact.update",
                Bench.of(ana, "'name': 'Jose\u0301 ', 'phone': '" + phone + "', 'city': null, 'expectedVersion': 1"));

        assertThat(Json.write(ended.outputs().path("changedFields"))).isEqualTo("[]");
        assertThat(ended.outputs().path("contact")).isEqualTo(read(ana));
        assertThat(ended.outcome()).isEqualTo(Outcome.NONE);
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @Test
    void an_update_needs_something_to_change() {
        UUID ana = BENCH.contact("Ana", phone());

        assertThat(BENCH.call("crm.contact.update", Bench.of(ana)).code()).isEqualTo("NO_FIELDS_TO_UPDATE");
        assertThat(BENCH.call("crm.contact.update", Bench.of(ana, "'expectedVersion': 1"))
                        .code())
                .isEqualTo("NO_FIELDS_TO_UPDATE");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'name': null | VALIDATION_ERROR | /name",
                "'phone': null | VALIDATION_ERROR | /phone",
                "'name': '  ' | NAME_REQUIRED | /name",
                "'phone': '   ' | PHONE_REQUIRED | /phone",
                "'phone': '12345' | PHONE_INVALID | /phone",
                "'email': 'x' | VALIDATION_ERROR | /email",
                "'city': 'a\\u202eb' | VALIDATION_ERROR | /city",
                "'expectedVersion': 0, 'city': 'Cali' | VALIDATION_ERROR | /expectedVersion",
                "'tags': [] | VALIDATION_ERROR | /tags"
            })
    void an_update_that_is_wrong_names_its_field(String fields, String code, String field) {
        UUID ana = BENCH.contact("Ana", phone());

        Bench.Ended ended = BENCH.call("crm.contact.update", Bench.of(ana, fields));

        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.field()).isEqualTo(field);
        assertThat(read(ana).path("version").asInt()).isEqualTo(1);
    }

    @Test
    void an_update_of_what_was_read_before_somebody_else_changed_it_is_refused() {
        UUID ana = BENCH.contact("Ana", phone());
        BENCH.ok("crm.contact.update", Bench.of(ana, "'city': 'Cali'"));

        Bench.Ended stale = BENCH.call("crm.contact.update", Bench.of(ana, "'city': 'Cali', 'expectedVersion': 1"));
        Bench.Ended current = BENCH.call("crm.contact.update", Bench.of(ana, "'city': 'Pasto', 'expectedVersion': 2"));

        assertThat(stale.code()).isEqualTo("VERSION_CONFLICT");
        assertThat(stale.refusal().type()).isEqualTo(ErrorType.CONFLICT);
        assertThat(Json.write(stale.details())).isEqualTo("{\"version\":2}");
        assertThat(current.error()).isNull();
    }

    @Test
    void a_phone_of_somebody_else_is_refused_in_an_update_too() {
        String phone = phone();
        UUID ana = BENCH.contact("Ana", phone);
        UUID leo = BENCH.contact("Leo", phone());

        Bench.Ended ended = BENCH.call("crm.contact.update", Bench.of(leo, "'city': 'Cali', 'phone': '" + phone + "'"));

        assertThat(ended.code()).isEqualTo("PHONE_DUPLICATE");
        assertThat(ended.holder()).isEqualTo(ana);
        assertThat(read(leo).path("city").isNull()).isTrue();
    }

    @Test
    void deleting_archives_and_deleting_again_changes_nothing() {
        UUID ana = BENCH.contact("Ana", phone());

        Bench.Ended first = BENCH.call("crm.contact.delete", Bench.of(ana));
        String between = BENCH.db.everything();
        Bench.Ended second = BENCH.call("crm.contact.delete", Bench.of(ana));

        assertThat(first.outputs().path("deleted").asBoolean()).isTrue();
        assertThat(first.outputs().path("alreadyDeleted").asBoolean(true)).isFalse();
        assertThat(first.outputs().at("/contact/version").asInt()).isEqualTo(2);
        assertThat(second.outputs().path("deleted").asBoolean()).isTrue();
        assertThat(second.outputs().path("alreadyDeleted").asBoolean()).isTrue();
        assertThat(second.outputs().path("archivedAt"))
                .isEqualTo(first.outputs().path("archivedAt"));
        assertThat(second.outcome()).isEqualTo(Outcome.NONE);
        assertThat(BENCH.db.everything()).isEqualTo(between);
    }

    @Test
    void an_archived_contact_can_be_read_and_restored_but_not_changed() {
        UUID ana = BENCH.contact("Ana", phone());
        JsonNode archived = BENCH.ok("crm.contact.delete", Bench.of(ana)).path("contact");

        assertThat(read(ana)).isEqualTo(archived);
        assertThat(archived.path("archivedAt").isNull()).isFalse();
        for (String tool : List.of("crm.tag.add", "crm.tag.remove")) {
            assertThat(BENCH.call(tool, Bench.of(ana, "'tag': 'x'")).code()).isEqualTo("CONTACT_ARCHIVED");
        }
        Bench.Ended update = BENCH.call("crm.contact.update", Bench.of(ana, "'city': 'Cali'"));
        assertThat(update.code()).isEqualTo("CONTACT_ARCHIVED");
        assertThat(update.refusal().type()).isEqualTo(ErrorType.PRECONDITION_FAILED);

        JsonNode restored = BENCH.ok("crm.contact.restore", Bench.of(ana));
        assertThat(restored.path("restored").asBoolean()).isTrue();
        assertThat(restored.at("/contact/archivedAt").isNull()).isTrue();
        Bench.Ended again = BENCH.call("crm.contact.restore", Bench.of(ana));
        assertThat(again.outputs().path("restored").asBoolean(true)).isFalse();
        assertThat(again.outputs().at("/contact/version").asInt()).isEqualTo(3);
        assertThat(again.outcome()).isEqualTo(Outcome.NONE);
    }

    @Test
    void a_contact_whose_phone_is_somebody_elses_by_now_stays_in_the_archive() {
        String phone = phone();
        UUID ana = BENCH.contact("Ana", phone);
        BENCH.ok("crm.contact.delete", Bench.of(ana));
        UUID leo = BENCH.contact("Leo", phone);

        Bench.Ended ended = BENCH.call("crm.contact.restore", Bench.of(ana));

        assertThat(ended.code()).isEqualTo("PHONE_DUPLICATE");
        assertThat(ended.holder()).isEqualTo(leo);
        assertThat(read(ana).path("archivedAt").isNull()).isFalse();
    }

    @Test
    void a_phone_finds_its_active_contact_or_the_archived_one_that_had_it_last() {
        String phone = phone();
        UUID ana = BENCH.contact("Ana", phone);

        assertThat(Bench.id(BENCH.ok("crm.contact.findByPhone", "{'phone': '+57" + phone + "'}"), "contactId"))
                .isEqualTo(ana);
        BENCH.ok("crm.contact.delete", Bench.of(ana));
        JsonNode archived = BENCH.ok("crm.contact.findByPhone", "{'phone': '" + phone + "'}");
        assertThat(archived.at("/contact/archivedAt").isNull()).isFalse();
        assertThat(archived.path("duplicates")).isEmpty();

        assertThat(BENCH.call("crm.contact.findByPhone", "{'phone': '" + phone() + "'}")
                        .code())
                .isEqualTo("CONTACT_NOT_FOUND");
        assertThat(BENCH.call("crm.contact.findByPhone", "{'phone': '123'}").code())
                .isEqualTo("PHONE_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crm.contact.read",
                "crm.contact.delete",
                "crm.contact.restore",
                "crm.contact.update",
                "crm.tag.add",
                "crm.tag.remove"
            })
    void an_id_of_nobody_is_not_found_and_no_id_is_no_call(String tool) {
        String more = tool.endsWith("update") ? "'city': 'Cali'" : tool.contains("tag") ? "'tag': 'x'" : null;
        UUID nobody = UUID.randomUUID();

        Bench.Ended ended = BENCH.call(tool, more == null ? Bench.of(nobody) : Bench.of(nobody, more));

        assertThat(ended.code()).isEqualTo("CONTACT_NOT_FOUND");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.NOT_FOUND);
        assertThat(BENCH.call(tool, "{}").field()).isEqualTo("/contactId");
        assertThat(BENCH.call(tool, "{'contactId': 'ana'}").field()).isEqualTo("/contactId");
    }

    static Bench.Ended create(String name, String phone) {
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        inputs.put("name", name).put("phone", phone);
        return BENCH.call(Bench.A, "crm.contact.create", inputs, () -> {});
    }

    private static JsonNode read(UUID contact) {
        return BENCH.ok("crm.contact.read", Bench.of(contact)).path("contact");
    }

    /** A number nobody has yet. */
    private static String phone() {
        return "300" + PHONES.incrementAndGet();
    }

    private static String arabicIndic(String digits) {
        return mapped(digits, '\u0660');
    }

    private static String fullWidth(String digits) {
        return mapped(digits, '\uFF10').replace('+', '\uFF0B');
    }

    private static String mapped(String digits, char zero) {
        StringBuilder mapped = new StringBuilder();
        digits.chars().forEach(c -> mapped.append((char) (c >= '0' && c <= '9' ? c - '0' + zero : c)));
        return mapped.toString();
    }
}
