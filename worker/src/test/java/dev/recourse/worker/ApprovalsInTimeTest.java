package dev.recourse.worker;

import static dev.recourse.worker.Approving.move;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.client.RecourseClient;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody decides in time is not done, and can't be approved late. */
@Timeout(60)
final class ApprovalsInTimeTest {

    private static final TestStack STACK = TestStack.start(CityTools::tools, Duration.ofSeconds(1));
    private static final Approving ASKED = new Approving(STACK);

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_call_that_nobody_decides_on_ends_when_its_time_is_over() {
        JsonNode answer =
                STACK.call("test.city.always", move(ASKED.contact(), "Cali").toString());

        assertThat(answer.at("/error/type").asText()).isEqualTo("precondition_failed");
        assertThat(answer.at("/error/code").asText()).isEqualTo("APPROVAL_EXPIRED");
        assertThat(STACK.db.cell("select status || ' ' || outcome from tool_executions where id = '"
                        + answer.path("execution_id").asText() + "'"))
                .isEqualTo("error none");
        assertThat(late(answer).at("/error/code").asText()).isEqualTo("APPROVAL_CLOSED");
    }

    @Test
    void a_batch_likewise() {
        ObjectNode file = (ObjectNode) TestStack.json("""
                {"batch_id": "%s", "calls": [{"tool": "test.city.always", "inputs": %s}]}
                """.formatted(UUID.randomUUID(), move(ASKED.contact(), "Cali")));

        JsonNode answer = STACK.batch(file.toString());

        assertThat(answer.path("status").asText()).isEqualTo("refused");
        assertThat(answer.at("/error/code").asText()).isEqualTo("APPROVAL_EXPIRED");
    }

    @Test
    void a_request_whose_workflow_is_gone_is_not_approved_late_either() throws InterruptedException {
        RecourseClient.Started call =
                STACK.ana().call("test.city.always", move(ASKED.contact(), "Cali"), false, UUID.randomUUID());
        while (STACK.db
                .rows("select 1 from approvals where inputs ->> 'city' = 'Cali' and not exists (select from"
                        + " tool_claims c where c.id = target_id) and expires_at > clock_timestamp()")
                .isEmpty()) {
            Thread.onSpinWait();
        }
        call.workflow().terminate("its process died");
        String id = STACK.db.cell("select id from approvals order by requested_at desc limit 1");
        while (STACK.db
                .rows("select 1 from approvals where id = '" + id + "' and expires_at <= clock_timestamp()")
                .isEmpty()) {
            Thread.sleep(50);
        }

        assertThat(decide(id).at("/error/code").asText()).isEqualTo("APPROVAL_EXPIRED");
    }

    private static JsonNode late(JsonNode answer) {
        return decide(answer.at("/error/details/approval_id").asText());
    }

    private static JsonNode decide(String approval) {
        return ASKED.as(
                Approving.EVA,
                "system.approval.decide",
                "{\"approvalId\": \"%s\", \"decision\": \"approve\"}".formatted(approval));
    }
}
