package dev.recourse.worker;

import static dev.recourse.worker.Desk.file;
import static dev.recourse.worker.Desk.id;
import static dev.recourse.worker.Desk.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.client.RecourseClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An execution, a batch, a session: what a rollback says it would do, what it does, and what it leaves to a person. */
@Timeout(60)
final class RollbackTest {

    private static final TestStack STACK = TestStack.start(StageTools::tools, worker -> {});
    private static final Desk DESK = new Desk(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    // ---- the plan

    @Test
    void the_plan_of_a_batch_names_what_would_be_undone_newest_first_and_changes_nothing() {
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "crm.contact.list"},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "$0.contactId", "city": "Cali"}}]}
                """.formatted(DESK.phone()));
        String before = STACK.db.everything();
        int rows = STACK.rows();

        JsonNode plan = DESK.plan(id(batch));

        assertThat(names(plan)).containsExactly("target", "status", "items", "counts");
        assertThat(plan.path("target"))
                .isEqualTo(TestStack.json("{\"kind\": \"batch\", \"id\": \"%s\"}".formatted(id(batch))));
        assertThat(plan.path("status").asText()).isEqualTo("planned");
        assertThat(names(plan.at("/items/0"))).containsExactly("execution_id", "tool", "step", "action");
        assertThat(actions(plan)).containsExactly("crm.contact.update undo", "crm.contact.create undo");
        assertThat(plan.at("/items/0/execution_id")).isEqualTo(batch.at("/steps/2/execution_id"));
        assertThat(plan.path("counts"))
                .isEqualTo(TestStack.json(
                        "{\"undo\": 2, \"conflict\": 0, \"irreversible\": 0, \"unknown\": 0, \"done\": 0}"));
        assertThat(STACK.db.everything()).isEqualTo(before);
        assertThat(STACK.rows()).isEqualTo(rows);
    }

    @Test
    void the_plan_of_one_execution_shows_a_conflict_with_its_three_values() {
        UUID contact = DESK.contact();
        JsonNode done = DESK.update(contact, "\"city\": \"Bogotá\"");
        DESK.update(contact, "\"city\": \"Medellín\"");

        JsonNode plan = DESK.plan(execution(done));

        assertThat(plan.at("/target/kind").asText()).isEqualTo("execution");
        assertThat(actions(plan)).containsExactly("crm.contact.update conflict");
        assertThat(plan.at("/items/0/conflicts")).isEqualTo(TestStack.json("""
                [{"table": "contacts", "key": {"id": "%s"}, "reason": "CHANGED_SINCE", "field": "city",
                  "before": "Cali", "after": "Bogotá", "now": "Medellín"}]
                """.formatted(contact)));
        assertThat(plan.at("/counts/conflict").asInt()).isEqualTo(1);
    }

    @Test
    void the_plan_sees_what_the_undo_of_the_newer_items_leaves() {
        UUID contact = DESK.contact();
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Bogotá"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Pasto"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Neiva"}}]}
                """.formatted(contact));

        assertThat(actions(DESK.plan(id(batch)))).hasSize(3).allMatch(action -> action.endsWith(" undo"));
    }

    /** An undo that conflicts half way, its link to the tag gone already, must not leave that half in the plan. */
    @Test
    void an_item_in_conflict_changes_nothing_for_the_items_behind_it() {
        String tag = "t" + DESK.phone();
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.tag.add", "inputs": {"contactId": "%s", "tag": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%s", "tags": ["%s"]}}]}
                """.formatted(DESK.contact(), tag, DESK.phone(), tag));
        String bea = batch.at("/steps/1/outputs/contactId").asText();
        STACK.call("crm.tag.add", "{\"contactId\": \"%s\", \"tag\": \"by hand\"}".formatted(bea));

        JsonNode plan = DESK.plan(id(batch));
        JsonNode done = STACK.rollback(id(batch));

        assertThat(actions(plan)).containsExactly("crm.contact.create conflict", "crm.tag.add undo");
        assertThat(actions(done)).isEqualTo(actions(plan));
        assertThat(plan.at("/items/1/kept")).hasSize(1).isEqualTo(done.at("/items/1/kept"));
        assertThat(plan.at("/items/0/conflicts/0/reason").asText()).isEqualTo("REFERENCED");
        assertThat(STACK.db.cell("select count(*) from contact_tags where contact_id = '" + bea + "'"))
                .isEqualTo("2");
    }

    @Test
    void a_plan_and_what_is_done_afterwards_agree() {
        UUID contact = DESK.contact();
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "name": "Leonor"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Bogotá"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "%1$s", "tag": "vip"}}]}
                """.formatted(contact));
        DESK.update(contact, "\"city\": \"Medellín\"");

        JsonNode plan = DESK.plan(id(batch));
        JsonNode done = STACK.rollback(id(batch));

        assertThat(actions(plan))
                .containsExactly("crm.tag.add undo", "crm.contact.update conflict", "crm.contact.update undo");
        assertThat(actions(done)).isEqualTo(actions(plan));
        assertThat(done.path("counts")).isEqualTo(plan.path("counts"));
        assertThat(done.at("/items/1/conflicts")).isEqualTo(plan.at("/items/1/conflicts"));
        assertThat(done.path("status").asText()).isEqualTo("stuck");
        assertThat(STACK.db.cell("select name || ', ' || city from contacts where id = '" + contact + "'"))
                .isEqualTo("Leo, Medellín");
    }

    // ---- doing it

    @Test
    void a_rollback_leaves_everything_as_before_and_a_second_finds_it_done() {
        UUID contact = DESK.contact();
        String before = STACK.db.business();
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Bogotá"}},
                  {"tool": "crm.contact.delete", "inputs": {"contactId": "%1$s"}}]}
                """.formatted(contact));

        JsonNode first = STACK.rollback(id(batch));
        String after = STACK.db.everything();
        JsonNode second = STACK.rollback(id(batch));

        assertThat(first.path("status").asText()).isEqualTo("undone");
        assertThat(actions(first)).containsExactly("crm.contact.delete undo", "crm.contact.update undo");
        assertThat(STACK.db.business()).isEqualTo(before);
        assertThat(second.path("status").asText()).isEqualTo("undone");
        assertThat(actions(second)).containsExactly("crm.contact.delete done", "crm.contact.update done");
        assertThat(second.at("/counts/done").asInt()).isEqualTo(2);
        assertThat(STACK.db.everything()).isEqualTo(after);
    }

    @Test
    void a_conflict_that_a_person_mended_can_be_undone_later() {
        UUID contact = DESK.contact();
        JsonNode done = DESK.update(contact, "\"city\": \"Bogotá\"");
        DESK.update(contact, "\"city\": \"Medellín\"");

        JsonNode stuck = STACK.rollback(execution(done));
        JsonNode stillStuck = STACK.rollback(execution(done));
        DESK.update(contact, "\"city\": \"Bogotá\"");
        JsonNode undone = STACK.rollback(execution(done));
        JsonNode again = STACK.rollback(execution(done));

        assertThat(stuck.path("status").asText()).isEqualTo("stuck");
        assertThat(stuck.at("/items/0/action").asText()).isEqualTo("conflict");
        assertThat(stuck.at("/items/0/error/code").asText()).isEqualTo("UNDO_CONFLICT");
        assertThat(stuck.at("/items/0/conflicts/0/now").asText()).isEqualTo("Medellín");
        assertThat(stillStuck.path("items")).isEqualTo(stuck.path("items"));
        assertThat(undone.path("status").asText()).isEqualTo("undone");
        assertThat(actions(again)).containsExactly("crm.contact.update done");
        assertThat(STACK.db.rows("select status from tool_executions where compensates = '" + execution(done)
                        + "' order by created_at"))
                .containsExactly("error", "error", "success");
    }

    @Test
    void what_others_use_by_now_is_kept_and_named() {
        String tag = "t" + DESK.phone();
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s", "tags": ["%s"]}}]}
                """.formatted(DESK.phone(), tag));
        STACK.call("crm.tag.add", "{\"contactId\": \"%s\", \"tag\": \"%s\"}".formatted(DESK.contact(), tag));
        String kept = "tags/" + STACK.db.cell("select id from tags where name = '" + tag + "'");

        JsonNode plan = DESK.plan(id(batch));
        JsonNode done = STACK.rollback(id(batch));

        assertThat(plan.at("/items/0/action").asText()).isEqualTo("undo");
        assertThat(plan.at("/items/0/kept/0").asText()).isEqualTo(kept);
        assertThat(done.path("status").asText()).isEqualTo("undone");
        assertThat(done.at("/items/0/kept/0").asText()).isEqualTo(kept);
        assertThat(STACK.db.cell("select count(*) from tags where name = '" + tag + "'"))
                .isEqualTo("1");
    }

    @Test
    void what_cannot_be_undone_is_named_and_the_rest_is_undone() {
        UUID session = UUID.randomUUID();
        RecourseClient client = new RecourseClient(STACK.client("a", TestDatabase.OWNER, session), "a", session, true);
        String before = STACK.db.business();
        call(client, "crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"%s\"}".formatted(DESK.phone()));
        STACK.db.as_superuser("""
                insert into tool_executions (workspace_id, id, tool_name, status, outcome, started_at, completed_at, principal,
                  request_hash, agent_session_id)
                values ('%s', '%s', 'test.message.send', 'success', 'applied', now(), now(), 'user:ana', '\\x00', '%s')
                """.formatted(TestDatabase.A, UUID.randomUUID(), session));

        JsonNode plan = client.rollback(session, true).answer();
        JsonNode done = client.rollback(session, false).answer();

        assertThat(actions(plan))
                .containsExactlyInAnyOrder("test.message.send irreversible", "crm.contact.create undo");
        assertThat(actions(done)).isEqualTo(actions(plan));
        assertThat(done.path("status").asText()).isEqualTo("stuck");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void a_session_is_rolled_back_over_batches_and_calls() {
        UUID session = UUID.randomUUID();
        RecourseClient client = new RecourseClient(STACK.client("a", TestDatabase.OWNER, session), "a", session, true);
        UUID contact = DESK.contact();
        String before = STACK.db.business();
        call(client, "crm.contact.update", "{\"contactId\": \"%s\", \"city\": \"Bogotá\"}".formatted(contact));
        client.batch(file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s", "tags": ["s1"]}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%s", "city": "$0.contact.name"}}]}
                """.formatted(DESK.phone(), contact))).answer();
        client.batch(file("""
                {"atomic": false, "calls": [{"tool": "crm.contact.delete", "inputs": {"contactId": "%s"}}]}
                """.formatted(contact))).answer();
        call(client, "crm.contact.restore", "{\"contactId\": \"%s\"}".formatted(contact));

        JsonNode plan = client.rollback(session, true).answer();
        JsonNode done = STACK.rollback(session);

        assertThat(plan.at("/target/kind").asText()).isEqualTo("session");
        assertThat(actions(plan))
                .containsExactly(
                        "crm.contact.restore undo",
                        "crm.contact.delete undo",
                        "crm.contact.update undo",
                        "crm.contact.create undo",
                        "crm.contact.update undo");
        assertThat(done.path("status").asText()).isEqualTo("undone");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void a_hundred_steps_are_rolled_back() {
        String before = STACK.db.business();
        ObjectNode file = file("{\"isolation\": \"transaction\"}");
        var calls = file.putArray("calls");
        IntStream.range(0, 100)
                .forEach(i -> calls.addObject()
                        .put("tool", "crm.contact.create")
                        .putObject("inputs")
                        .put("name", "N" + i)
                        .put("phone", DESK.phone()));
        JsonNode batch = STACK.ana().batch(file).answer();

        JsonNode plan = DESK.plan(id(batch));
        JsonNode done = STACK.rollback(id(batch));

        assertThat(batch.path("status").asText()).isEqualTo("applied");
        assertThat(plan.at("/counts/undo").asInt()).isEqualTo(100);
        assertThat(done.path("status").asText()).isEqualTo("undone");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    // ---- what is refused

    @Test
    void an_id_that_nobody_knows_is_refused() {
        JsonNode answer = STACK.rollback(UUID.randomUUID());

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("EXECUTION_NOT_FOUND");
        assertThat(answer.at("/error/type").asText()).isEqualTo("not_found");
    }

    @Test
    void another_workspace_s_batch_is_nobody_s() {
        JsonNode batch = batch("""
                {"calls": [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}}]}
                """.formatted(DESK.phone()));

        JsonNode answer = new RecourseClient(STACK.client("b", TestDatabase.OWNER), "b", TestStack.SESSION, true)
                .rollback(id(batch), false)
                .answer();

        assertThat(answer.at("/error/code").asText()).isEqualTo("EXECUTION_NOT_FOUND");
    }

    @Test
    void an_undo_is_not_rolled_back() {
        JsonNode done = DESK.update(DESK.contact(), "\"city\": \"Bogotá\"");
        STACK.rollback(execution(done));
        UUID undo = UUID.fromString(
                STACK.db.cell("select id from tool_executions where compensates = '" + execution(done) + "'"));

        JsonNode answer = STACK.rollback(undo);

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("UNDO_OF_UNDO");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | /id",
                "{'id': 7} | /id",
                "{'id': 'seven'} | /id",
                "{'id': 'ID', 'plan': 'yes'} | /plan",
                "{'id': 'ID', 'plan': 1} | /plan",
                "{'id': 'ID', 'dry_run': true} | /dry_run",
                "['ID'] | ``",
                "null | ``"
            })
    void a_request_that_is_none_is_refused_and_nothing_is_undone(String request, String field) {
        JsonNode done = DESK.update(DESK.contact(), "\"city\": \"Bogotá\"");
        String before = STACK.db.everything();
        String json = request.replace('\'', '"').replace("ID", execution(done).toString());

        JsonNode answer = STACK.foreign("Rollback", TestStack.json(json));

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("VALIDATION_ERROR");
        assertThat(answer.at("/error/details").findValuesAsText("field")).contains(field);
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-place", "99999999-0000-4000-8000-000000000009"})
    void a_workspace_that_does_not_exist_is_refused(String workspace) {
        JsonNode answer = STACK.foreign(
                "Rollback",
                TestStack.json("{\"id\": \"%s\", \"workspace_id\": \"%s\"}".formatted(UUID.randomUUID(), workspace)));

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("UNKNOWN_WORKSPACE");
    }

    @Test
    void who_may_not_delete_may_not_undo_a_deletion_and_the_plan_says_so() {
        UUID contact = DESK.contact();
        JsonNode deleted = STACK.call("crm.contact.delete", "{\"contactId\": \"%s\"}".formatted(contact));
        RecourseClient leo = new RecourseClient(STACK.client("a", "user:leo"), "a", TestStack.SESSION, true);

        JsonNode plan = leo.rollback(execution(deleted), true).answer();
        JsonNode done = leo.rollback(execution(deleted), false).answer();

        for (JsonNode answer : List.of(plan, done)) {
            assertThat(answer.at("/items/0/action").asText()).isEqualTo("conflict");
            assertThat(answer.at("/items/0/error/code").asText()).isEqualTo("PERMISSION_DENIED");
            assertThat(answer.at("/items/0").has("conflicts")).isFalse();
        }
        assertThat(done.path("status").asText()).isEqualTo("stuck");
        assertThat(STACK.db.cell("select archived_at is null from contacts where id = '" + contact + "'"))
                .isEqualTo("f");
        assertThat(STACK.rollback(execution(deleted)).path("status").asText()).isEqualTo("undone");
    }

    @Test
    void an_execution_that_changed_nothing_has_nothing_to_undo() {
        JsonNode read = STACK.call("crm.contact.list", "{}");

        JsonNode answer = STACK.rollback(execution(read));

        assertThat(answer.path("status").asText()).isEqualTo("undone");
        assertThat(answer.path("items")).isEmpty();
    }

    // ---- several at once

    @Test
    void two_clients_that_roll_back_one_batch_at_once_both_find_it_undone() {
        UUID contact = DESK.contact();
        String before = STACK.db.business();
        JsonNode batch = batch("""
                {"calls": [
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Bogotá"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "%1$s", "tag": "vip"}},
                  {"tool": "crm.contact.update", "inputs": {"contactId": "%1$s", "city": "Pasto"}}]}
                """.formatted(contact));
        JsonNode request = TestStack.json("{\"id\": \"%s\"}".formatted(id(batch)));

        List<JsonNode> answers = IntStream.range(0, 4)
                .mapToObj(i ->
                        Meanwhile.doing(() -> i == 0 ? STACK.rollback(id(batch)) : STACK.foreign("Rollback", request)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).allMatch(answer -> answer.path("status").asText().equals("undone"));
        assertThat(STACK.db.business()).isEqualTo(before);
        assertThat(STACK.db.cell("select count(*) from tool_executions where kind = 'undo' and status = 'success'"
                        + " and batch_id = '" + id(batch) + "'"))
                .isEqualTo("3");
    }

    @Test
    void a_batch_that_fails_while_somebody_rolls_it_back_ends_rolled_back() {
        String stage = UUID.randomUUID().toString();
        String before = STACK.db.business();
        String phone = DESK.phone();
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%1$s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%2$s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%3$s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "%3$s"}}]}
                """.formatted(phone, stage, DESK.phone()));
        UUID id = id(file);
        RecourseClient.Started batch = STACK.ana().batch(file);
        Stage.named(stage).awaitBatch();

        CompletableFuture<JsonNode> byHand = heldUp(id, () -> {
            Stage.named(stage).open();
            return batch.answer();
        });

        assertThat(batch.answer().path("status").asText()).isEqualTo("rolled_back");
        assertThat(byHand.join().path("status").asText()).isEqualTo("undone");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    @Test
    void a_batch_that_goes_well_while_somebody_rolls_it_back_ends_rolled_back_too() {
        String stage = UUID.randomUUID().toString();
        String before = STACK.db.business();
        ObjectNode file = file("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "%s"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "%s"}}]}
                """.formatted(DESK.phone(), stage, DESK.phone()));
        RecourseClient.Started batch = STACK.ana().batch(file);
        Stage.named(stage).awaitBatch();
        JsonNode byHand = STACK.rollback(id(file));
        Stage.named(stage).open();

        assertThat(byHand.path("status").asText()).isEqualTo("undone");
        assertThat(batch.answer().path("status").asText()).isEqualTo("rolled_back");
        assertThat(STACK.db.business()).isEqualTo(before);
    }

    /**
     * A rollback by hand that cannot go on while the batch goes on and fails: a connection holds a row of it.
     *
     * @param meanwhile is begun while the rollback by hand is running
     */
    private static CompletableFuture<JsonNode> heldUp(UUID id, java.util.function.Supplier<JsonNode> meanwhile) {
        try (Connection human = STACK.db.superuser();
                Statement sql = human.createStatement()) {
            human.setAutoCommit(false);
            sql.execute("select from contact_tags where id in (select row_id from tool_changes where table_name ="
                    + " 'contact_tags' and execution_id in (select id from tool_executions where batch_id = '" + id
                    + "')) for update");
            CompletableFuture<JsonNode> byHand = Meanwhile.doing(() -> STACK.rollback(id));
            while (STACK.db
                    .cell("select count(*) from pg_stat_activity where datname = current_database()"
                            + " and wait_event_type = 'Lock'")
                    .equals("0")) {
                Thread.onSpinWait();
            }
            CompletableFuture<JsonNode> batch = Meanwhile.doing(meanwhile);
            while (STACK.db
                    .cell("select count(*) from tool_executions where status = 'error' and step = 4 and batch_id = '"
                            + id + "'")
                    .equals("0")) {
                Thread.onSpinWait();
            }
            human.rollback();
            batch.join();
            return byHand;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void an_undo_that_finds_a_row_busy_waits_for_it() throws SQLException {
        UUID contact = DESK.contact();
        JsonNode done = DESK.update(contact, "\"city\": \"Bogotá\"");
        CompletableFuture<JsonNode> rollback;
        try (Connection human = STACK.db.superuser();
                Statement sql = human.createStatement()) {
            human.setAutoCommit(false);
            sql.execute("select from contacts where id = '" + contact + "' for update");
            rollback = Meanwhile.doing(() -> STACK.rollback(execution(done)));
            while (STACK.db
                    .cell("select count(*) from tool_executions where kind = 'undo' and error_code = 'BUSY'"
                            + " and compensates = '" + execution(done) + "'")
                    .equals("0")) {
                Thread.onSpinWait();
            }
            human.rollback();
        }

        assertThat(rollback.join().path("status").asText()).isEqualTo("undone");
    }

    // ---- tools of these tests

    private static void call(RecourseClient client, String tool, String inputs) {
        JsonNode answer = client.call(tool, TestStack.json(inputs), false, UUID.randomUUID())
                .answer();
        assertThat(answer.path("status").asText()).isEqualTo("success");
    }

    private static JsonNode batch(String json) {
        JsonNode answer = STACK.ana().batch(file(json)).answer();
        assertThat(answer.path("status").asText()).isEqualTo("applied");
        return answer;
    }

    private static UUID execution(JsonNode call) {
        return UUID.fromString(call.path("execution_id").asText());
    }

    private static List<String> actions(JsonNode rollback) {
        return StreamSupport.stream(rollback.path("items").spliterator(), false)
                .map(item ->
                        item.path("tool").asText() + " " + item.path("action").asText())
                .toList();
    }
}
