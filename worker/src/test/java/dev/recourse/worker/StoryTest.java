package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.common.converter.DefaultDataConverter;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What an operator reads in Temporal's UI without opening a payload: a story in plain words that names nobody. */
final class StoryTest {

    private static final TestStack STACK = TestStack.start();

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_batch_that_failed_tells_where_why_and_what_became_of_the_rest() {
        STACK.call("crm.contact.create", "{\"name\": \"Taken\", \"phone\": \"3011110000\"}");
        UUID id = UUID.randomUUID();
        STACK.ana().batch(file(id)).answer();

        assertThat(details("a/batch/" + id)).isEqualTo("""
                **Rolled back, nothing stays**: step 2 failed, PHONE_DUPLICATE

                | # | tool | |
                | --- | --- | --- |
                | 0 | crm.contact.create | undone |
                | 1 | crm.tag.add | undone |
                | 2 | crm.contact.create | failed, PHONE_DUPLICATE |
                | 3 | crm.tag.add | not run |
                """);
        assertThat(summaries("a/batch/" + id))
                .containsExactly(
                        "batch of 4 calls",
                        "system.batch.open: checks every step before the first one runs",
                        "crm.contact.create: step 0",
                        "crm.tag.add: step 1",
                        "crm.contact.create: step 2",
                        "system.batch.close: notes how the batch ended");
        assertThat(summaries("a/rollback/" + id))
                .containsExactly(
                        "takes back what the batch did",
                        "system.rollback.plan: finds what there is to undo",
                        "system.execution.undo: undo of crm.tag.add",
                        "system.execution.undo: undo of crm.contact.create");
        assertThat(details("a/rollback/" + id)).startsWith("**Undone**\n");
    }

    @Test
    void a_rollback_is_found_by_the_batch_and_the_session_it_belongs_to() {
        STACK.call("crm.contact.create", "{\"name\": \"Taken\", \"phone\": \"3011110000\"}");
        UUID id = UUID.randomUUID();
        STACK.ana().batch(file(id)).answer();

        for (String workflow : List.of("a/batch/" + id, "a/rollback/" + id)) {
            SearchAttributes found = STACK.foreignClient()
                    .newUntypedWorkflowStub(workflow)
                    .describe()
                    .getTypedSearchAttributes();

            assertThat(found.get(SearchAttributeKey.forKeyword("BatchId"))).isEqualTo(id.toString());
            assertThat(found.get(SearchAttributeKey.forKeyword("AgentSessionId")))
                    .isEqualTo(TestStack.SESSION.toString());
            assertThat(found.get(SearchAttributeKey.forKeyword("WorkspaceId"))).isEqualTo("a");
        }
    }

    @Test
    void a_name_that_is_no_tool_s_stays_one_cell_of_the_table() {
        UUID id = UUID.randomUUID();
        ObjectNode file = file(id).put("atomic", false);
        ((ObjectNode) file.at("/calls/0")).put("tool", "a|b\n# Ana 300 123 4567 " + "x".repeat(300));
        STACK.ana().batch(file).answer();

        assertThat(details("a/batch/" + id).lines().filter(line -> line.startsWith("| 0 ")))
                .singleElement()
                .asString()
                .startsWith("| 0 | a?b???Ana?300?123?4567?xxx")
                .hasSizeLessThan(120);
    }

    private static ObjectNode file(UUID id) {
        return ((ObjectNode) TestStack.json("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Marta", "phone": "3011110001"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Marta too", "phone": "3011110000"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$2.contactId", "tag": "vip"}}]}
                """)).put("batch_id", id.toString());
    }

    /** "Current details" of the UI. */
    private static String details(String workflow) {
        return STACK.foreignClient()
                .newUntypedWorkflowStub(workflow)
                .query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();
    }

    /** The summaries that the UI shows beside events, in their order; not of children, where the in-process server has none. */
    private static List<String> summaries(String workflow) {
        return STACK.foreignClient().fetchHistory(workflow).getEvents().stream()
                .filter(event ->
                        event.hasUserMetadata() && !event.hasStartChildWorkflowExecutionInitiatedEventAttributes())
                .map(event -> named(event)
                        + DefaultDataConverter.STANDARD_INSTANCE.fromPayload(
                                event.getUserMetadata().getSummary(), String.class, String.class))
                .toList();
    }

    private static String named(HistoryEvent event) {
        return event.hasActivityTaskScheduledEventAttributes()
                ? event.getActivityTaskScheduledEventAttributes()
                                .getActivityType()
                                .getName() + ": "
                : "";
    }
}
