package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.db.ledger.Answer.Outcome;
import dev.recourse.db.ledger.Undo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tool of this module did can be taken back, to the last row, though no tool knows how. */
final class TakingBackTest {
    private static final List<String> TAGS = List.of("vip", "Cali", "nuevo", "moroso", "VIP");

    private final Bench bench = new Bench();
    private final UUID ana = Bench.id(
            bench.ok(
                    "crm.contact.create",
                    "{'name': 'Ana', 'phone': '3001234567', 'email': 'ana@example.com', 'tags': ['vip', 'cali']}"),
            "contactId");
    private final UUID archived = bench.contact("Leo", "3007654321");
    private final UUID note =
            Bench.id(bench.ok("crm.note.create", Bench.of(ana, "'content': 'Prefiere la tarde'")), "noteId");
    private final UUID task = Bench.id(bench.ok("crm.task.create", Bench.of(ana, "'title': 'Llamar'")), "taskId");
    private final UUID done = Bench.id(bench.ok("crm.task.create", Bench.of(ana, "'title': 'Hecha'")), "taskId");

    private final UUID order = Bench.id(
            bench.ok(
                    "crm.order.create",
                    Bench.of(
                            ana,
                            "'notes': 'uno', 'products': [{'name': 'Camiseta', 'quantity': 2, 'price': '9.90'},"
                                    + " {'name': 'Envío', 'quantity': 1, 'price': 5}]")),
            "orderId");

