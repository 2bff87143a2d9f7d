package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people see, to the letter. */
final class ViewsTest {
    private static final Look WIDE = new Look(0, false, ZoneOffset.UTC);

    private static final JsonNode BATCH = json("""
            {"batch_id": "b0000000-0000-4000-8000-000000000000", "agent_session_id": "50000000-0000-4000-8000-000000000000",
             "atomic": true, "dry_run": false, "status": "rolled_back", "success_count": 0, "error_count": 1, "duration_ms": 41,
             "steps": [
               {"index": 0, "tool": "crm.contact.create", "execution_id": "e0", "status": "undone", "duration_ms": 9,
                "for_user": "Marta quedó en sus contactos.", "outputs": {}},
               {"index": 1, "tool": "crm.tag.add", "execution_id": "e1", "status": "undone", "duration_ms": 120,
                "outputs": {"contactId": "c0000000-0000-4000-8000-000000000000", "added": true, "contact": {}}},
               {"index": 2, "tool": "crm.contact.create", "status": "failed", "duration_ms": 3,
                "error": {"type": "duplicate", "code": "PHONE_DUPLICATE", "message": "Ese teléfono ya es de Ana.",
                          "suggestion": "Use el contacto que ya existe.", "retryable": false, "details": null}},
               {"index": 3, "tool": "crm.tag.add", "status": "not_run"}]}
            """);

    private static final JsonNode PLAN = json("""
            {"target": {"kind": "batch", "id": "b0000000-0000-4000-8000-000000000000"}, "status": "planned",
             "items": [
               {"execution_id": "e1000000-0000-4000-8000-000000000000", "tool": "crm.contact.update", "action": "conflict",
                "conflicts": [{"table": "contacts", "key": {"id": "c0000000-0000-4000-8000-000000000000"}, "field": "city",
                               "before": "Cali", "after": "Bogotá", "now": null}]},
               {"execution_id": "e0000000-0000-4000-8000-000000000000", "tool": "crm.contact.create", "action": "undo", "conflicts": []}],
             "counts": {"undo": 1, "conflict": 1, "irreversible": 0, "done": 0}}
            """);

    private static final JsonNode TOOL = json("""
            {"name": "crm.contact.create", "description": "Adds a contact. Not for changing one.",
             "input_schema": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Full name."},
                "city": {"type": ["string", "null"], "maxLength": 100},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 20},
                "kind": {"enum": ["person", "company"]}}},
             "output_schema": {"type": "object", "required": ["contactId"], "properties": {
                "contactId": {"type": "string", "format": "uuid"}, "created": {"type": "boolean"}}},
             "metadata": {"module": "crm", "entity": "contact", "action": "create", "reversible": true, "requires_approval": false,
                "side_effects": ["creates_record"], "permissions": ["contacts.create"], "timeout_ms": 5000}}
            """);

    @Test
    void a_call_that_worked() {
        JsonNode call = json("""
                {"execution_id": "e0000000-0000-4000-8000-000000000000", "status": "success", "duration_ms": 12,
                 "outputs": {"contactId": "c1", "created": true, "contact": {"id": "c1", "city": null}},
                 "agent_session_id": "50000000-0000-4000-8000-000000000000", "resource_url": "/crm/contactos/c1",
                 "for_user": "Ana quedó creada.", "for_llm": "…"}
                """);

        assertThat(CallView.text("crm.contact.create", call, WIDE)).isEqualTo("""
                crm.contact.create  success  12 ms

                Ana quedó creada.

                  contactId  c1
                  created    true
                  contact    {"id":"c1","city":null}

                execution  e0000000-0000-4000-8000-000000000000
                session    50000000-0000-4000-8000-000000000000
                page       /crm/contactos/c1
                """);
    }

    @Test
    void a_call_that_was_refused() {
        JsonNode call = json("""
                {"execution_id": "e0", "status": "error", "duration_ms": 2, "agent_session_id": "s0",
                 "error": {"type": "validation_error", "code": "INVALID_INPUT", "message": "Hay datos que corregir.",
                           "suggestion": "Corrija los campos.", "retryable": true,
                           "details": [{"field": "/phone", "message": "No es un teléfono."}]}}
                """);

        assertThat(CallView.text("crm.contact.create", call, WIDE)).isEqualTo("""
                crm.contact.create  not done  2 ms

                Hay datos que corregir.
                → Corrija los campos.
                  /phone  No es un teléfono.
                validation_error INVALID_INPUT, the same call may succeed later

                execution  e0
                session    s0
                """);
    }

