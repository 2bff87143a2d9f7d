package dev.recourse.worker;

import static dev.recourse.worker.TestStack.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.crm.ContactTools;
import dev.recourse.activities.crm.TagTools;
import dev.recourse.worker.client.RecourseClient;
import dev.recourse.workflows.Tools;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A workflow of somebody else passes the same checks and gets the same results, with our types or with none. */
@Timeout(60)
final class ForeignWorkflowTest {

    private static final TestStack STACK = TestStack.start(worker -> {
        Foreign.on(worker);
        worker.registerWorkflowImplementationTypes(Typed.class);
    });

    @AfterAll
    static void close() {
        STACK.close();
    }

    /** Somebody's workflow in Java that knows our contracts. */
    @WorkflowInterface
    public interface Welcome {
        @WorkflowMethod(name = "Welcome")
        List<String> run(String name, String phone);
    }

    /** Makes a contact, tags it, changes it, and makes it again. */
    public static final class Typed implements Welcome {

        private final ContactTools contacts = Tools.stub(ContactTools.class);
        private final TagTools tags = Tools.stub(TagTools.class);

        @Override
        public List<String> run(String name, String phone) {
            ContactTools.Created made = contacts.create(new ContactTools.NewContact(name, phone));
            TagTools.Added added = tags.add(new TagTools.TagOnContact(made.contactId(), "Nuevo"));
            ContactTools.Updated moved = contacts.update(
                    ContactTools.ContactChange.of(made.contactId()).city("Cali").email(null));
            ContactTools.ContactPage page = contacts.list(new ContactTools.ContactQuery());
            return List.of(
                    made.contact().phone(),
                    added.tag() + added.tagCreated(),
                    String.join(",", moved.changedFields()),
                    page.contacts().get(0).tags().get(0).name(),
                    again(name, phone));
        }

        private String again(String name, String phone) {
            try {
                return contacts.create(new ContactTools.NewContact(name, phone)).toString();
            } catch (ActivityFailure failure) {
                ApplicationFailure told = Objects.requireNonNull((ApplicationFailure) failure.getCause());
                JsonNode error = told.getDetails().get(0, JsonNode.class);
                return told.getType() + "|" + told.isNonRetryable() + "|"
                        + error.path("code").asText() + "|"
                        + error.at("/details/contactId").asText().length() + "|" + told.getOriginalMessage();
            }
        }
    }

    @Test
    void typed_stubs_take_and_give_records() {
        int rows = STACK.rows();
        Welcome welcome = STACK.client("a", "user:ana")
                .newWorkflowStub(
                        Welcome.class,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(RecourseClient.TASK_QUEUE)
                                .setWorkflowId("welcome/" + UUID.randomUUID())
                                .build());

        List<String> told = welcome.run("Ana", "3001234567");

        assertThat(told)
                .startsWith("+573001234567", "Nuevotrue", "city", "Nuevo")
                .hasSize(5);
        assertThat(told.get(4)).startsWith("duplicate|true|PHONE_DUPLICATE|36|PHONE_DUPLICATE: ");
        assertThat(STACK.rows()).isEqualTo(rows + 5);
        assertThat(STACK.db.rows("select tool_name, status, outcome, principal, agent_session_id from tool_executions"
                        + " where workflow_id like 'welcome/%' order by created_at"))
                .containsExactly(
                        "crm.contact.create|success|applied|user:ana|" + TestStack.SESSION,
                        "crm.tag.add|success|applied|user:ana|" + TestStack.SESSION,
                        "crm.contact.update|success|applied|user:ana|" + TestStack.SESSION,
                        "crm.contact.list|success|none|user:ana|" + TestStack.SESSION,
                        "crm.contact.create|error|not_applied|user:ana|" + TestStack.SESSION);
    }

