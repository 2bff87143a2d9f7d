package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Scope;
import dev.recourse.db.Sql;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.worker.client.RecourseClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A dry run of a batch tells what the batch would do, and leaves nothing but its rows.
 *
 * <p>{@code -Ddry.seed=N} runs the random batches of one seed, {@code -Ddry.batches=N} so many.
 */
@Timeout(120)
final class DryRunOfBatchesTest {

    private static final int BATCHES = Integer.getInteger("dry.batches", 300);

    private static final TestStack STACK = TestStack.start(StageTools::tools, worker -> {});
    private static final Checksum EYE = new Checksum(STACK.db);
    private static final RecourseClient ANA = STACK.ana();
    private static final Twenty TWENTY = new Twenty(ANA);

    @AfterAll
    static void close() {
        EYE.close();
        STACK.close();
    }

    static Stream<Integer> positions() {
        return IntStream.rangeClosed(0, Twenty.STEPS).boxed();
    }

    // ---- it leaves nothing

    @Test
    void a_dry_run_leaves_its_rows_and_nothing_else() {
        String before = EYE.everything();
        List<String> claims = STACK.db.rows("select count(*) from tool_claims where kind = 'batch'");
        String evidence =
                STACK.db.cell("select count(*) || ' ' || (select count(*) from tool_writes) from tool_changes");

        JsonNode dry = ANA.batch(TWENTY.batch().put("dry_run", true)).answer();

        assertThat(dry.path("dry_run").asBoolean()).isTrue();
        assertThat(dry.path("status").asText()).isEqualTo("applied");
        assertThat(dry.at("/steps/0/for_user").asText())
                .isEqualTo("Simulación, nada cambió. Al hacerlo: Ana quedó en sus contactos.");
        assertThat(EYE.everything()).isEqualTo(before);
        assertThat(STACK.db.rows("select count(*) from tool_claims where kind = 'batch'"))
                .isEqualTo(claims);
        assertThat(STACK.db.cell("select count(*) || ' ' || (select count(*) from tool_writes) from tool_changes"))
                .isEqualTo(evidence);
        assertThat(STACK.db.rows("select distinct status, outcome, request_context ->> 'dry_run' from tool_executions"
                        + " where batch_id = '" + dry.path("batch_id").asText() + "'"))
                .containsExactly("dry_run|none|true");
    }

    @Test
    void the_batch_can_be_run_for_real_under_the_same_id_afterwards() {
        ObjectNode file = file("""
                {"calls": [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "3041000001"}}]}
                """);

        JsonNode dry = ANA.batch(file.deepCopy().put("dry_run", true)).answer();
        JsonNode real = ANA.batch(file).answer();

        assertThat(outcome(dry)).isEqualTo(outcome(real));
        assertThat(real.path("dry_run").asBoolean()).isFalse();
        assertThat(real.at("/steps/0/execution_id")).isNotEqualTo(dry.at("/steps/0/execution_id"));
    }

    @Test
    void what_a_dry_run_wrote_does_not_make_evidence_unnecessary() {
        ANA.batch(TWENTY.batch().put("dry_run", true)).answer();

        assertThatThrownBy(() -> STACK.db
                        .database()
                        .in(
                                Scope.of(TestDatabase.A).executing(ExecutionId.random()),
                                tx -> tx.table(Sql.class).run("update contacts set city = 'unseen'")))
                .isInstanceOf(DatabaseRefusal.class)
                .hasMessageContaining("effect_without_row");
    }

    // ---- it tells the truth

    /** The last of them fails nowhere. */
    @ParameterizedTest
    @MethodSource("positions")
    void a_dry_run_and_the_real_run_tell_the_same_wherever_it_fails(int position) {
        ObjectNode file = position == Twenty.STEPS ? TWENTY.batch() : TWENTY.failingAt(position);
        String before = EYE.everything();

        JsonNode dry = ANA.batch(file.deepCopy().put("dry_run", true)).answer();

        assertThat(EYE.everything()).isEqualTo(before);
        JsonNode real = ANA.batch(file).answer();
        assertThat(outcome(dry)).isEqualTo(outcome(real));
        ANA.rollback(UUID.fromString(real.path("batch_id").asText()), false).answer();
    }

    @Test
    void a_dry_run_and_the_real_run_of_any_batch_tell_the_same() {
        long seed = Long.getLong("dry.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> known = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            known.add(contact(random));
        }

        for (int n = 0; n < BATCHES; n++) {
            ObjectNode file = anything(random, known);
            String before = EYE.everything();
            JsonNode dry = ANA.batch(file.deepCopy().put("dry_run", true)).answer();
            assertThat(EYE.everything())
                    .as("-Ddry.seed=%d, batch %d: %s", seed, n, file)
                    .isEqualTo(before);
            JsonNode real = ANA.batch(file).answer();
            assertThat(outcome(dry))
                    .as("-Ddry.seed=%d, batch %d: %s", seed, n, file)
                    .isEqualTo(outcome(real));
            words.add(real.path("status").asText());
            if (real.path("status").asText().equals("rolled_back")
                    && real.path("atomic").asBoolean()) {
                continue;
            }
            real.path("steps").forEach(step -> {
                if (step.at("/outputs/created").asBoolean()) {
                    known.add(step.at("/outputs/contactId").asText());
                }
            });
        }

        assertThat(words).as("-Ddry.seed=%d", seed).contains("applied", "rolled_back", "partial", "refused");
    }

    private static String contact(Random random) {
        String inputs = "{\"name\": \"Known\", \"phone\": \"305%07d\"}".formatted(random.nextInt(10_000_000));
        return STACK.call("crm.contact.create", inputs).at("/outputs/contactId").asText();
    }