    @Test
    void a_batch_that_was_rolled_back() {
        assertThat(BatchView.text(BATCH, WIDE)).isEqualTo("""
                Batch rolled back, nothing stays  0 done, 1 failed  41 ms

                #  tool                status   what                             ms
                0  crm.contact.create  undone   Marta quedó en sus contactos.     9
                1  crm.tag.add         undone   contactId c0000000, added true  120
                2  crm.contact.create  failed   Ese teléfono ya es de Ana.        3
                3  crm.tag.add         not run

                Step 2: Ese teléfono ya es de Ana.
                → Use el contacto que ya existe.
                duplicate PHONE_DUPLICATE

                batch    b0000000-0000-4000-8000-000000000000
                session  50000000-0000-4000-8000-000000000000
                """);
    }

    @Test
    void a_batch_on_a_narrow_terminal_still_says_the_whole_error() {
        String text = BatchView.text(BATCH, new Look(60, true, ZoneOffset.UTC));

        assertThat(text.replaceAll("\u001b\\[[0-9]*m", "")
                        .lines()
                        .filter(line -> line.startsWith("#") || line.matches("[0-9] .*")))
                .allSatisfy(line -> assertThat(Texts.width(line)).isLessThanOrEqualTo(60));
        assertThat(text).contains("\u001b[31mfailed\u001b[0m", "Step 2: Ese teléfono ya es de Ana.");
    }

    @Test
    void a_dry_run_says_what_would_be() {
        JsonNode dryRun = json(
                "{\"status\": \"applied\", \"dry_run\": true, \"success_count\": 2, \"error_count\": 0, \"steps\": []}");

        assertThat(BatchView.text(dryRun, WIDE)).startsWith("Dry run, it would be: applied  2 done, 0 failed\n");
    }

    @Test
    void a_plan_with_a_conflict() {
        assertThat(RollbackView.text(PLAN, WIDE)).isEqualTo("""
                Plan, nothing was changed  batch b0000000-0000-4000-8000-000000000000
                1 to undo, 1 in conflict

                action    tool                execution                             note
                conflict  crm.contact.update  e1000000-0000-4000-8000-000000000000
                undo      crm.contact.create  e0000000-0000-4000-8000-000000000000

                changed since           before  after   now  execution
                contacts.city c0000000  Cali    Bogotá  –    e1000000
                """);
    }

    @Test
    void a_rollback_that_was_done() {
        JsonNode done = json("""
                {"target": {"kind": "execution", "id": "e0"}, "status": "undone", "counts": {"undo": 1, "done": 1},
                 "items": [{"execution_id": "e0", "tool": "crm.tag.add", "action": "undo", "conflicts": [], "note": "The tag stays: others use it."}]}
                """);

        assertThat(RollbackView.text(done, WIDE)).isEqualTo("""
                Undone  execution e0
                1 undone, 1 already undone

                action  tool         execution  note
                undo    crm.tag.add  e0         The tag stays: others use it.
                """);
    }

    @Test
    void a_rollback_that_was_refused_says_why() {
        JsonNode refused = json("""
                {"target": {"kind": "execution", "id": "e0"}, "status": "refused", "items": [], "counts": {"undo": 0},
                 "error": {"type": "permission_denied", "code": "NO", "message": "Falta el permiso.", "suggestion": null}}
                """);

        assertThat(RollbackView.text(refused, WIDE)).isEqualTo("""
                Refused, nothing was changed  execution e0
                nothing to undo

                Falta el permiso.
                permission_denied NO
                """);
    }

    @Test
    void the_ledger() {
        List<JsonNode> rows = new ArrayList<>();
        json("""
                [{"tool_name": "crm.contact.create", "status": "success", "outcome": "applied", "started_at": "2026-01-31T08:00:00.123456+00:00",
                  "principal": "user:local", "agent_session_id": "50000000-0000-4000-8000-000000000000",
                  "snapshot_before": null, "snapshot_after": {"contacts": [{"id": "c1", "name": "Ana"}], "tags": [{"id": "t1"}, {"id": "t2"}]}},
                 {"tool_name": "crm.contact.update", "status": "success", "outcome": "applied", "started_at": "2026-01-31T08:00:01Z",
                  "principal": "user:local", "agent_session_id": null,
                  "snapshot_before": {"contacts": [{"id": "c1", "city": "Cali", "version": 1}]},
                  "snapshot_after": {"contacts": [{"id": "c1", "city": "Bogotá", "version": 2}]}},
                 {"tool_name": "crm.contact.create", "status": "error", "outcome": "not_applied", "started_at": "2026-01-31T08:00:02Z",
                  "principal": "key:abc", "error_code": "PHONE_DUPLICATE", "error_message": "Ya existe."},
                 {"tool_name": "crm.contact.create", "status": "dry_run", "outcome": "none", "started_at": "yesterday"},
                 {"tool_name": "whatsapp.message.send", "status": "error", "outcome": "unknown", "started_at": "2026-01-31T08:00:03Z"},
                 {"tool_name": "system.execution.undo", "status": "success", "outcome": "applied", "started_at": "2026-01-31T08:00:04Z",
                  "snapshot_before": {"contacts": [{"id": "c1"}], "contact_tags": [{"contact_id": "c1", "tag_id": "t1"}]}, "snapshot_after": null}]
                """).forEach(rows::add);

        assertThat(AuditView.text(rows, new Look(0, false, ZoneId.of("America/Bogota"))))
                .isEqualTo("""
                time                 tool                   outcome         who         session   what changed
                2026-01-31 03:00:00  crm.contact.create     applied         user:local  50000000  contacts +Ana, tags +2
                2026-01-31 03:00:01  crm.contact.update     applied         user:local            contacts city Cali → Bogotá
                2026-01-31 03:00:02  crm.contact.create     error           key:abc               PHONE_DUPLICATE Ya existe.
                yesterday            crm.contact.create     dry run
                2026-01-31 03:00:03  whatsapp.message.send  error, unknown
                2026-01-31 03:00:04  system.execution.undo  applied                               contact_tags -1, contacts -1

                6 executions, times in America/Bogota
                """);
        assertThat(AuditView.text(List.of(), WIDE)).isEqualTo("No executions.\n");
    }

