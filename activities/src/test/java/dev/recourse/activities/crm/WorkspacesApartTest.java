package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What belongs to another workspace is, to every tool, as if it were not there. */
final class WorkspacesApartTest {
    private static final Bench BENCH = new Bench();
    private static final String PHONE = "3001234567";
    private static final UUID THEIRS = BENCH.contact(Bench.B, "Beatriz", PHONE);

    private static final UUID THEIR_ORDER = Bench.id(
            BENCH.ok(
                    Bench.B,
                    "crm.order.create",
                    Bench.of(THEIRS, "'products': [{'name': 'secreto', 'quantity': 1, 'price': 1}]")),
            "orderId");
    private static final Map<String, UUID> THEIR_IDS = Map.of(
            "contactId",
            THEIRS,
            "orderId",
            THEIR_ORDER,
            "sourceOrderId",
            THEIR_ORDER,
            "noteId",
            Bench.id(BENCH.ok(Bench.B, "crm.note.create", Bench.of(THEIRS, "'content': 'secreto'")), "noteId"),
            "taskId",
            Bench.id(BENCH.ok(Bench.B, "crm.task.create", Bench.of(THEIRS, "'title': 'secreto'")), "taskId"));
    private static final UUID OUR_ORDER;

    static {
        BENCH.ok(Bench.B, "crm.tag.add", Bench.of(THEIRS, "'tag': 'secreta'"));
        UUID ana = Bench.id(
                BENCH.ok("crm.contact.create", "{'name': 'Ana', 'phone': '3000000001', 'tags': ['vip']}"), "contactId");
        OUR_ORDER = Bench.id(
                BENCH.ok("crm.order.create", Bench.of(ana, "'products': [{'name': 'x', 'quantity': 1, 'price': 1}]")),
                "orderId");
    }

    @AfterAll
    static void close() {
        BENCH.close();
    }

    static Stream<Arguments> tools_that_need_an_id() {
        return BENCH.catalogue.list().stream()
                .flatMap(spec -> THEIR_IDS.keySet().stream()
                        .filter(field -> spec.input(Locale.ENGLISH)
                                .path("required")
                                .toString()
                                .contains('"' + field + '"'))
                        .map(field -> Arguments.of(spec, field)));
    }

