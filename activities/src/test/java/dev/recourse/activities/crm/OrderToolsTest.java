package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.db.ledger.Answer.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OrderToolsTest {
    private static final Bench BENCH = new Bench();
    private static final UUID ANA = BENCH.contact("Ana", "3001234567");
    private static final UUID LEO = BENCH.contact("Leo", "3007654321");
    private static final UUID GONE = BENCH.contact("Eva", "3005555555");
    private static final UUID SHIRT = UUID.randomUUID();
    private static final String ONE = "{'name': 'Camiseta', 'quantity': 1, 'price': 10}";
    private static final UUID ANY = order("");

    static {
        BENCH.ok("crm.contact.delete", Bench.of(GONE));
        BENCH.byHand(
                "insert into products (workspace_id, id, sku, title, price) values ('%s', '%s', 'CAM-1', 'Camiseta', 9)"
                        .formatted(Bench.A, SHIRT));
    }

    @AfterAll
    static void close() {
        BENCH.close();
    }

    // ---- create and read

    @Test
    void an_order_has_its_lines_and_their_sum() {
        JsonNode made = BENCH.ok("crm.order.create", Bench.of(ANA, """
                'products': [{'name': ' Camiseta  azul ', 'quantity': 3, 'price': '10000.10', 'productId': '%s'},
                             {'name': 'Envío', 'quantity': 1, 'price': 5000}],
                'notes': 'Entregar\\n\\n en la tarde ', 'shippingAddress': 'Calle 1', 'shippingCity': 'Cali',
                'shippingDepartment': 'Valle'""".formatted(SHIRT)));
        JsonNode order = made.path("order");

        assertThat(order.path("total").decimalValue()).isEqualTo("35000.30");
        assertThat(order.path("currency").asText()).isEqualTo("COP");
        assertThat(order.path("contactId").asText()).isEqualTo(ANA.toString());
        assertThat(order.path("description").asText()).isEqualTo("Entregar\n\n en la tarde");
        assertThat(order.path("shippingCity").asText()).isEqualTo("Cali");
        assertThat(order.at("/items").findValuesAsText("title")).containsExactly("Camiseta azul", "Envío");
        assertThat(order.at("/items").findValuesAsText("sku")).containsExactly("CAM-1", "null");
        assertThat(order.at("/items/0/unitPrice").decimalValue()).isEqualTo("10000.10");
        assertThat(order.at("/items/0/subtotal").decimalValue()).isEqualTo("30000.30");
        assertThat(order.at("/items/1/subtotal").decimalValue()).isEqualTo("5000.00");
        assertThat(order.path("version").asInt()).isEqualTo(1);
        assertThat(read(Bench.id(made, "orderId"))).isEqualTo(order);
    }

    @Test
    void a_new_order_is_in_the_first_stage_of_the_default_pipeline_unless_it_says_where() {
        assertThat(read(order("")).path("stageName").asText()).isEqualTo("Nuevo");
        assertThat(read(order(", 'stageName': ' cONFIRMADO '"))
                        .path("stageName")
                        .asText())
                .isEqualTo("Confirmado");
        UUID sent = stage("Enviado");
        assertThat(read(order(", 'stageName': '" + sent + "'")).path("stageId").asText())
                .isEqualTo(sent.toString());
        UUID other = pipeline(Bench.A, "Taller", "Recibido", "Listo");
        JsonNode order = read(order(", 'pipelineId': '" + other + "', 'stageName': 'LISTO'"));
        assertThat(order.path("pipelineName").asText()).isEqualTo("Taller");
        assertThat(order.path("stageName").asText()).isEqualTo("Listo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nuev", "%", "_____", "nuevo%", "Recibido", "   ", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"})
    void a_stage_that_the_pipeline_does_not_have_is_refused_with_those_it_has(String stage) {
        String before = BENCH.db.everything();
        for (Bench.Ended ended : List.of(create(", 'stageName': '" + stage + "'"), move(ANY, stage))) {
            assertThat(ended.code()).isEqualTo("STAGE_NOT_FOUND");
            assertThat(ended.refusal().type()).isEqualTo(ErrorType.NOT_FOUND);
            assertThat(ended.refusal().suggestion()).contains("Nuevo, Confirmado, Enviado, Ganado o Perdido");
            assertThat(ended.details().path("stages").findValuesAsText("name"))
                    .containsExactly("Nuevo", "Confirmado", "Enviado", "Ganado", "Perdido");
            assertThat(ended.details().at("/stages/0/id").asText())
                    .isEqualTo(stage("Nuevo").toString());
        }
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @Test
    void a_pipeline_that_is_not_there_or_empty_is_refused() {
        Bench.Ended unknown = create(", 'pipelineId': '" + UUID.randomUUID() + "'");
        Bench.Ended empty = create(", 'pipelineId': '" + pipeline(Bench.A, "Vacío") + "'");

        assertThat(unknown.code()).isEqualTo("PIPELINE_NOT_FOUND");
        assertThat(unknown.details().at("/pipelines/0/name").asText()).isEqualTo("Ventas");
        assertThat(empty.code()).isEqualTo("NO_STAGE");
        assertThat(empty.refusal().type()).isEqualTo(ErrorType.PRECONDITION_FAILED);
    }

    @Test
    void where_no_pipeline_is_the_default_one_has_to_be_named() {
        UUID contact = BENCH.contact(Bench.B, "Beatriz", "3001234567");
        UUID only = pipeline(Bench.B, "Taller", "Recibido");
        String products = "'products': [" + ONE + "]";

        Bench.Ended unnamed =
                BENCH.call(Bench.B, "crm.order.create", Bench.json(Bench.of(contact, products)), () -> {});
        JsonNode named =
                BENCH.ok(Bench.B, "crm.order.create", Bench.of(contact, products + ", 'pipelineId': '" + only + "'"));

        assertThat(unnamed.code()).isEqualTo("NO_PIPELINE");
        assertThat(unnamed.refusal().type()).isEqualTo(ErrorType.PRECONDITION_FAILED);
        assertThat(unnamed.details().at("/pipelines/0/id").asText()).isEqualTo(only.toString());
        assertThat(named.path("pipelineCreated").asBoolean(true)).isFalse();
    }

    @Test
    void whom_and_what_an_order_is_for_must_be_there() {
        assertThat(BENCH.call("crm.order.create", Bench.of(UUID.randomUUID(), "'products': [" + ONE + "]"))
                        .code())
                .isEqualTo("CONTACT_NOT_FOUND");
        assertThat(BENCH.call("crm.order.create", Bench.of(GONE, "'products': [" + ONE + "]"))
                        .code())
                .isEqualTo("CONTACT_ARCHIVED");
        Bench.Ended product = lines("{'name': 'x', 'quantity': 1, 'price': 1, 'productId': '%s'}".formatted(ANA));
        assertThat(product.code()).isEqualTo("PRODUCT_NOT_FOUND");
        assertThat(product.details().path("productId").asText()).isEqualTo(ANA.toString());
        Bench.Ended blank = lines(ONE + ", {'name': ' \u3164', 'quantity': 1, 'price': 1}");
        assertThat(blank.code()).isEqualTo("PRODUCT_NAME_REQUIRED");
        assertThat(blank.field()).isEqualTo("/products/1/name");
        for (String wrong : List.of(
                "",
                "{'name': 'x', 'quantity': 0, 'price': 1}",
                "{'name': 'x', 'quantity': 1.5, 'price': 1}",
                "{'name': 'x', 'quantity': 1, 'price': -1}",
                "{'name': 'x', 'quantity': 1000001, 'price': 1}",
                "{'name': 'x', 'quantity': 1, 'price': null}",
                "{'name': 'x', 'quantity': 1}")) {
            assertThat(lines(wrong).code()).as(wrong).isEqualTo("VALIDATION_ERROR");
        }
    }

    // ---- money

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "0, 0.00",
                "'0', 0.00",
                "0.1, 0.10",
                "0.01, 0.01",
                "'0.01', 0.01",
                "12.50, 12.50",
                "12.500, 12.50",
                "'12.500', 12.50",
                "1e2, 100.00",
                "9999999999.99, 9999999999.99",
                "'9999999999.99', 9999999999.99",
                "'007.5', 7.50",
                "0.0, 0.00",
                "1.0000000000000000, 1.00"
            })
    void a_price_is_a_number_or_text_with_two_decimals(String price, String kept) {
        JsonNode order = lines(line(1, price)).outputs().path("order");

        assertThat(order.at("/items/0/unitPrice").decimalValue()).isEqualTo(kept);
        assertThat(order.path("total").decimalValue()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.001",
                "'0.001'",
                "9.999",
                "1e-3",
                "'1e2'",
                "'-1'",
                "'+1'",
                "'1,50'",
                "' 1'",
                "'.5'",
                "'5.'",
                "'NaN'",
                "'10000000000'",
                "'$5'",
                "'١'",
                "9999999999.985"
            })
    void any_other_price_is_refused_by_its_place(String price) {
        Bench.Ended ended = lines(ONE + ", " + line(1, price));

        assertThat(ended.code()).isEqualTo("PRODUCT_PRICE_INVALID");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.VALIDATION_ERROR);
        assertThat(ended.field()).isEqualTo("/products/1/price");
    }

    @Test
    void no_total_is_greater_than_the_greatest_price() {
        assertThat(lines(line(1, "9999999999.98") + ", " + line(1, "0.01"))
                        .outputs()
                        .at("/order/total")
                        .decimalValue())
                .isEqualTo("9999999999.99");
        for (String over : List.of(
                line(1, "9999999999.98") + ", " + line(2, "0.01"), line(1_000_000, "9999999999.99"), line(2, "5e9"))) {
            Bench.Ended ended = lines(over);

            assertThat(ended.code()).isEqualTo("ORDER_TOTAL_TOO_LARGE");
            assertThat(ended.refusal().message()).contains("9999999999.99");
        }
    }

    @Test
    void any_lines_add_up_to_the_last_cent() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            List<String> lines = new ArrayList<>();
            BigDecimal sum = BigDecimal.ZERO;
            for (int n = 1 + random.nextInt(100); n > 0; n--) {
                BigDecimal price = BigDecimal.valueOf(random.nextLong(random.nextBoolean() ? 100 : 1_000_000), 2);
                int quantity = 1 + random.nextInt(random.nextBoolean() ? 9 : 999);
                lines.add(line(quantity, random.nextBoolean() ? price.toPlainString() : "'" + price + "'"));
                sum = sum.add(price.multiply(BigDecimal.valueOf(quantity)));
            }
            JsonNode order = lines(String.join(", ", lines)).outputs().path("order");

            assertThat(order.path("total").decimalValue()).as("seed %d", seed).isEqualTo(sum);
            assertThat(BENCH.db.cell(
                            "select sum(unit_price * quantity) = sum(subtotal) and sum(subtotal) = %s".formatted(sum)
                                    + " from order_products where order_id = '"
                                    + order.path("id").asText() + "'"))
                    .as("seed %d", seed)
                    .isEqualTo("t");
        }
    }

    // ---- update

    @Test
    void an_update_changes_what_is_given_and_says_what_changed() {
        UUID order = order(", 'notes': 'uno', 'shippingCity': 'Cali'");

        JsonNode updated = BENCH.ok("crm.order.update", ref(order, """
                'contactId': '%s', 'description': null, 'carrier': ' Servientrega ', 'trackingNumber': '12',
                'shippingCity': 'Cali', 'expectedVersion': 1""".formatted(LEO)));

        assertThat(updated.at("/changedFields"))
                .extracting(JsonNode::asText)
                .containsExactly("contactId", "description", "carrier", "trackingNumber");
        assertThat(updated.at("/order/contactId").asText()).isEqualTo(LEO.toString());
        assertThat(updated.at("/order/description").isNull()).isTrue();
        assertThat(updated.at("/order/carrier").asText()).isEqualTo("Servientrega");
        assertThat(updated.at("/order/shippingCity").asText()).isEqualTo("Cali");
        assertThat(updated.at("/order/version").asInt()).isEqualTo(2);
        assertThat(BENCH.ok("crm.order.update", ref(order, "'contactId': null"))
                        .at("/order/contactId")
                        .isNull())
                .isTrue();
    }

    @Test
    void an_update_to_what_is_there_changes_nothing() {
        UUID order = order(", 'notes': 'uno'");

        Bench.Ended ended = BENCH.call("crm.order.update", ref(order, "'description': ' uno', 'carrier': null"));

        assertThat(ended.outcome()).isEqualTo(Outcome.NONE);
        assertThat(ended.outputs().path("changedFields")).isEmpty();
        assertThat(ended.outputs().at("/order/version").asInt()).isEqualTo(1);
    }

    @Test
    void an_update_that_cannot_be_made_is_refused() {
        UUID order = order("");
        Bench.Ended stale = BENCH.call("crm.order.update", ref(order, "'carrier': 'x', 'expectedVersion': 7"));

        assertThat(stale.code()).isEqualTo("VERSION_CONFLICT");
        assertThat(stale.details().path("version").asInt()).isEqualTo(1);
        assertThat(BENCH.call("crm.order.update", ref(order)).code()).isEqualTo("NO_FIELDS_TO_UPDATE");
        assertThat(BENCH.call("crm.order.update", ref(order, "'expectedVersion': 1"))
                        .code())
                .isEqualTo("NO_FIELDS_TO_UPDATE");
        assertThat(BENCH.call("crm.order.update", ref(order, "'contactId': '" + GONE + "'"))
                        .code())
                .isEqualTo("CONTACT_ARCHIVED");
        assertThat(BENCH.call("crm.order.update", ref(order, "'contactId': '" + order + "'"))
                        .code())
                .isEqualTo("CONTACT_NOT_FOUND");
        assertThat(read(order).path("version").asInt()).isEqualTo(1);
    }

    @Test
    void of_two_updates_of_one_version_the_second_is_refused() {
        UUID order = order("");

        List<Bench.Ended> both = BENCH.overlapping(
                "crm.order.update",
                ref(order, "'carrier': 'uno', 'expectedVersion': 1"),
                ref(order, "'carrier': 'dos', 'expectedVersion': 1"));

        assertThat(both.get(0).error()).isNull();
        assertThat(both.get(1).code()).isEqualTo("VERSION_CONFLICT");
        assertThat(read(order).path("carrier").asText()).isEqualTo("uno");
    }

    @ParameterizedTest
    @CsvSource({
        "crm.order.read, orderId, ", "crm.order.update, orderId, ', \"carrier\": \"x\"'",
        "crm.order.updateStatus, orderId, ', \"status\": \"Nuevo\"'", "crm.order.close, orderId, ",
        "crm.order.archive, orderId, ", "crm.order.duplicate, sourceOrderId, "
    })
    void an_order_that_is_not_there_is_not_found(String tool, String field, @Nullable String more) {
        Bench.Ended ended =
                BENCH.call(tool, "{'" + field + "': '" + UUID.randomUUID() + "'" + (more == null ? "" : more) + "}");

        assertThat(ended.code()).isEqualTo("ORDER_NOT_FOUND");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.NOT_FOUND);
    }

    // ---- stages

    @Test
    void a_move_says_from_where_to_where_and_is_in_the_history() {
        UUID order = order("");

        JsonNode first = move(order, "ENVIADO").outputs();
        JsonNode second = move(order, stage("Confirmado").toString()).outputs();

        assertThat(first.path("previousStatus").asText()).isEqualTo("Nuevo");
        assertThat(first.path("newStatus").asText()).isEqualTo("Enviado");
        assertThat(Bench.id(first, "previousStageId")).isEqualTo(stage("Nuevo"));
        assertThat(Bench.id(first, "newStageId")).isEqualTo(stage("Enviado"));
        assertThat(first.path("updated").asBoolean()).isTrue();
        assertThat(first.at("/order/stageName").asText()).isEqualTo("Enviado");
        assertThat(first.at("/order/version").asInt()).isEqualTo(2);
        assertThat(second.at("/order/stageName").asText()).isEqualTo("Confirmado");
        assertThat(history(order))
                .containsExactly("Nuevo|Enviado|manual|user:ana|t", "Enviado|Confirmado|manual|user:ana|f");
    }

    @Test
    void a_move_to_where_it_is_changes_nothing() {
        UUID order = order("");
        Bench.Ended ended = BENCH.call(
                "crm.order.updateStatus",
                ref(order, "'status': 'nuevo', 'expectedStageId': '%s'".formatted(stage("Enviado"))));

        assertThat(ended.outcome()).isEqualTo(Outcome.NONE);
        assertThat(ended.outputs().path("updated").asBoolean(true)).isFalse();
        assertThat(ended.outputs().path("previousStatus").asText()).isEqualTo("Nuevo");
        assertThat(history(order)).isEmpty();
    }

    @Test
    void of_two_who_move_an_order_from_one_stage_at_once_one_does() {
        UUID order = order("");
        String from = ", 'expectedStageId': '" + stage("Nuevo") + "'";

        List<Bench.Ended> both = BENCH.overlapping(
                "crm.order.updateStatus",
                ref(order, "'status': 'Enviado'" + from),
                ref(order, "'status': 'Perdido'" + from));

        assertThat(both.get(0).error()).isNull();
        assertThat(both.get(1).code()).isEqualTo("STAGE_CONFLICT");
        assertThat(both.get(1).refusal().type()).isEqualTo(ErrorType.CONFLICT);
        assertThat(both.get(1).details().path("stageName").asText()).isEqualTo("Enviado");
        assertThat(Bench.id(both.get(1).details(), "stageId")).isEqualTo(stage("Enviado"));
        assertThat(history(order)).hasSize(1);
    }

    @Test
    void of_two_who_do_not_say_from_where_each_moves_it_from_where_it_is() {
        UUID order = order("");

        List<Bench.Ended> both = BENCH.overlapping(
                "crm.order.updateStatus", ref(order, "'status': 'Enviado'"), ref(order, "'status': 'Confirmado'"));

        assertThat(both.get(1).outputs().path("previousStatus").asText()).isEqualTo("Enviado");
        assertThat(history(order)).hasSize(2);
    }

    @Test
    void a_closed_stage_or_one_that_is_full_is_a_warning() {
        UUID pipeline = pipeline(Bench.A, "Avisos", "Cola", "Mesa", "Fin");
        BENCH.byHand("update pipeline_stages set wip_limit = 1 where name = 'Mesa'");
        BENCH.byHand("update pipeline_stages set is_closed = true where name = 'Fin'");
        String in = ", 'pipelineId': '" + pipeline + "'";
        UUID closed = order(in + ", 'stageName': 'Mesa'");
        BENCH.ok("crm.order.close", ref(closed));

        JsonNode fits = create(in + ", 'stageName': 'Mesa'").outputs();
        JsonNode full = create(in + ", 'stageName': 'mesa'").outputs();
        UUID other = order(in);
        JsonNode fuller = move(other, "Mesa").outputs();
        JsonNode into = move(other, "Fin").outputs();
        JsonNode again = move(other, "Fin").outputs();
        JsonNode out = move(other, "Mesa").outputs();
        JsonNode copied = BENCH.ok(
                "crm.order.duplicate",
                "{'sourceOrderId': '%s', 'targetStageId': '%s'}"
                        .formatted(other, out.path("newStageId").asText()));

        assertThat(codes(fits)).isEmpty();
        assertThat(codes(full)).containsExactly("WIP_LIMIT_EXCEEDED");
        assertThat(full.at("/warnings/0/message").asText())
                .isEqualTo("«Mesa» tiene 2 pedidos abiertos; su límite es 1.");
        assertThat(codes(fuller)).containsExactly("WIP_LIMIT_EXCEEDED");
        assertThat(codes(into)).containsExactly("INTO_CLOSED_STAGE");
        assertThat(codes(again)).isEmpty();
        assertThat(codes(out)).containsExactly("OUT_OF_CLOSED_STAGE", "WIP_LIMIT_EXCEEDED");
        assertThat(codes(copied)).containsExactly("WIP_LIMIT_EXCEEDED");
    }

    // ---- close, archive, duplicate

    @Test
    void closing_and_archiving_are_two_things_and_the_first_time_stays() {
        UUID order = order("");

        JsonNode closed = BENCH.ok("crm.order.close", ref(order));
        JsonNode archived = BENCH.ok("crm.order.archive", ref(order));
        Bench.Ended closedAgain = BENCH.call("crm.order.close", ref(order));
        Bench.Ended archivedAgain = BENCH.call("crm.order.archive", ref(order));

        assertThat(closed.path("alreadyClosed").asBoolean(true)).isFalse();
        assertThat(closed.at("/order/archivedAt").isNull()).isTrue();
        assertThat(archived.path("alreadyArchived").asBoolean(true)).isFalse();
        assertThat(archived.at("/order/closedAt")).isEqualTo(closed.path("closedAt"));
        assertThat(closedAgain.outcome()).isEqualTo(Outcome.NONE);
        assertThat(closedAgain.outputs().path("alreadyClosed").asBoolean()).isTrue();
        assertThat(closedAgain.outputs().path("closedAt")).isEqualTo(closed.path("closedAt"));
        assertThat(archivedAgain.outcome()).isEqualTo(Outcome.NONE);
        assertThat(archivedAgain.outputs().path("alreadyArchived").asBoolean()).isTrue();
        assertThat(archivedAgain.outputs().path("archivedAt")).isEqualTo(archived.path("archivedAt"));
        assertThat(read(order).path("version").asInt()).isEqualTo(3);
        assertThat(move(order, "Enviado").code()).isEqualTo("ORDER_ARCHIVED");
        assertThat(BENCH.call("crm.order.update", ref(order, "'carrier': 'x'")).code())
                .isEqualTo("ORDER_ARCHIVED");
    }

    @Test
    void a_copy_has_every_line_and_goes_where_it_is_told() {
        UUID target = pipeline(Bench.A, "Postventa", "Abierto", "Hecho");
        UUID order = Bench.id(
                lines(line(3, "0.10") + ", " + line(2, "'7.05'") + ", " + ONE).outputs(), "orderId");
        BENCH.ok("crm.order.update", ref(order, "'carrier': 'x', 'shippingCity': 'Cali', 'description': 'nota'"));
        JsonNode source = BENCH.ok("crm.order.archive", ref(order)).path("order");

        JsonNode made = BENCH.ok(
                "crm.order.duplicate", "{'sourceOrderId': '%s', 'targetPipelineId': '%s'}".formatted(order, target));
        JsonNode copy = made.path("order");

        assertThat(Bench.id(made, "orderId")).isNotEqualTo(order);
        assertThat(Bench.id(made, "sourceOrderId")).isEqualTo(order);
        assertThat(Bench.id(copy, "sourceOrderId")).isEqualTo(order);
        assertThat(copy.path("stageName").asText()).isEqualTo("Abierto");
        assertThat(copy.path("archivedAt").isNull()).isTrue();
        assertThat(copy.path("carrier").isNull()).isTrue();
        for (String same : List.of("contactId", "total", "currency", "description", "shippingCity")) {
            assertThat(copy.path(same)).as(same).isEqualTo(source.path(same));
        }
        for (String same : List.of("title", "unitPrice", "quantity", "subtotal")) {
            assertThat(copy.path("items").findValuesAsText(same))
                    .as(same)
                    .isEqualTo(source.path("items").findValuesAsText(same));
        }
        assertThat(BENCH.ok("crm.order.duplicate", "{'sourceOrderId': '" + order + "'}")
                        .at("/order/pipelineName")
                        .asText())
                .isEqualTo("Ventas");
    }

    @Test
    void a_copy_that_has_nowhere_to_go_is_refused() {
        String source = "{'sourceOrderId': '" + ANY + "', ";
        UUID elsewhere = pipeline(Bench.A, "Otra parte", "Aquí");
        UUID here = UUID.fromString(
                BENCH.db.cell("select id from pipeline_stages where pipeline_id = '" + elsewhere + "'"));

        assertThat(BENCH.call("crm.order.duplicate", source + "'targetPipelineId': '" + ANY + "'}")
                        .code())
                .isEqualTo("PIPELINE_NOT_FOUND");
        assertThat(BENCH.call("crm.order.duplicate", source + "'targetStageId': '" + here + "'}")
                        .code())
                .isEqualTo("STAGE_NOT_FOUND");
    }

    // ---- list

    @Test
    void the_list_has_what_is_asked_for_the_newest_first() {
        UUID contact = BENCH.contact("Sol", "3004444444");
        UUID pipeline = pipeline(Bench.A, "Lista", "Uno", "Dos");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            JsonNode made = BENCH.ok(
                    "crm.order.create",
                    Bench.of(
                            contact,
                            "'products': [" + ONE + "], 'pipelineId': '" + pipeline + "', 'stageName': '"
                                    + (i % 2 == 0 ? "Uno" : "Dos") + "'"));
            ids.add(0, made.path("orderId").asText());
        }
        BENCH.ok("crm.order.archive", "{'orderId': '" + ids.get(3) + "'}");
        List<String> active = new ArrayList<>(ids);
        active.remove(3);
        String of = "'contactId': '" + contact + "'";

        assertThat(listed("{" + of + "}")).isEqualTo(active);
        assertThat(listed("{'pipelineId': '" + pipeline + "'}")).isEqualTo(active);
        assertThat(listed("{" + of + ", 'includeArchived': true}")).isEqualTo(ids);
        assertThat(listed("{" + of + ", 'stageId': '"
                        + read(UUID.fromString(ids.get(0))).path("stageId").asText() + "'}"))
                .containsExactly(ids.get(0), ids.get(2), ids.get(4), ids.get(6));
        JsonNode second = BENCH.ok("crm.order.list", "{" + of + ", 'page': 2, 'pageSize': 4}");
        assertThat(second.path("orders").findValuesAsText("archivedAt")).containsExactly("null", "null");
        assertThat(second.path("total").asInt()).isEqualTo(6);
        assertThat(second.path("totalPages").asInt()).isEqualTo(2);
        assertThat(second.at("/orders/1")).isEqualTo(read(UUID.fromString(ids.get(6))));
        assertThat(listed("{'contactId': '" + UUID.randomUUID() + "'}")).isEmpty();
    }

    // ---- words of these tests

    private static Bench.Ended create(String more) {
        return BENCH.call("crm.order.create", Bench.of(ANA, "'products': [" + ONE + "]" + more));
    }

    private static UUID order(String more) {
        Bench.Ended ended = create(more);
        assertThat(ended.error()).isNull();
        return Bench.id(ended.outputs(), "orderId");
    }

    private static Bench.Ended lines(String lines) {
        return BENCH.call("crm.order.create", Bench.of(ANA, "'products': [" + lines + "]"));
    }

    private static String line(int quantity, String price) {
        return "{'name': 'x', 'quantity': " + quantity + ", 'price': " + price + "}";
    }

    private static Bench.Ended move(UUID order, String stage) {
        return BENCH.call("crm.order.updateStatus", ref(order, "'status': '" + stage + "'"));
    }

    private static JsonNode read(UUID order) {
        return BENCH.ok("crm.order.read", ref(order)).path("order");
    }

    private static List<String> listed(String query) {
        List<String> ids = new ArrayList<>();
        BENCH.ok("crm.order.list", query)
                .path("orders")
                .forEach(order -> ids.add(order.path("id").asText()));
        return ids;
    }

    private static List<String> codes(JsonNode outputs) {
        return outputs.path("warnings").findValuesAsText("code");
    }

    private static List<String> history(UUID order) {
        return BENCH.db.rows("select p.name, n.name, source, actor, follows is null from order_stage_history h"
                + " join pipeline_stages p on p.id = previous_stage_id join pipeline_stages n on n.id = new_stage_id"
                + " where order_id = '" + order + "' order by changed_at, h.id");
    }

    private static UUID stage(String name) {
        return UUID.fromString(BENCH.db.cell("select s.id from pipeline_stages s join pipelines p on p.id = pipeline_id"
                + " where p.name = 'Ventas' and s.name = '" + name + "'"));
    }

    private static UUID pipeline(UUID workspace, String name, String... stages) {
        return BENCH.pipeline(workspace, name, stages);
    }

    private static String ref(UUID order) {
        return "{'orderId': '" + order + "'}";
    }

    private static String ref(UUID order, String more) {
        return "{'orderId': '" + order + "', " + more + "}";
    }
}