    @Test
    void a_session_is_a_story_of_batches_in_brackets_and_undos_beside_what_they_undid() {
        List<JsonNode> rows = new ArrayList<>();
        json("""
                [{"id": "e0", "tool_name": "crm.contact.create", "kind": "do", "status": "success", "outcome": "applied",
                  "started_at": "2026-01-31T08:00:00Z", "principal": "user:local", "batch_id": "b0000000-0000", "step": 0,
                  "agent_session_id": "s0", "snapshot_after": {"contacts": [{"id": "c1", "name": "Ana"}]}},
                 {"id": "e1", "tool_name": "crm.contact.create", "kind": "do", "status": "error", "outcome": "none",
                  "started_at": "2026-01-31T08:00:01Z", "principal": "user:local", "batch_id": "b0000000-0000", "step": 1,
                  "error_code": "PHONE_DUPLICATE", "error_message": "Ya existe."},
                 {"id": "u0", "tool_name": "system.execution.undo", "kind": "undo", "status": "success", "outcome": "applied",
                  "started_at": "2026-01-31T08:00:02Z", "principal": "user:local", "batch_id": "b0000000-0000", "step": 0,
                  "compensates": "e0", "snapshot_before": {"contacts": [{"id": "c1", "name": "Ana"}]}},
                 {"id": "e2", "tool_name": "crm.contact.update", "kind": "do", "status": "success", "outcome": "applied",
                  "started_at": "2026-01-31T08:00:03Z", "principal": "user:local",
                  "snapshot_before": {"contacts": [{"id": "c2", "city": "Cali"}]},
                  "snapshot_after": {"contacts": [{"id": "c2", "city": "Bogotá"}]}}]
                """).forEach(rows::add);

        assertThat(SessionView.text(
                        rows,
                        new Look(0, false, ZoneId.of("America/Bogota")),
                        row -> Optional.of("http://ui/w1")
                                .filter(page -> Values.text(row, "id").equals("e0"))))
                .isEqualTo("""
                Session s0 of user:local, 2026-01-31 03:00:00

                time      what                                          outcome          what changed
                03:00:00  ┌ batch b0000000                              undone
                03:00:00  │ 0 crm.contact.create                        undone 03:00:02  contacts +Ana
                03:00:01  └ 1 crm.contact.create                        error            PHONE_DUPLICATE Ya existe.
                03:00:02  ┌ rollback of batch b0000000                  undone
                03:00:02  └ 0 ↩ undo of crm.contact.create of 03:00:00  applied          contacts -Ana
                03:00:03  crm.contact.update                            applied          contacts city Cali → Bogotá

                4 executions, times in America/Bogota
                batch b0000000  http://ui/w1
                """);
        assertThat(SessionView.text(List.of(), WIDE, row -> Optional.empty())).isEqualTo("No executions.\n");
    }

    @Test
    void the_catalogue() {
        assertThat(ToolsView.list(json("[" + Values.json(TOOL) + "]"), WIDE)).isEqualTo("""
                tool                undo  approval  what it does
                crm.contact.create  yes             Adds a contact.

                1 tool
                """);
    }

    @Test
    void one_tool() {
        assertThat(ToolsView.one(TOOL, WIDE)).isEqualTo("""
                crm.contact.create

                Adds a contact. Not for changing one.

                undo          yes
                approval      no
                side effects  creates_record
                permissions   contacts.create
                time limit    5000 ms

                input  type                          required  what it is
                name   text, 1 to 200                yes       Full name.
                city   text or nothing, at most 100
                tags   list of text, at most 20
                kind   one of person, company

                output     type           required  what it is
                contactId  text, uuid     yes
                created    true or false
                """);
    }

    private static JsonNode json(String text) {
        return StrictJson.read("test", text.getBytes(StandardCharsets.UTF_8)).root();
    }
}