    @ParameterizedTest
    @MethodSource("tools_that_need_an_id")
    void anothers_id_is_answered_as_one_that_nobody_has(ToolSpec spec, String field) {
        String before = BENCH.db.everything();

        String theirs = refusal(spec, field, Objects.requireNonNull(THEIR_IDS.get(field)));
        String nobodys = refusal(spec, field, UUID.randomUUID());

        assertThat(theirs).isEqualTo(nobodys).contains("_NOT_FOUND");
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @Test
    void every_tool_but_six_needs_an_id() {
        assertThat(tools_that_need_an_id()).hasSize(BENCH.catalogue.list().size() - 6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "crm.order.update       | 'orderId': 'OURS', 'contactId': 'X'       | select id from contacts where name = 'Beatriz'",
                "crm.order.updateStatus | 'orderId': 'OURS', 'status': 'X'          | select id from pipeline_stages where workspace_id = 'B' and position = 1",
                "crm.order.duplicate    | 'sourceOrderId': 'OURS', 'targetPipelineId': 'X' | select id from pipelines where workspace_id = 'B'",
                "crm.order.duplicate    | 'sourceOrderId': 'OURS', 'targetStageId': 'X'    | select id from pipeline_stages where workspace_id = 'B' and position = 1"
            })
    void what_an_order_may_not_be_given_of_anothers_is_as_if_it_were_not_there(
            String tool, String inputs, String theirs) {
        String id = BENCH.db.cell(theirs.replace("'B'", "'" + Bench.B + "'"));
        String nobodys = UUID.randomUUID().toString();
        String before = BENCH.db.everything();
        String ours = "{" + inputs.replace("OURS", OUR_ORDER.toString()) + "}";

        String asked = json(BENCH.call(tool, ours.replace("X", id))).replace(id, "X");

        assertThat(asked)
                .contains("_NOT_FOUND")
                .isEqualTo(json(BENCH.call(tool, ours.replace("X", nobodys))).replace(nobodys, "X"));
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @Test
    void anothers_product_is_none() {
        UUID product = UUID.randomUUID();
        BENCH.byHand("insert into products (workspace_id, id, sku, title, price) values ('%s', '%s', 'S', 'S', 1)"
                .formatted(Bench.B, product));
        UUID ana = BENCH.contact("Ana", "3000000003");

        Bench.Ended theirs = BENCH.call(
                "crm.order.create",
                Bench.of(
                        ana, "'products': [{'name': 'x', 'quantity': 1, 'price': 1, 'productId': '" + product + "'}]"));

        assertThat(theirs.code()).isEqualTo("PRODUCT_NOT_FOUND");
    }

    @Test
    void anothers_orders_are_in_no_list() {
        String stage = BENCH.db.cell("select stage_id from orders where id = '" + THEIR_ORDER + "'");
        String pipeline = BENCH.db.cell("select pipeline_id from orders where id = '" + THEIR_ORDER + "'");

        assertThat(Json.write(BENCH.ok("crm.order.list", "{'includeArchived': true}")))
                .doesNotContain("secreto", THEIR_ORDER.toString());
        for (String filter : List.of(
                "'contactId': '" + THEIRS + "'", "'stageId': '" + stage + "'", "'pipelineId': '" + pipeline + "'")) {
            assertThat(BENCH.ok("crm.order.list", "{" + filter + "}")
                            .path("total")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void anothers_phone_is_free_and_nobody_has_it() {
        Bench.Ended find = BENCH.call("crm.contact.findByPhone", "{'phone': '" + PHONE + "'}");
        Bench.Ended findNobodys = BENCH.call("crm.contact.findByPhone", "{'phone': '3009999999'}");

        assertThat(json(find)).isEqualTo(json(findNobodys));
        UUID ours = BENCH.contact("Ana", PHONE);
        assertThat(ours).isNotEqualTo(THEIRS);
        BENCH.ok("crm.contact.delete", Bench.of(ours));
    }

    @Test
    void anothers_tag_cannot_be_seen_and_ours_of_that_name_is_another() {
        UUID ana = BENCH.contact("Ana", "3000000002");

        Bench.Ended theirs = BENCH.call("crm.tag.remove", Bench.of(ana, "'tag': 'secreta'"));
        Bench.Ended nobodys = BENCH.call("crm.tag.remove", Bench.of(ana, "'tag': 'ninguna'"));

        assertThat(json(theirs)).isEqualTo(json(nobodys)).contains("TAG_NOT_FOUND");
        assertThat(BENCH.ok("crm.contact.list", "{'tags': ['secreta']}")
                        .path("total")
                        .asInt())
                .isZero();
        JsonNode made = BENCH.ok("crm.tag.add", Bench.of(ana, "'tag': 'secreta'"));
        assertThat(made.path("tagCreated").asBoolean()).isTrue();
        assertThat(BENCH.db.cell("select count(*) from tags where name_key = 'secreta'"))
                .isEqualTo("2");
    }

    @Test
    void anothers_contacts_are_in_no_list() {
        assertThat(Json.write(BENCH.ok("crm.contact.list", "{}"))).doesNotContain("Beatriz", THEIRS.toString());
        assertThat(BENCH.ok("crm.contact.list", "{'search': 'beatriz'}")
                        .path("total")
                        .asInt())
                .isZero();
    }

    private static String refusal(ToolSpec spec, String field, UUID id) {
        ObjectNode inputs = (ObjectNode) spec.passes();
        inputs.put(field, id.toString());
        return json(BENCH.call(Bench.A, spec.name().toString(), inputs, () -> {}));
    }

    private static String json(Bench.Ended ended) {
        return Json.write(Json.tree(ended.refusal()));
    }
}
