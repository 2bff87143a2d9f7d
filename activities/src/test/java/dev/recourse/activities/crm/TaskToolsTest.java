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

final class TaskToolsTest {
    private static final Bench BENCH = new Bench();
    private static final UUID ANA = BENCH.contact("Ana", "3001234567");
    private static final UUID NOBODY = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void a_task_begins_pending_and_says_who_made_it() {
        JsonNode task = create(Bench.of(
                        ANA,
                        "'title': '  Llamar   a Ana ', 'description': ' Uno \\n dos ',"
                                + " 'dueDate': '2026-01-31T15:00:00.123456789-05:00'"))
                .path("task");

        assertThat(task.path("author").asText()).isEqualTo(TestDatabase.OWNER);
        assertThat(task.path("title").asText()).isEqualTo("Llamar a Ana");
        assertThat(task.path("description").asText()).isEqualTo("Uno\n dos");
        assertThat(task.path("dueDate").asText()).isEqualTo("2026-01-31T20:00:00.123456Z");
        assertThat(task.path("priority").asText()).isEqualTo("medium");
        assertThat(task.path("status").asText()).isEqualTo("pending");
        assertThat(task.path("completedAt").isNull()).isTrue();
        assertThat(task.path("contactId").asText()).isEqualTo(ANA.toString());
        assertThat(task.path("orderId").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"low", "medium", "high", "urgent"})
    void every_priority_can_be_given_and_changed(String priority) {
        UUID made = id(create(Bench.of(ANA, "'title': 'x', 'priority': '" + priority + "'")));
        UUID changed = task();

        assertThat(find(made).path("priority").asText()).isEqualTo(priority);
        assertThat(update(changed, "'priority': '" + priority + "'")
                        .outputs()
                        .at("/task/priority")
                        .asText())
                .isEqualTo(priority);
    }

    @Test
    void a_task_has_a_contact_or_an_order_and_not_both() {
        String both = "'contactId': '" + ANA + "', 'orderId': '" + NOBODY + "', ";
        for (String owner : List.of("", both)) {
            Bench.Ended ended = BENCH.call("crm.task.create", "{" + owner + "'title': 'x'}");

            assertThat(ended.code()).isEqualTo("CONTACT_OR_ORDER_REQUIRED");
            assertThat(ended.refusal().type()).isEqualTo(ErrorType.VALIDATION_ERROR);
        }
        assertThat(BENCH.call("crm.task.create", Bench.of(NOBODY, "'title': 'x'"))
                        .code())
                .isEqualTo("CONTACT_NOT_FOUND");
        assertThat(BENCH.call("crm.task.create", "{'orderId': '" + NOBODY + "', 'title': 'x'}")
                        .code())
                .isEqualTo("ORDER_NOT_FOUND");
    }

    @Test
    void a_task_of_an_order_is_found_by_the_order() {
        UUID order = order();
        String of = "{'orderId': '" + order + "'";

        JsonNode task = create(of + ", 'title': 'Despachar'}").path("task");
        create(Bench.of(ANA, "'title': 'otra'"));

        assertThat(task.path("orderId").asText()).isEqualTo(order.toString());
        assertThat(task.path("contactId").isNull()).isTrue();
        assertThat(BENCH.ok("crm.task.list", of + "}").path("tasks").findValuesAsText("id"))
                .containsExactly(task.path("id").asText());
        BENCH.ok("crm.order.archive", of + "}");
        assertThat(BENCH.call("crm.task.create", of + ", 'title': 'x'}").code()).isEqualTo("ORDER_ARCHIVED");
        assertThat(BENCH.ok("crm.task.list", of + "}").path("total").asInt()).isEqualTo(1);
    }

    private static UUID order() {
        String line = "{'name': 'Camiseta', 'quantity': 1, 'price': 5}";
        return Bench.id(BENCH.ok("crm.order.create", Bench.of(ANA, "'products': [" + line + "]")), "orderId");
    }

