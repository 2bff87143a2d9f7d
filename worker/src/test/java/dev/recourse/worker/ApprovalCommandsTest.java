package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.worker.Child.Ended;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command waits, another decides: processes on one home that have no Temporal in common. */
@Tag("own-servers")
@SuppressWarnings("NullAway.Init")
final class ApprovalCommandsTest {

    @TempDir
    private static Path folder;

    private static HomeDatabase home;
    private static Superuser db;

    @BeforeAll
    static void open() {
        home = new HomeDatabase(folder);
        db = home.superuser();
    }

    @AfterAll
    static void close() {
        home.close();
    }

    @Test
    void what_one_command_waits_for_another_shows_and_approves() throws Exception {
        String contact = contact("3205550001");
        try (Child waits = deletion(contact)) {
            String id = asked(waits, contact);

            Ended listed = recourse("approvals", "-o", "json");
            Ended shown = recourse("approvals", "show", id);
            Ended own = recourse("approvals", "approve", id, "--as", "local", "-o", "json");
            Ended approved = recourse("approvals", "approve", id, "--note", "agreed", "-o", "json");

            JsonNode request = Json.read(listed.out()).get(0);
            assertThat(request.path("approval_id").asText()).isEqualTo(id);
            assertThat(request.path("source").asText()).isEqualTo("agent");
            assertThat(request.at("/preview/deleted").asBoolean()).isTrue();
            assertThat(shown.out()).contains("user:local (agent)", "What it would do", contact);
            assertThat(own.code()).isOne();
            assertThat(Json.read(own.out()).at("/error/code").asText()).isEqualTo("APPROVAL_OWN_REQUEST");
            assertThat(approved.code()).as(approved.err()).isZero();
            assertThat(Json.read(approved.out()).at("/outputs/decidedBy").asText())
                    .isEqualTo("user:approver");
            Ended done = waits.end();
            assertThat(done.code()).as(done.err()).isZero();
            assertThat(Json.read(done.out()).path("status").asText()).isEqualTo("success");
        }
        assertThat(recourse("approvals").out()).contains("Nothing waits");
    }

    @Test
    void a_rejected_call_ends_with_the_note() throws Exception {
        String contact = contact("3205550002");
        try (Child waits = deletion(contact)) {
            String id = asked(waits, contact);

            assertThat(recourse("approvals", "reject", id, "--note", "keep Ana").code())
                    .isZero();

            Ended ended = waits.end();
            assertThat(ended.code()).isOne();
            JsonNode error = Json.read(ended.out()).path("error");
            assertThat(error.path("code").asText()).isEqualTo("APPROVAL_REJECTED");
            assertThat(error.at("/details/note").asText()).isEqualTo("keep Ana");
        }
    }

    @Test
    void an_interrupt_withdraws_the_request_and_leaves_a_row() throws Exception {
        String contact = contact("3205550003");
        try (Child waits = deletion(contact)) {
            String id = asked(waits, contact);

            waits.signal("INT");

            assertThat(waits.end().code()).isEqualTo(130);
            Ended late = recourse("approvals", "approve", id, "-o", "json");
            assertThat(Json.read(late.out()).at("/error/code").asText()).isEqualTo("APPROVAL_CLOSED");
        }
        assertThat(db.rows(
                        "select status, outcome, error_code from recourse.tool_executions where inputs ->> 'contactId' = '"
                                + contact + "' and status <> 'dry_run'"))
                .containsExactly("error|not_applied|APPROVAL_WITHDRAWN");
        assertThat(db.rows("select 1 from recourse.contacts where id = '" + contact + "' and archived_at is null"))
                .hasSize(1);
    }

    @Test
    void what_can_not_be_meant_is_wrong_usage() throws Exception {
        assertThat(recourse("approvals", "aprove", "x").code()).isEqualTo(2);
        assertThat(recourse("approvals", "approve").code()).isEqualTo(2);
        assertThat(recourse("approvals", "show", "3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f")
                        .code())
                .isEqualTo(2);
    }

    private static Child deletion(String contact) throws Exception {
        return Child.start(
                folder,
                Map.of(),
                "call",
                "crm.contact.delete",
                "{\"contactId\": \"" + contact + "\"}",
                "--source",
                "agent",
                "-o",
                "json");
    }

    /** Waits until the command says how to approve; answers the request's id. */
    private static String asked(Child waits, String contact) throws Exception {
        waits.says("recourse approvals approve");
        return db.cell("select id from recourse.approvals where inputs ->> 'contactId' = '" + contact + "'");
    }

    private static String contact(String phone) throws Exception {
        Ended made = recourse(
                "call", "crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"" + phone + "\"}", "-o", "json");
        assertThat(made.code()).as(made.err()).isZero();
        return Json.read(made.out()).at("/outputs/contactId").asText();
    }

    private static Ended recourse(String... arguments) throws Exception {
        return Child.run(folder, Map.of(), "", arguments);
    }
}