    TakingBackTest() {
        bench.ok("crm.contact.delete", Bench.of(archived));
        bench.ok("crm.task.complete", "{'taskId': '" + done + "'}");
        bench.ok("crm.custom-field.update", Bench.of(ana, "'fields': {'talla': 'M', 'hijos': 2}"));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "crm.contact.create  | {'name': 'Eva', 'phone': '3005555555'}",
                "crm.contact.create  | {'name': 'Eva', 'phone': '3007654321', 'tags': ['vip', 'nueva', 'otra']}",
                "crm.contact.update  | {'contactId': 'ANA', 'name': 'Ana María', 'email': null, 'phone': '3009999999', 'city': 'Cali'}",
                "crm.contact.delete  | {'contactId': 'ANA'}",
                "crm.contact.restore | {'contactId': 'ARCHIVED'}",
                "crm.tag.add         | {'contactId': 'ANA', 'tag': 'nueva'}",
                "crm.tag.remove      | {'contactId': 'ANA', 'tag': 'vip'}",
                "crm.order.create    | {'contactId': 'ANA', 'products': [{'name': 'x', 'quantity': 3, 'price': 0.1}], 'stageName': 'Ganado'}",
                "crm.order.update    | {'orderId': 'ORDER', 'contactId': null, 'description': null, 'carrier': 'Servientrega'}",
                "crm.order.updateStatus | {'orderId': 'ORDER', 'status': 'Enviado'}",
                "crm.order.close     | {'orderId': 'ORDER'}",
                "crm.order.archive   | {'orderId': 'ORDER'}",
                "crm.order.duplicate | {'sourceOrderId': 'ORDER'}",
                "crm.note.create     | {'contactId': 'ANA', 'content': 'Otra'}",
                "crm.note.archive    | {'noteId': 'NOTE'}",
                "crm.task.create     | {'contactId': 'ANA', 'title': 'Otra', 'dueDate': '2026-01-31T15:00:00Z'}",
                "crm.task.update     | {'taskId': 'TASK', 'title': 'Escribir', 'status': 'completed', 'priority': 'urgent'}",
                "crm.task.update     | {'taskId': 'DONE', 'status': 'in_progress', 'dueDate': '2026-01-31T15:00:00Z'}",
                "crm.task.create     | {'orderId': 'ORDER', 'title': 'Despachar', 'priority': 'low'}",
                "crm.task.complete   | {'taskId': 'TASK'}",
                "crm.custom-field.update | {'contactId': 'ANA', 'fields': {'talla': null, 'hijos': 3, 'color': 'azul'}}"
            })
    void what_one_call_did_is_taken_back(String tool, String inputs) {
        String before = bench.db.business();

        Bench.Ended done = bench.call(tool, filledIn(inputs));
        assertThat(done.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(bench.db.business()).isNotEqualTo(before);
        List<Undo.Obstacle> met = bench.takeBack(done.execution());

        assertThat(met).isEmpty();
        assertThat(bench.db.business()).isEqualTo(before);
    }

    private String filledIn(String inputs) {
        return inputs.replace("ANA", ana.toString())
                .replace("ARCHIVED", archived.toString())
                .replace("NOTE", note.toString())
                .replace("TASK", task.toString())
                .replace("DONE", done.toString())
                .replace("ORDER", order.toString());
    }

    @Test
    void a_contact_with_a_note_or_a_task_since_is_not_taken_back() {
        Bench.Ended made = bench.call("crm.contact.create", "{'name': 'Eva', 'phone': '3005555555'}");
        UUID eva = Bench.id(made.outputs(), "contactId");
        bench.ok("crm.note.create", Bench.of(eva, "'content': 'x'"));
        bench.ok("crm.task.create", Bench.of(eva, "'title': 'x'"));

        assertThat(bench.obstacles(made.execution()))
                .extracting(Undo.Obstacle::reason)
                .containsOnly("REFERENCED");
    }

    @Test
    void a_note_on_a_contact_that_is_just_being_taken_back_is_refused() {
        Bench.Ended made = bench.call("crm.contact.create", "{'name': 'Eva', 'phone': '3005555555'}");
        UUID eva = Bench.id(made.outputs(), "contactId");

        Bench.Ended late = bench.whileTakingBack(made.execution(), "crm.note.create", Bench.of(eva, "'content': 'x'"));

        assertThat(late.code()).isEqualTo("CONTACT_NOT_FOUND");
    }

    @Test
    void a_tag_that_others_use_since_stays() {
        Bench.Ended first = bench.call("crm.tag.add", Bench.of(ana, "'tag': 'nueva'"));
        UUID eva = bench.contact("Eva", "3005555555");
        bench.ok("crm.tag.add", Bench.of(eva, "'tag': 'Nueva'"));

        List<Undo.Obstacle> met = bench.takeBack(first.execution());

        assertThat(met).extracting(Undo.Obstacle::reason).containsExactly("KEPT");
        assertThat(bench.ok("crm.contact.read", Bench.of(ana))
                        .at("/contact/tags")
                        .findValuesAsText("name"))
                .containsExactly("cali", "vip");
        assertThat(bench.ok("crm.contact.read", Bench.of(eva))
                        .at("/contact/tags")
                        .findValuesAsText("name"))
                .containsExactly("nueva");
    }

    @Test
    void a_tag_that_is_just_being_used_stays() {
        Bench.Ended first = bench.call("crm.tag.add", Bench.of(ana, "'tag': 'nueva'"));
        UUID eva = bench.contact("Eva", "3005555555");

        List<Undo.Obstacle> met =
                bench.takeBackDuring(first.execution(), "crm.tag.add", Bench.of(eva, "'tag': 'nueva'"));

        assertThat(met).extracting(Undo.Obstacle::reason).containsExactly("KEPT");
        assertThat(bench.ok("crm.contact.read", Bench.of(eva))
                        .at("/contact/tags")
                        .findValuesAsText("name"))
                .containsExactly("nueva");
    }

    @Test
    void a_tag_that_is_just_being_taken_back_is_made_anew() {
        Bench.Ended first = bench.call("crm.tag.add", Bench.of(ana, "'tag': 'nueva'"));
        UUID eva = bench.contact("Eva", "3005555555");

        Bench.Ended second = bench.whileTakingBack(first.execution(), "crm.tag.add", Bench.of(eva, "'tag': 'nueva'"));

        assertThat(second.outputs().path("tagCreated").asBoolean()).isTrue();
        assertThat(second.outputs().path("tagId")).isNotEqualTo(first.outputs().path("tagId"));
    }

    @Test
    void a_contact_that_is_just_being_taken_back_is_not_found() {
        Bench.Ended made = bench.call("crm.contact.create", "{'name': 'Eva', 'phone': '3005555555'}");
        UUID eva = Bench.id(made.outputs(), "contactId");

        Bench.Ended tag = bench.whileTakingBack(made.execution(), "crm.tag.add", Bench.of(eva, "'tag': 'nueva'"));

        assertThat(tag.code()).isEqualTo("CONTACT_NOT_FOUND");
    }

    @Test
    void the_first_order_of_a_workspace_is_taken_back_with_its_pipeline() {
        try (Bench fresh = new Bench()) {
            UUID eva = fresh.contact("Eva", "3005555555");
            String before = fresh.db.business();

            Bench.Ended made = fresh.call(
                    "crm.order.create", Bench.of(eva, "'products': [{'name': 'x', 'quantity': 1, 'price': 1}]"));
            assertThat(made.outputs().path("pipelineCreated").asBoolean()).isTrue();

            assertThat(fresh.takeBack(made.execution())).isEmpty();
            assertThat(fresh.db.business()).isEqualTo(before);
        }
    }

    @Test
    void a_move_is_taken_back_only_while_nobody_has_moved_the_order_since() {
        Bench.Ended first = move("Enviado");
        Bench.Ended second = move("Confirmado");

        assertThat(bench.obstacles(first.execution()))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::field)
                .contains(tuple("CHANGED_SINCE", "stage_id"));
        assertThat(bench.takeBack(second.execution())).isEmpty();
        assertThat(bench.takeBack(first.execution())).isEmpty();
        assertThat(bench.db.cell("select count(*) from order_stage_history")).isEqualTo("0");
    }

    @Test
    void a_move_is_not_taken_back_from_under_later_ones_that_led_to_the_same_stage() {
        Bench.Ended first = move("Enviado");
        move("Confirmado");
        move("Enviado");

        assertThat(bench.obstacles(first.execution()))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::field)
                .containsExactly(tuple("REFERENCED", "order_stage_history_follows"));
    }

    @Test
    void a_move_is_taken_back_whatever_else_was_done_with_the_order_since() {
        Bench.Ended moved = move("Enviado");
        bench.ok("crm.order.update", "{'orderId': '" + order + "', 'carrier': 'x'}");
        bench.ok("crm.order.close", "{'orderId': '" + order + "'}");

        assertThat(bench.takeBack(moved.execution())).isEmpty();

        JsonNode now =
                bench.ok("crm.order.read", "{'orderId': '" + order + "'}").path("order");
        assertThat(now.path("stageName").asText()).isEqualTo("Nuevo");
        assertThat(now.path("carrier").asText()).isEqualTo("x");
        assertThat(now.path("closedAt").isNull()).isFalse();
    }

    @Test
    void an_order_is_taken_back_only_while_nobody_has_touched_it() {
        Bench.Ended moved = made();
        bench.ok("crm.order.updateStatus", of(moved, "'status': 'Enviado'"));
        bench.ok("crm.order.updateStatus", of(moved, "'status': 'Nuevo'"));
        Bench.Ended changed = made();
        bench.ok("crm.order.update", of(changed, "'carrier': 'x'"));
        Bench.Ended copied = made();
        bench.ok("crm.order.duplicate", of(copied, "").replace("orderId", "sourceOrderId"));

        assertThat(reasons(moved)).containsExactly("REFERENCED");
        assertThat(reasons(changed)).containsExactly("CHANGED_SINCE");
        assertThat(reasons(copied)).containsExactly("REFERENCED");
    }

    @Test
    void a_contact_with_an_order_is_not_taken_back() {
        Bench.Ended eva = bench.call("crm.contact.create", "{'name': 'Eva', 'phone': '3005555555'}");
        bench.ok(
                "crm.order.create",
                Bench.of(
                        Bench.id(eva.outputs(), "contactId"),
                        "'products': [{'name': 'x', 'quantity': 1, 'price': 1}]"));

        assertThat(reasons(eva)).containsExactly("REFERENCED");
    }

    private Bench.Ended made() {
        return bench.call("crm.order.create", Bench.of(ana, "'products': [{'name': 'x', 'quantity': 1, 'price': 1}]"));
    }

    private Bench.Ended move(String stage) {
        return bench.call("crm.order.updateStatus", "{'orderId': '" + order + "', 'status': '" + stage + "'}");
    }

    private static String of(Bench.Ended made, String more) {
        return "{'orderId': '" + Bench.id(made.outputs(), "orderId") + "'" + (more.isEmpty() ? "" : ", ") + more + "}";
    }

    private List<String> reasons(Bench.Ended done) {
        return bench.obstacles(done.execution()).stream()
                .map(Undo.Obstacle::reason)
                .toList();
    }

    @Test
    void a_long_row_of_any_calls_is_taken_back_newest_first() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String before = bench.db.business();
        List<UUID> contacts = new ArrayList<>(List.of(ana, archived));
        List<UUID> orders = new ArrayList<>(List.of(order));
        List<UUID> applied = new ArrayList<>();

        for (int i = 0; i < 150; i++) {
            Bench.Ended ended = random.nextBoolean() ? anything(random, contacts) : anyOrder(random, contacts, orders);
            if (ended.outcome() == Outcome.APPLIED) {
                applied.add(ended.execution());
            }
        }
        Collections.reverse(applied);
        applied.forEach(bench::takeBack);

        assertThat(applied).as("seed %d", seed).hasSizeGreaterThan(20);
        assertThat(bench.db.business()).as("seed %d", seed).isEqualTo(before);
    }

    private Bench.Ended anything(Random random, List<UUID> contacts) {
        String contact = contacts.get(random.nextInt(contacts.size())).toString();
        String phone = "'phone': '30012300" + (10 + random.nextInt(20)) + "'";
        String tag = "'tag': '" + TAGS.get(random.nextInt(TAGS.size())) + "'";
        String id = "{'contactId': '" + contact + "'";
        return switch (random.nextInt(7)) {
            case 0 -> bench.call("crm.contact.update", id + ", " + phone + ", 'city': 'c" + random.nextInt(3) + "'}");
            case 1 -> bench.call("crm.contact.update", id + ", 'email': null, 'name': 'n" + random.nextInt(3) + "'}");
            case 2 -> bench.call("crm.contact.delete", id + "}");
            case 3 -> bench.call("crm.contact.restore", id + "}");
            case 4 -> bench.call("crm.tag.add", id + ", " + tag + "}");
            case 5 -> bench.call("crm.tag.remove", id + ", " + tag + "}");
            default -> {
                Bench.Ended made = bench.call(
                        "crm.contact.create",
                        "{'name': 'Eva', " + phone + ", 'tags': ['" + TAGS.get(random.nextInt(5)) + "']}");
                if (made.error() == null) {
                    contacts.add(Bench.id(made.outputs(), "contactId"));
                }
                yield made;
            }
        };
    }

    private Bench.Ended anyOrder(Random random, List<UUID> contacts, List<UUID> orders) {
        UUID contact = contacts.get(random.nextInt(contacts.size()));
        String id = "{'orderId': '" + orders.get(random.nextInt(orders.size())) + "'";
        String stage = ", 'status': '" + List.of("Nuevo", "Enviado", "Ganado").get(random.nextInt(3)) + "'";
        return switch (random.nextInt(8)) {
            case 0 -> bench.call("crm.order.update", id + ", 'contactId': '" + contact + "', 'carrier': null}");
            case 1 -> bench.call("crm.order.update", id + ", 'carrier': 'c" + random.nextInt(3) + "'}");
            case 2, 3 -> bench.call("crm.order.updateStatus", id + stage + "}");
            case 4 -> bench.call("crm.order.close", id + "}");
            case 5 -> bench.call("crm.order.archive", id + "}");
            case 6 -> known(orders, bench.call("crm.order.duplicate", id.replace("orderId", "sourceOrderId") + "}"));
            default ->
                known(
                        orders,
                        bench.call(
                                "crm.order.create",
                                Bench.of(contact, "'products': [{'name': 'x', 'quantity': 1, 'price': 1}]")));
        };
    }

    private static Bench.Ended known(List<UUID> orders, Bench.Ended made) {
        if (made.error() == null) {
            orders.add(Bench.id(made.outputs(), "orderId"));
        }
        return made;
    }
}
