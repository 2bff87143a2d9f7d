package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator resets a batch to an earlier point: what was done is not done again. Only the real server has resets. */
@SuppressWarnings("NullAway.Init")
final class ResetTest {

    private static final AtomicInteger PHONES = new AtomicInteger();

    private static TestStack stack;

    private final UUID id = UUID.randomUUID();
    private final String workflow = "a/batch/" + id;
    private final String stage = UUID.randomUUID().toString();
    private String before = "";

    @BeforeAll
    static void start() {
        assumeTrue(TestTemporal.isReal(), "The in-process server has no reset: -Drecourse.temporal names a real one.");
        stack = TestStack.start(StageTools::tools, worker -> {});
    }

    @AfterAll
    static void close() {
        if (TestTemporal.isReal()) {
            stack.close();
        }
    }

    @BeforeEach
    void look() {
        before = stack.db.business();
    }

    @Test
    void a_batch_that_is_reset_while_a_step_runs_does_each_step_once() {
        RecourseClient.Started batch = stack.ana().batch(file());
        Stage.named(stage).awaitBatch();

        reset(1);
        Stage.named(stage).open();

        assertThat(told(answer())).isEqualTo("applied: applied applied applied");
        assertThat(Objects.requireNonNull(batch.workflow().getExecution()).getWorkflowId())
                .isEqualTo(workflow);
        assertThatEachStepWasDoneOnce();
        assertThatARollbackLeavesAllAsBefore();
    }

    @Test
    void a_batch_that_is_reset_after_its_end_ends_as_it_did() {
        Stage.named(stage).open();
        JsonNode first = stack.ana().batch(file()).answer();
        String after = stack.db.business();

        reset(2);

        assertThat(answer().path("steps").findValuesAsText("execution_id"))
                .isEqualTo(first.path("steps").findValuesAsText("execution_id"));
        assertThat(told(answer())).isEqualTo("applied: applied applied applied");
        assertThat(stack.db.business()).isEqualTo(after);
        assertThatEachStepWasDoneOnce();
        assertThatARollbackLeavesAllAsBefore();
    }

    @Test
    void a_batch_that_was_rolled_back_stays_so_when_it_is_reset() {
        Stage.named(stage).open();
        ObjectNode file = file();
        ((ObjectNode) file.at("/calls/2/inputs"))
                .put("contactId", UUID.randomUUID().toString());
        assertThat(told(stack.ana().batch(file).answer())).isEqualTo("rolled_back: undone undone failed");

        reset(1);

        assertThat(answer().path("status").asText()).isEqualTo("rolled_back");
        assertThat(stack.db.business()).isEqualTo(before);
    }

    private void assertThatEachStepWasDoneOnce() {
        assertThat(stack.db.rows("select step, status from tool_executions where kind = 'do' and batch_id = '" + id
                        + "' order by step"))
                .containsExactly("0|success", "1|success", "2|success");
    }

    private void assertThatARollbackLeavesAllAsBefore() {
        assertThat(stack.rollback(id).path("status").asText()).isEqualTo("undone");
        assertThat(stack.db.business()).isEqualTo(before);
    }

    /** Goes back to the end of that workflow task, the first being 1. */
    private void reset(int task) {
        WorkflowClient client = stack.foreignClient();
        List<HistoryEvent> ends = client.fetchHistory(workflow).getEvents().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                .toList();
        var unused = client.getWorkflowServiceStubs()
                .blockingStub()
                .resetWorkflowExecution(ResetWorkflowExecutionRequest.newBuilder()
                        .setNamespace("default")
                        .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(workflow))
                        .setReason("by hand")
                        .setRequestId(UUID.randomUUID().toString())
                        .setWorkflowTaskFinishEventId(ends.get(task - 1).getEventId())
                        .build());
    }

    /** Of the newest run. */
    private JsonNode answer() {
        return stack.foreignClient().newUntypedWorkflowStub(workflow).getResult(JsonNode.class);
    }

    /** A contact, a stage, a tag. */
    private ObjectNode file() {
        ObjectNode file = (ObjectNode) TestStack.json("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "302%07d"}},
                  {"tool": "test.stage.wait", "inputs": {"name": "%s"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}}]}
                """.formatted(PHONES.incrementAndGet(), stage));
        return file.put("batch_id", id.toString());
    }

    private static String told(JsonNode batch) {
        return batch.path("status").asText() + ": "
                + String.join(" ", batch.path("steps").findValuesAsText("status"));
    }
}