    @Test
    void an_archived_contact_gets_no_task() {
        UUID gone = BENCH.contact("Leo", "3007654321");
        BENCH.ok("crm.contact.delete", Bench.of(gone));

        assertThat(BENCH.call("crm.task.create", Bench.of(gone, "'title': 'x'")).code())
                .isEqualTo("CONTACT_ARCHIVED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'title': ''                               | /title",
                "'title': 'a\\nb'                          | /title",
                "'title': 'x', 'priority': 'critical'      | /priority",
                "'title': 'x', 'dueDate': '2026-01-31'     | /dueDate",
                "'title': 'x', 'dueDate': '2026-01-31 15:00:00Z' | /dueDate",
                "'title': 'x', 'dueDate': '2026-01-31T15:00:00'  | /dueDate",
                "'title': 'x', 'dueDate': '2026-02-30T15:00:00Z' | /dueDate",
                "'title': 'x', 'dueDate': null             | /dueDate",
                "'title': 'x', 'status': 'completed'       | /status"
            })
    void what_does_not_fit_is_named(String fields, String field) {
        Bench.Ended ended = BENCH.call("crm.task.create", Bench.of(ANA, fields));

        assertThat(ended.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(ended.field()).isEqualTo(field);
    }

    @Test
    void a_title_must_say_something_and_texts_are_bounded() {
        assertThat(BENCH.call("crm.task.create", Bench.of(ANA, "'title': '  '")).code())
                .isEqualTo("TITLE_REQUIRED");
        assertThat(update(task(), "'title': '\u3164'").code()).isEqualTo("TITLE_REQUIRED");
        assertThat(update(task(), "'title': '" + "x".repeat(201) + "'").field()).isEqualTo("/title");
        assertThat(update(task(), "'description': '" + "x".repeat(2001) + "'").field())
                .isEqualTo("/description");
        assertThat(update(task(), "'title': '" + "x".repeat(200) + "', 'description': '" + "y".repeat(2000) + "'")
                        .outcome())
                .isEqualTo(Outcome.APPLIED);
    }

    @Test
    void absent_null_and_a_value_are_three_things() {
        UUID task = id(create(Bench.of(
                ANA, "'title': 'x', 'description': 'y', 'dueDate': '2026-01-31T15:00:00Z', 'priority': 'low'")));

        Bench.Ended ended = update(task, "'description': null, 'priority': 'high', 'title': 'x'");

        assertThat(ended.outputs().path("changedFields")).isEqualTo(Json.read("[\"description\", \"priority\"]"));
        assertThat(ended.outputs().at("/task/description").isNull()).isTrue();
        assertThat(ended.outputs().at("/task/dueDate").asText()).isEqualTo("2026-01-31T15:00:00Z");
        assertThat(ended.outputs().at("/task/version").asInt()).isEqualTo(2);
        assertThat(update(task, "'dueDate': null").outputs().at("/task/dueDate").isNull())
                .isTrue();
        assertThat(update(task, "'status': null").field()).isEqualTo("/status");
    }

    @Test
    void an_update_to_what_is_so_already_changes_nothing() {
        UUID task = task();
        String before = BENCH.db.everything();

        Bench.Ended ended = update(task, "'title': ' x', 'description': ' ', 'status': 'pending', 'dueDate': null");

        assertThat(ended.outcome()).isEqualTo(Outcome.NONE);
        assertThat(ended.outputs().path("changedFields")).isEmpty();
        assertThat(BENCH.db.everything()).isEqualTo(before);
        assertThat(BENCH.call("crm.task.update", "{'taskId': '" + task + "', 'expectedVersion': 1}")
                        .code())
                .isEqualTo("NO_FIELDS_TO_UPDATE");
    }

    @Test
    void a_task_is_begun_completed_and_opened_again() {
        UUID task = task();

        assertThat(update(task, "'status': 'in_progress'")
                        .outputs()
                        .at("/task/completedAt")
                        .isNull())
                .isTrue();
        JsonNode done = update(task, "'status': 'completed'").outputs().path("task");
        assertThat(done.path("completedAt").isNull()).isFalse();
        assertThat(update(task, "'title': 'y'").outputs().at("/task/completedAt"))
                .isEqualTo(done.path("completedAt"));
        JsonNode open = update(task, "'status': 'pending'").outputs().path("task");
        assertThat(open.path("completedAt").isNull()).isTrue();
        assertThat(open.path("status").asText()).isEqualTo("pending");
    }

    @Test
    void completing_again_keeps_the_first_time() {
        String task = "{'taskId': '" + task() + "'}";

        Bench.Ended first = BENCH.call("crm.task.complete", task);
        String between = BENCH.db.everything();
        Bench.Ended again = BENCH.call("crm.task.complete", task);

        assertThat(first.outputs().path("alreadyCompleted").asBoolean(true)).isFalse();
        assertThat(first.outputs().at("/task/status").asText()).isEqualTo("completed");
        assertThat(again.outputs().path("alreadyCompleted").asBoolean()).isTrue();
        assertThat(again.outputs().path("completedAt"))
                .isEqualTo(first.outputs().path("completedAt"));
        assertThat(again.outcome()).isEqualTo(Outcome.NONE);
        assertThat(BENCH.db.everything()).isEqualTo(between);
    }

    @Test
    void another_version_is_refused() {
        UUID task = task();
        String completed = "{'taskId': '" + task + "', 'expectedVersion': ";

        assertThat(update(task, "'expectedVersion': 2, 'title': 'y'").code()).isEqualTo("VERSION_CONFLICT");
        assertThat(BENCH.call("crm.task.complete", completed + "2}")
                        .details()
                        .path("version")
                        .asInt())
                .isEqualTo(1);
        assertThat(BENCH.call("crm.task.complete", completed + "1}").outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(BENCH.call("crm.task.complete", completed + "1}")
                        .outputs()
                        .path("alreadyCompleted")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"crm.task.update | , 'title': 'x'", "crm.task.complete | ''"})
    void a_task_that_nobody_has_is_not_found(String tool, String more) {
        Bench.Ended ended = BENCH.call(tool, "{'taskId': '" + NOBODY + "'" + more + "}");

        assertThat(ended.code()).isEqualTo("TASK_NOT_FOUND");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.NOT_FOUND);
    }

    @Test
    void open_tasks_are_listed_the_first_due_first() {
        UUID eva = BENCH.contact("Eva", "3005550001");
        create(Bench.of(eva, "'title': 'sin fecha'"));
        create(Bench.of(eva, "'title': 'tarde', 'dueDate': '2026-03-01T00:00:00Z', 'priority': 'urgent'"));
        UUID begun = id(create(Bench.of(eva, "'title': 'pronto', 'dueDate': '2026-01-01T00:00:00Z'")));
        UUID done = id(create(Bench.of(eva, "'title': 'hecha', 'dueDate': '2025-01-01T00:00:00Z'")));
        update(begun, "'status': 'in_progress'");
        BENCH.ok("crm.task.complete", "{'taskId': '" + done + "'}");

        assertThat(titles(eva, "'page': 1")).containsExactly("pronto", "tarde", "sin fecha");
        assertThat(titles(eva, "'sortOrder': 'desc'")).containsExactly("tarde", "pronto", "sin fecha");
        assertThat(titles(eva, "'sortBy': 'created_at', 'pageSize': 2")).containsExactly("sin fecha", "tarde");
        assertThat(titles(eva, "'sortBy': 'created_at', 'pageSize': 2, 'page': 2"))
                .containsExactly("pronto");
        assertThat(titles(eva, "'status': ['completed']")).containsExactly("hecha");
        assertThat(titles(eva, "'status': ['in_progress', 'completed']")).containsExactly("hecha", "pronto");
        assertThat(titles(eva, "'dueBefore': '2026-03-01T00:00:00Z'")).containsExactly("pronto");
        assertThat(titles(eva, "'priority': 'urgent'")).containsExactly("tarde");
        JsonNode page = BENCH.ok("crm.task.list", Bench.of(eva, "'pageSize': 2"));
        assertThat(List.of(page.path("total").asInt(), page.path("totalPages").asInt()))
                .containsExactly(3, 2);
    }

    @Test
    void the_list_of_all_has_everybodys() {
        UUID task = task();

        assertThat(BENCH.ok("crm.task.list", "{'pageSize': 100, 'sortBy': 'created_at', 'sortOrder': 'desc'}")
                        .path("tasks")
                        .findValuesAsText("id"))
                .contains(task.toString());
        assertThat(BENCH.call("crm.task.list", Bench.of(NOBODY)).code()).isEqualTo("CONTACT_NOT_FOUND");
        assertThat(BENCH.call("crm.task.list", "{'orderId': '" + NOBODY + "'}").code())
                .isEqualTo("ORDER_NOT_FOUND");
    }

    private static List<String> titles(UUID contact, String more) {
        return BENCH.ok("crm.task.list", Bench.of(contact, more)).path("tasks").findValuesAsText("title");
    }

    private static JsonNode find(UUID task) {
        return Json.recorded(BENCH.db.cell("select to_jsonb(t) from tasks t where id = '" + task + "'"));
    }

    private static UUID task() {
        return id(create(Bench.of(ANA, "'title': 'x'")));
    }

    private static JsonNode create(String json) {
        return BENCH.ok("crm.task.create", json);
    }

    private static UUID id(JsonNode made) {
        return Bench.id(made, "taskId");
    }

    private static Bench.Ended update(UUID task, String more) {
        return BENCH.call("crm.task.update", "{'taskId': '" + task + "', " + more + "}");
    }
}
