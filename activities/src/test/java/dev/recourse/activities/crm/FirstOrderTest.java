package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.Meanwhile;
import dev.recourse.db.ledger.Undo;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first order of a workspace makes its pipeline: once, whoever else is about to, and only for as long as needed. */
final class FirstOrderTest {
    private static final String PRODUCTS = "'products': [{'name': 'Camiseta', 'quantity': 1, 'price': 10}]";

    private final Bench bench = new Bench();
    private final UUID ana = bench.contact("Ana", "3001234567");
    private final UUID leo = bench.contact("Leo", "3007654321");

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void the_first_order_makes_the_pipeline_and_the_second_uses_it() {
        Bench.Ended first = order(ana);
        Bench.Ended second = order(ana);

        assertThat(first.outputs().path("pipelineCreated").asBoolean()).isTrue();
        assertThat(second.outputs().path("pipelineCreated").asBoolean(true)).isFalse();
        assertThat(bench.db.rows("select p.name, p.is_default, s.name, s.position, s.is_closed"
                        + " from pipeline_stages s join pipelines p on p.id = pipeline_id order by position"))
                .containsExactly(
                        "Ventas|t|Nuevo|0|f",
                        "Ventas|t|Confirmado|1|f",
                        "Ventas|t|Enviado|2|f",
                        "Ventas|t|Ganado|3|t",
                        "Ventas|t|Perdido|4|t");
    }

    @Test
    void of_two_first_orders_at_once_one_makes_the_pipeline_and_both_are_in_it() {
        List<Bench.Ended> both =
                bench.overlapping("crm.order.create", Bench.of(ana, PRODUCTS), Bench.of(leo, PRODUCTS));

        assertThat(both.get(0).outputs().path("pipelineCreated").asBoolean()).isTrue();
        assertThat(both.get(1).outputs().path("pipelineCreated").asBoolean(true))
                .isFalse();
        assertThat(both.get(1).outputs().at("/order/stageId"))
                .isEqualTo(both.get(0).outputs().at("/order/stageId"));
        assertOnePipeline();
    }

    @Test
    void of_many_first_orders_at_once_one_makes_the_pipeline() {
        List<CompletableFuture<Bench.Ended>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            UUID contact = bench.contact("Eva", "30055555" + (10 + i));
            calls.add(Meanwhile.doing(() -> order(contact)));
        }

        List<Bench.Ended> made = calls.stream().map(CompletableFuture::join).toList();

        assertThat(made).allMatch(each -> each.error() == null);
        assertThat(made.stream()
                        .filter(each -> each.outputs().path("pipelineCreated").asBoolean()))
                .hasSize(1);
        assertOnePipeline();
    }

    @Test
    void a_pipeline_that_others_use_since_stays_with_all_its_stages() {
        Bench.Ended first = order(ana);
        Bench.Ended second = order(leo);

        List<Undo.Obstacle> met = bench.takeBack(first.execution());

        assertThat(met).hasSize(6).extracting(Undo.Obstacle::reason).containsOnly("KEPT");
        assertThat(bench.db.cell("select count(*) from orders")).isEqualTo("1");
        UUID left = Bench.id(second.outputs(), "orderId");
        assertThat(bench.ok("crm.order.updateStatus", "{'orderId': '" + left + "', 'status': 'Ganado'}")
                        .path("updated")
                        .asBoolean())
                .isTrue();
        assertOnePipeline();
    }

    @Test
    void a_pipeline_that_is_just_being_used_stays() {
        Bench.Ended first = order(ana);

        List<Undo.Obstacle> met = bench.takeBackDuring(first.execution(), "crm.order.create", Bench.of(leo, PRODUCTS));

        assertThat(met).hasSize(6).extracting(Undo.Obstacle::reason).containsOnly("KEPT");
        assertOnePipeline();
    }

    @Test
    void a_pipeline_that_is_just_being_taken_back_is_made_anew() {
        Bench.Ended first = order(ana);

        Bench.Ended second = bench.whileTakingBack(first.execution(), "crm.order.create", Bench.of(leo, PRODUCTS));

        assertThat(second.outputs().path("pipelineCreated").asBoolean()).isTrue();
        assertThat(second.outputs().at("/order/pipelineId"))
                .isNotEqualTo(first.outputs().at("/order/pipelineId"));
        assertOnePipeline();
    }

    private Bench.Ended order(UUID contact) {
        return bench.call("crm.order.create", Bench.of(contact, PRODUCTS));
    }

    private void assertOnePipeline() {
        assertThat(bench.db.rows("select (select count(*) from pipelines), (select count(*) from pipeline_stages)"))
                .containsExactly("1|5");
    }
}