    @Test
    void the_options_of_a_typed_stub_attempt_once_in_the_time_of_the_module() {
        var options = Tools.options(ContactTools.class);

        assertThat(options.getRetryOptions().getMaximumAttempts()).isEqualTo(1);
        assertThat(options.getStartToCloseTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void a_call_by_name_with_plain_json_answers_as_the_call_of_our_own_workflow_does() {
        ObjectNode inputs = (ObjectNode) json(NewContact.json());
        JsonNode ours = STACK.dryRun("crm.contact.create", inputs.toString());

        JsonNode outputs = Foreign.run(STACK.client("a", "user:ana"), Foreign.call("crm.contact.create", inputs))
                .path(0);
        JsonNode envelope = Foreign.run(
                        STACK.client("a", "user:ana"),
                        Foreign.call("crm.contact.read", ref(outputs), json("{\"envelope\": true}")))
                .path(0);

        assertThat(outputs.at("/contact/phone")).isEqualTo(ours.at("/outputs/contact/phone"));
        assertThat(outputs.fieldNames())
                .toIterable()
                .containsExactlyElementsOf(() -> ours.path("outputs").fieldNames());
        JsonNode read = STACK.call("crm.contact.read", ref(outputs).toString());
        assertThat(envelope.path("outputs")).isEqualTo(read.path("outputs"));
        assertThat(envelope.fieldNames()).toIterable().containsExactlyElementsOf(read::fieldNames);
    }

    @Test
    void a_call_by_name_passes_the_same_checks() {
        record Check(String principal, String tool, String inputs, String type, String code) {}
        UUID nobody = UUID.randomUUID();
        List<Check> checks = List.of(
                new Check("user:ana", "crm.contact.create", "{}", "validation_error", "VALIDATION_ERROR"),
                new Check("user:ana", "crm.contact.make", "{}", "not_found", "UNKNOWN_TOOL"),
                new Check(
                        "user:ana",
                        "crm.contact.read",
                        "{\"contactId\": \"" + nobody + "\"}",
                        "not_found",
                        "CONTACT_NOT_FOUND"),
                new Check(
                        "user:leo",
                        "crm.contact.delete",
                        "{\"contactId\": \"" + nobody + "\"}",
                        "permission_denied",
                        "PERMISSION_DENIED"),
                new Check("user:nobody", "crm.contact.list", "{}", "permission_denied", "UNKNOWN_WORKSPACE"));

        for (Check check : checks) {
            JsonNode ours = new RecourseClient(STACK.client("a", check.principal()), "a", TestStack.SESSION, true)
                    .call(check.tool(), json(check.inputs()), false, UUID.randomUUID())
                    .answer();
            int rows = STACK.rows();
            JsonNode theirs = Foreign.run(
                            STACK.client("a", check.principal()), Foreign.call(check.tool(), json(check.inputs())))
                    .path(0);

            assertThat(theirs.path("failed").asText()).isEqualTo(check.type());
            assertThat(theirs.at("/error/code").asText()).isEqualTo(check.code());
            assertThat(theirs.path("error")).isEqualTo(ours.path("error"));
            assertThat(theirs.path("state").asText()).isEqualTo("RETRY_STATE_NON_RETRYABLE_FAILURE");
            assertThat(theirs.path("text").asText())
                    .startsWith(check.code() + ": " + ours.at("/error/message").asText());
            assertThat(STACK.rows()).isEqualTo(rows + 1);
        }
    }

    @Test
    void a_foreign_workflow_can_ask_for_a_dry_run() {
        String before = STACK.db.everything();

        JsonNode answer = Foreign.run(
                        STACK.client("a", "user:ana"),
                        Foreign.call("crm.contact.create", json(NewContact.json()), json("{\"dry_run\": true}")))
                .path(0);

        assertThat(answer.path("created").asBoolean()).isTrue();
        assertThat(STACK.db.everything()).isEqualTo(before);
    }

    private static JsonNode ref(JsonNode outputs) {
        return json("{\"contactId\": \"" + outputs.path("contactId").asText() + "\"}");
    }
}
