package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.call.ParcelTools.PostOffice;
import dev.recourse.activities.crm.Crm;
import dev.recourse.activities.system.SystemTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Requests;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls whose effect is outside the database: at most one of them leaves, and what is recorded of it is true. */
final class OutsideTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final PostOffice OFFICE = new PostOffice();
    private static final Gate GATE = new Gate(DB.database(), new Attempt(catalogue()));
    private static final AtomicInteger PHONES = new AtomicInteger(10_000);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final UUID id = UUID.randomUUID();
    private UUID contact = UUID.randomUUID();

    private static Catalogue catalogue() {
        Catalogue.Builder tools = Catalogue.builder();
        Crm.tools(tools);
        SystemTools.tools(tools);
        OFFICE.tools(tools);
        return tools.build();
    }

    @BeforeEach
    void a_contact_and_an_office_that_works() {
        String phone = "30012" + PHONES.incrementAndGet();
        Answered made =
                call("crm.contact.create", UUID.randomUUID(), "{'name': 'Ana', 'phone': '" + phone + "'}", LONG, false);
        contact = UUID.fromString(made.outputs().path("contactId").asText());
        OFFICE.received.set(0);
        OFFICE.clerk = left -> "receipt";
        OFFICE.beforeItIsRecorded = () -> {};
    }

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void the_claim_is_committed_before_anything_leaves_and_the_row_after_it_is_back() {
        String claim = "select count(*) from tool_claims where id = '" + id + "' and detail ? 'deadline_at'";
        OFFICE.clerk = left -> {
            assertThat(DB.cell(claim)).isEqualTo("1");
            assertThat(rows()).isEqualTo("0");
            return "receipt";
        };

        Answered answer = send();

        assertThat(answer.outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(answer.outputs().path("receipt").asText()).isEqualTo("receipt");
        assertThat(noted()).isEqualTo("t");
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void a_dry_run_sends_nothing_and_claims_nothing() {
        Answered answer = call("test.parcel.send", id, parcel(), LONG, true);

        assertThat(answer.status()).isEqualTo(Answer.Status.DRY_RUN);
        assertThat(answer.outputs().path("sent").asBoolean()).isFalse();
        assertThat(OFFICE.received).hasValue(0);
    }

    @Test
    void what_the_tool_refuses_beforehand_never_leaves() {
        contact = UUID.randomUUID();

        Answered answer = send();

        assertThat(code(answer)).isEqualTo("CONTACT_NOT_FOUND");
        assertThat(answer.outcome()).isEqualTo(Answer.Outcome.NOT_APPLIED);
        assertThat(OFFICE.received).hasValue(0);
    }

    @Test
    void what_surely_did_not_happen_is_recorded_as_that() {
        OFFICE.clerk = left -> {
            throw ToolFailure.conflict("BUSY");
        };

        assertThat(send().outcome()).isEqualTo(Answer.Outcome.NOT_APPLIED);
        assertThat(noted()).isEqualTo("f");
    }

    @Test
    void what_nobody_knows_is_called_unknown_and_is_not_tried_again() {
        OFFICE.clerk = left -> {
            throw new OutcomeUnknown(null);
        };

        Answered first = send();
        Answered second = send();

        assertThat(first.outcome()).isEqualTo(Answer.Outcome.UNKNOWN);
        assertThat(code(first)).isEqualTo("SEND_OUTCOME_UNKNOWN");
        assertThat(second).isEqualTo(first);
        assertThat(OFFICE.received).hasValue(1);
    }

    @Test
    void an_error_that_the_tool_does_not_declare_is_unknown_too() {
        OFFICE.clerk = left -> {
            throw new IllegalStateException("a defect");
        };

        assertThat(send().outcome()).isEqualTo(Answer.Outcome.UNKNOWN);
    }

    @Test
    void a_second_delivery_while_the_first_is_under_way_sends_nothing_and_learns_to_wait() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        OFFICE.clerk = left -> {
            arrived.countDown();
            return waited(go);
        };
        CompletableFuture<Answered> first = Meanwhile.doing(this::send);
        arrived.await();

        assertThatThrownBy(this::send)
                .isInstanceOfSatisfying(
                        Unsettled.class,
                        busy -> assertThat(busy.again()).isNotNull().isGreaterThan(Duration.ofSeconds(5)));
        assertThatThrownBy(() -> settle(LONG)).isInstanceOf(Unsettled.class);
        go.countDown();

        assertThat(first.get().outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(send().outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(OFFICE.received).hasValue(1);
    }

    @Test
    void what_never_began_is_settled_as_not_applied_and_cannot_begin_any_more() {
        assertThat(settle(LONG).outcome()).isEqualTo(Answer.Outcome.NOT_APPLIED);

        assertThat(send().outcome()).isEqualTo(Answer.Outcome.NOT_APPLIED);
        assertThat(OFFICE.received).hasValue(0);
    }

    @Test
    void an_answer_after_the_deadline_is_evidence_for_what_was_recorded_as_unknown() {
        OFFICE.clerk = left -> {
            pause(SHORT.plusMillis(100));
            assertThat(settle(SHORT).outcome()).isEqualTo(Answer.Outcome.UNKNOWN);
            return "late";
        };

        Answered answer = call("test.parcel.send", id, parcel(), SHORT, false);

        assertThat(answer.outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(answer.status()).isEqualTo(Answer.Status.ERROR);
        assertThat(DB.cell("select outcome || ' ' || (select outcome || ' ' || source from tool_resolutions"
                        + " where execution_id = e.id) from tool_executions e where id = '" + id + "'"))
                .isEqualTo("unknown applied sender");
    }

    @Test
    void what_has_happened_is_not_lost_where_it_cannot_be_written_as_it_should() {
        OFFICE.beforeItIsRecorded = () -> {
            throw new IllegalStateException("a defect");
        };

        Answered answer = send();

        assertThat(answer.outcome()).isEqualTo(Answer.Outcome.APPLIED);
        assertThat(code(answer)).isEqualTo("SEND_OUTCOME_UNKNOWN");
        assertThat(noted()).isEqualTo("f");
    }

    @Test
    void an_operator_settles_what_is_unknown_and_the_first_word_stays() {
        OFFICE.clerk = left -> {
            throw new OutcomeUnknown(null);
        };
        send();

        Answered settled = resolve("applied");
        Answered again = resolve("applied");
        Answered otherwise = resolve("not_applied");

        assertThat(settled.outputs().path("settled").asBoolean()).isTrue();
        assertThat(again.outputs().path("settled").asBoolean()).isFalse();
        assertThat(code(otherwise)).isEqualTo("ALREADY_RESOLVED");
        assertThat(send().outcome()).isEqualTo(Answer.Outcome.APPLIED);
    }

    @Test
    void what_is_known_is_not_to_be_settled() {
        send();

        assertThat(code(resolve("not_applied"))).isEqualTo("OUTCOME_KNOWN");
    }

    @Test
    void what_was_sent_is_not_undone_not_even_what_it_wrote_down() {
        send();

        Answered undone =
                call("system.execution.undo", UUID.randomUUID(), "{'executionId': '" + id + "'}", LONG, false);

        assertThat(code(undone)).isEqualTo("NOT_REVERSIBLE");
        assertThat(noted()).isEqualTo("t");
    }

    private Answered send() {
        return call("test.parcel.send", id, parcel(), LONG, false);
    }

    private Answered resolve(String outcome) {
        return call(
                "system.execution.resolve",
                UUID.randomUUID(),
                "{'executionId': '" + id + "', 'outcome': '" + outcome + "'}",
                LONG,
                false);
    }

    private Answered settle(Duration time) {
        return GATE.settle(of("test.parcel.send", id, parcel(), time, false), ToolFailure.timeout("TIMEOUT_FENCED"))
                .answer();
    }

    private static Answered call(String tool, UUID id, String json, Duration time, boolean dryRun) {
        return GATE.run(of(tool, id, json, time, dryRun)).answer();
    }

    private static Call of(String tool, UUID id, String json, Duration time, boolean dryRun) {
        JsonNode inputs = Json.read(json.replace('\'', '"'));
        Request request = Requests.of(id, tool, Json.write(inputs));
        CallKey key = new CallKey(null, null, null, null, null, null, dryRun, false);
        return new Call(TestDatabase.A, request, inputs, key, time, 1, null);
    }

    private String parcel() {
        return "{'contactId': '" + contact + "', 'what': 'a book'}";
    }

    /** Whether what the tool writes beside its row is there: it archives the contact. */
    private String noted() {
        return DB.cell("select archived_at is not null from contacts where id = '" + contact + "'");
    }

    private String rows() {
        return DB.cell("select count(*) from tool_executions where id = '" + id + "'");
    }

    private static String code(Answered answer) {
        return answer.error() == null ? "" : answer.error().code();
    }

    private static String waited(CountDownLatch go) {
        try {
            go.await();
            return "receipt";
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
