package dev.recourse.activities.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What people have in their tables and what they do there by hand, beside the tools: a table that is added needs a line
 * in {@link #EDITS}, and one in {@link #BEGIN} if no tool makes its rows; one that is not tracked, a line in
 * {@link #BESIDE}.
 *
 * <p>In the statements {@code {r}} is one of three numbers, {@code {phone}} one of few phones, {@code {time}} a time or
 * null, {@code {id}} the row, {@code {new}} a new id, {@code {some_table}} the id of some row of it.
 */
final class People {

    /** Columns of a row that a person sets together; besides, they copy rows and remove them. */
    static final Map<String, List<String>> EDITS = Map.ofEntries(
            Map.entry(
                    "contacts",
                    List.of(
                            "city = 'h{r}'",
                            "name = 'H{r}', version = version + 1",
                            "email = null, address = 'h{r}'",
                            "custom_fields = custom_fields || '{\"k{r}\": 1}'",
                            "archived_at = {time}",
                            "phone = '{phone}'")),
            Map.entry("tags", List.of("color = '#00000{r}'")),
            Map.entry("contact_tags", List.of()),
            Map.entry("contact_notes", List.of("content = 'h{r}'", "archived_at = {time}")),
            Map.entry(
                    "tasks",
                    List.of(
                            "title = 'h{r}', version = version + 1",
                            "due_date = {time}",
                            "priority = 'low'",
                            "status = 'completed', completed_at = '2026-01-01'",
                            "status = 'in_progress', completed_at = null")),
            Map.entry(
                    "orders",
                    List.of(
                            "description = 'h{r}', carrier = null",
                            "archived_at = {time}",
                            "closed_at = {time}",
                            "contact_id = '{contacts}'",
                            "stage_id = '{pipeline_stages}'")),
            Map.entry(
                    "order_products",
                    List.of("title = 'h{r}'", "quantity = 1 + {r}, subtotal = unit_price * (1 + {r})")),
            Map.entry("order_stage_history", List.of()),
            Map.entry("pipelines", List.of("name = 'h{r}'")),
            Map.entry("pipeline_stages", List.of("color = '#00000{r}'", "wip_limit = 1 + {r}")),
            Map.entry("products", List.of("title = 'h{r}'", "price = {r}")),
            Map.entry(
                    "conversations",
                    List.of(
                            "assigned_to = null, version = version + 1",
                            "profile_name = 'h{r}'",
                            "status = 'active', closed_at = null, resolution = null",
                            "status = 'archived', closed_at = '2026-01-01'")));

    /** What a workspace begins with, half of the time; the rest is there always. */
    private static final List<String> BEGIN = List.of(
            "insert into contacts (workspace_id, id, name, phone) values ('{ws}', '{a}', 'Eva', '+573001230010'),"
                    + " ('{ws}', '{b}', 'Leo', '+573001230011')",
            "insert into contacts (workspace_id, id, name, phone, archived_at)"
                    + " values ('{ws}', '{o}', 'Mia', '+573001230012', '2025-01-01')",
            "insert into tags (workspace_id, id, name, name_key) values ('{ws}', '{c}', 'vip', 'vip')",
            "insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('{ws}', '{d}', '{a}', '{c}')",
            "insert into contact_notes (workspace_id, id, contact_id, author, content)"
                    + " values ('{ws}', '{e}', '{a}', 'user:ana', 'n')",
            "insert into products (workspace_id, id, sku, title, price) values ('{ws}', '{p}', 's', 's', 1)",
            "insert into tasks (workspace_id, id, contact_id, author, title, priority)"
                    + " values ('{ws}', '{f}', '{b}', 'user:ana', 't', 'low')",
            "insert into whatsapp_lines (workspace_id, id, phone_number_id, phone, display_name, is_default, key_sealed)"
                    + " values ('{ws}', '{q}', '1', '+576011234567', 'l', true, '\\x01')",
            "insert into conversations (workspace_id, id, line_id, phone, contact_id, status, closed_at, resolution) values"
                    + " ('{ws}', '{s}', '{q}', '+573001230010', '{a}', 'active', null, null),"
                    + " ('{ws}', '{t}', '{q}', '+573001230011', null, 'archived', '2025-01-01', 'r')");

    private static final List<String> BEGIN_WITH_AN_ORDER = List.of(
            "insert into pipelines (workspace_id, id, name, name_key, is_default)"
                    + " values ('{ws}', '{g}', 'Ventas', 'ventas', true)",
            "insert into pipeline_stages (workspace_id, id, pipeline_id, name, name_key, position, is_closed) values"
                    + " ('{ws}', '{h}', '{g}', 'Nuevo', 'nuevo', 0, false),"
                    + " ('{ws}', '{i}', '{g}', 'Enviado', 'enviado', 1, false),"
                    + " ('{ws}', '{j}', '{g}', 'Ganado', 'ganado', 2, true)",
            "insert into orders (workspace_id, id, contact_id, pipeline_id, stage_id, total_value, currency)"
                    + " values ('{ws}', '{k}', '{a}', '{g}', '{h}', 5, 'COP')",
            "insert into order_products (workspace_id, id, order_id, position, title, unit_price, quantity, subtotal)"
                    + " values ('{ws}', '{l}', '{k}', 0, 'x', 5, 1, 5)");

    /** A row of every table that no tool changes, or whose rows only come from outside. */
    private static final List<String> BESIDE = List.of(
            "insert into api_keys (workspace_id, id, key_id, key_hash, name, permissions, created_by)"
                    + " values ('{ws}', '{n}', 'k1234567', sha256('\\x01'), 'k', '{}', 'user:ana')",
            "insert into agent_sessions (workspace_id, id, principal) values ('{ws}', '{n}', 'user:ana')",
            "insert into tool_admissions (workspace_id, module, at) values ('{ws}', 'crm', now())",
            "insert into tool_batches (workspace_id, id, status) values ('{ws}', '{n}', 'applied')",
            "insert into tool_claims (workspace_id, id, kind, request_hash) values ('{ws}', '{u}', 'do', '\\x00')",
            "insert into tool_executions (workspace_id, id, tool_name, status, outcome, error, started_at, completed_at,"
                    + " principal, request_hash) values ('{ws}', '{u}', 'whatsapp.message.send', 'error', 'unknown',"
                    + " '{\"code\": \"SEND_OUTCOME_UNKNOWN\"}', now(), now(), 'user:ana', '\\x00')",
            "insert into tool_resolutions (workspace_id, execution_id, outcome, source, resolved_by)"
                    + " values ('{ws}', '{u}', 'applied', 'operator', '{u}')",
            "insert into approvals (workspace_id, id, kind, target_id, tool_name, request_hash, inputs, preview, states,"
                    + " reason, source, requested_by, expires_at) select '{ws}', id, 'call', id, 'crm.contact.delete',"
                    + " '\\x00', '{}', '{}', '[]', '{\"message\": \"m\"}', 'agent', 'user:leo', now() + interval '1 day'"
                    + " from unnest(array['{n}', '{z}']::uuid[]) id",
            "insert into approval_decisions (workspace_id, approval_id, requested_by, expires_at, decision, decided_by)"
                    + " values ('{ws}', '{n}', 'user:leo', now() + interval '1 day', 'approve', 'user:ana')",
            "insert into whatsapp_templates (workspace_id, id, name, language, category, status, components) values"
                    + " ('{ws}', '{n}', 'saludo', 'es', 'UTILITY', 'APPROVED', '[{\"type\": \"BODY\", \"text\": \"Hola\"}]')",
            "insert into messages (workspace_id, id, line_id, phone, direction, type, content, client_key, wamid, at)"
                    + " values ('{ws}', '{v}', '{q}', '+573001230010', 'inbound', 'text',"
                    + " '{\"text\": {\"body\": \"Hola\"}}', null, 'x1', now()),"
                    + " ('{ws}', '{w}', '{q}', '+573001230010', 'outbound', 'text',"
                    + " '{\"text\": {\"body\": \"Dime\"}}', '{u}', null, now())",
            "insert into message_statuses (workspace_id, id, line_id, wamid, client_key, status, at)"
                    + " values ('{ws}', '{x}', '{q}', 'x2', '{u}', 'delivered', now())",
            "insert into conversation_reads (workspace_id, id, line_id, phone, read_until, client_key)"
                    + " values ('{ws}', '{y}', '{q}', '+573001230010', now() - interval '1 hour', '{u}')");

    private static final List<String> WORKSPACE = List.of(
            "insert into workspaces (id, slug, name) values ('{ws}', 'w{ws}', 'W')",
            "insert into workspace_members (workspace_id, id, handle, role) values ('{ws}', '{m}', 'ana', 'owner')",
            "insert into tool_limits (workspace_id, module) values"
                    + " ('{ws}', 'crm'), ('{ws}', 'system'), ('{ws}', 'whatsapp')");

    private final Random random;
    private final UUID workspace;
    private final Function<String, String> idOf;
    private final Supplier<List<String>> touched;

    /**
     * The people of one workspace.
     *
     * @param idOf gives some id of a table
     * @param touched gives the rows that the machine has touched, as {@code table/id}
     */
    People(Random random, UUID workspace, Function<String, String> idOf, Supplier<List<String>> touched) {
        this.random = random;
        this.workspace = workspace;
        this.idOf = idOf;
        this.touched = touched;
    }

    /** Makes the workspace and what it begins with, in one go. */
    String begin() {
        return begin(random.nextBoolean() ? List.of() : BEGIN_WITH_AN_ORDER);
    }

    /** The same with all that there can be: something of every table. */
    String everything() {
        return begin(
                Stream.concat(BEGIN_WITH_AN_ORDER.stream(), BESIDE.stream()).toList());
    }

    private String begin(List<String> more) {
        List<String> statements = new ArrayList<>(WORKSPACE);
        statements.addAll(BEGIN);
        statements.addAll(more);
        String all = String.join(";\n", statements).replace("{ws}", workspace.toString());
        for (char name = 'a'; name <= 'z'; name++) {
            all = all.replace("{" + name + "}", id().toString());
        }
        return all;
    }

    /** Something they do: statements of one transaction, which the database may refuse. */
    List<String> edit() {
        String contact = idOf.apply("contacts");
        return switch (random.nextInt(8)) {
            case 0 ->
                List.of(
                        "delete from contact_tags where contact_id = '" + contact + "'",
                        "delete from contacts where id = '" + contact + "'");
            case 1 ->
                List.of(filled("insert into contacts (workspace_id, id, name, phone)"
                        + " values ('{ws}', '{new}', 'Hand', '{phone}')"));
            case 2 -> link(preferred("tags"));
            case 3 -> somewhere();
            default -> behindTheMachine();
        };
    }

    private String preferred(String table) {
        List<String> made = touched.get().stream()
                .filter(row -> Rows.table(row).equals(table))
                .map(row -> row.substring(table.length() + 1))
                .toList();
        return made.isEmpty() ? idOf.apply(table) : one(made);
    }

    private List<String> somewhere() {
        String table = one(EDITS.keySet().stream().sorted().toList());
        return edit(table, idOf.apply(table));
    }

    /** Changes, removes or uses what the machine has left. */
    private List<String> behindTheMachine() {
        List<String> left = touched.get();
        if (left.isEmpty()) {
            return somewhere();
        }
        String row = one(left);
        String table = Rows.table(row);
        String id = row.substring(table.length() + 1);
        if (table.equals("tags") && random.nextBoolean()) {
            return link(id);
        }
        if (table.equals("pipeline_stages") && random.nextBoolean()) {
            return List.of(filled(
                            "insert into orders (workspace_id, id, pipeline_id, stage_id, total_value, currency)"
                                    + " select workspace_id, '{new}', pipeline_id, id, 0, 'COP' from pipeline_stages where id = '")
                    + id + "'");
        }
        return edit(table, id);
    }

    private List<String> link(String tag) {
        return List.of(filled("insert into contact_tags (workspace_id, id, contact_id, tag_id)"
                        + " values ('{ws}', '{new}', '{contacts}', '")
                + tag + "')");
    }

    private List<String> edit(String table, String id) {
        List<String> edits = EDITS.getOrDefault(table, List.of());
        String row = " where id = '" + id + "'";
        int which = random.nextInt(edits.size() + 2);
        if (which == edits.size()) {
            return List.of("delete from " + table + row);
        }
        if (which > edits.size()) {
            return List.of(
                    filled("insert into %1$s select (jsonb_populate_record(t, '{\"id\": \"{new}\"}')).* from %1$s t"
                                    .formatted(table))
                            + row);
        }
        return List.of(filled("update " + table + " set " + edits.get(which)) + row);
    }

    private String filled(String statement) {
        String filled = statement
                .replace("{ws}", workspace.toString())
                .replace("{new}", id().toString())
                .replace("{r}", String.valueOf(random.nextInt(3)))
                .replace("{phone}", Inputs.phone(random.nextInt(Inputs.PHONES)))
                .replace("{time}", random.nextBoolean() ? "null" : "'2026-01-01'");
        for (String table : EDITS.keySet()) {
            filled = filled.contains("{" + table + "}") ? filled.replace("{" + table + "}", idOf.apply(table)) : filled;
        }
        return filled;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