    private static ObjectNode anything(Random random, List<String> known) {
        ObjectNode file = file("{}")
                .put("atomic", random.nextInt(3) > 0)
                .put("on_error", random.nextBoolean() ? "stop" : "continue")
                .put("isolation", random.nextBoolean() ? "steps" : "transaction");
        ArrayNode calls = file.putArray("calls");
        for (int length = 1 + random.nextInt(7); length > 0; length--) {
            calls.add(call(random, known, calls));
        }
        return file;
    }

    private static JsonNode call(Random random, List<String> known, ArrayNode before) {
        String contact = "\"contactId\": \"" + reference(random, known, before) + "\"";
        String phone = "\"phone\": \"306000%04d\"".formatted(random.nextInt(40));
        String tag = "\"tag\": \"t" + random.nextInt(4) + "\"";
        String call = switch (random.nextInt(10)) {
            case 0, 1, 2 ->
                "{\"tool\": \"crm.contact.create\", \"inputs\": {\"name\": \"N\", %s, \"tags\": [\"t%d\"]}}"
                        .formatted(phone, random.nextInt(4));
            case 3 -> "{\"tool\": \"crm.contact.update\", \"inputs\": {%s, %s}}".formatted(contact, phone);
            case 4 ->
                "{\"tool\": \"crm.contact.update\", \"inputs\": {%s, \"city\": \"c%d\", \"expectedVersion\": %d}}"
                        .formatted(contact, random.nextInt(3), 1 + random.nextInt(3));
            case 5 -> "{\"tool\": \"crm.contact.delete\", \"inputs\": {%s}}".formatted(contact);
            case 6 -> "{\"tool\": \"crm.contact.restore\", \"inputs\": {%s}}".formatted(contact);
            case 7 -> "{\"tool\": \"crm.tag.add\", \"inputs\": {%s, %s}}".formatted(contact, tag);
            case 8 -> "{\"tool\": \"crm.tag.remove\", \"inputs\": {%s, %s}}".formatted(contact, tag);
            default -> "{\"tool\": \"crm.contact.findByPhone\", \"inputs\": {%s}}".formatted(phone);
        };
        return TestStack.json(call);
    }

    /** A contact that is there, one that is none, or what an earlier step gave, or sometimes a later one. */
    private static String reference(Random random, List<String> known, ArrayNode before) {
        return switch (random.nextInt(12)) {
            case 0 ->
                UUID.nameUUIDFromBytes(new byte[] {(byte) random.nextInt()}).toString();
            case 1 -> random.nextInt(8) == 0 ? "$" + before.size() + ".contactId" : known.get(0);
            case 2, 3, 4, 5, 6 -> before.isEmpty() ? known.get(0) : "$" + random.nextInt(before.size()) + ".contactId";
            default -> known.get(random.nextInt(known.size()));
        };
    }

    // ---- it stands in nobody's way

    @Test
    void a_writer_that_meets_a_dry_run_is_told_to_come_back_and_can() {
        String stage = UUID.randomUUID().toString();
        RecourseClient.Started dry = ANA.batch(file("""
                {"dry_run": true, "calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Dry", "phone": "3041000002"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}}]}
                """.formatted(stage)));
        Stage.named(stage).awaitBatch();

        JsonNode meanwhile = STACK.call("crm.contact.create", "{\"name\": \"Real\", \"phone\": \"3041000002\"}");
        Stage.named(stage).open();
        JsonNode preview = dry.answer();
        JsonNode afterwards = STACK.call("crm.contact.create", "{\"name\": \"Real\", \"phone\": \"3041000002\"}");

        assertThat(meanwhile.at("/error/code").asText()).isEqualTo("BUSY");
        assertThat(meanwhile.at("/error/retryable").asBoolean()).isTrue();
        assertThat(preview.path("status").asText()).isEqualTo("applied");
        assertThat(afterwards.path("status").asText()).isEqualTo("success");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_batch_in_one_transaction_that_meets_a_writer_says_so_instead_of_waiting_for_it(boolean dryRun)
            throws SQLException {
        String contact = STACK.call(
                        "crm.contact.create",
                        "{\"name\": \"Held\", \"phone\": \"304100001%d\"}".formatted(dryRun ? 1 : 2))
                .at("/outputs/contactId")
                .asText();
        JsonNode answer;
        try (Connection human = STACK.db.superuser();
                Statement sql = human.createStatement()) {
            human.setAutoCommit(false);
            sql.execute("select from contacts where id = '" + contact + "' for update");
            answer = ANA.batch(file("""
                            {"isolation": "transaction", "calls": [
                              {"tool": "crm.contact.list"},
                              {"tool": "crm.contact.update", "inputs": {"contactId": "%s", "city": "Cali"}}]}
                            """.formatted(contact)).put("dry_run", dryRun))
                    .answer();
            human.rollback();
        }

        assertThat(outcome(answer)).isEqualTo("rolled_back: undone failed/BUSY");
    }

    // ---- tools of this test

    private static ObjectNode file(String json) {
        return ((ObjectNode) TestStack.json(json))
                .put("batch_id", UUID.randomUUID().toString());
    }

    /** What a batch and each of its steps came to: {@code status: step step/CODE …}. */
    private static String outcome(JsonNode batch) {
        List<String> steps = new ArrayList<>();
        batch.path("steps").forEach(step -> {
            String code = step.at("/error/code").asText();
            steps.add(step.path("status").asText() + (code.isEmpty() ? "" : "/" + code));
        });
        return batch.path("status").asText() + ": " + String.join(" ", steps);
    }
}
