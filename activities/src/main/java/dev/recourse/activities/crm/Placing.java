package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Orders;
import dev.recourse.db.crm.PipelineStages;
import dev.recourse.db.crm.Pipelines;
import dev.recourse.db.workspace.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where orders go: finds pipelines and stages, and makes the first pipeline of a workspace. */
final class Placing {
    private static final String PIPELINE = "Ventas";
    private static final List<String> OPEN = List.of("Nuevo", "Confirmado", "Enviado");
    private static final List<String> CLOSED = List.of("Ganado", "Perdido");

    private static final int TRIES = 3;

    private final Caller caller;
    private final Pipelines pipelines;
    private final PipelineStages stages;
    private final Orders orders;

    Placing(Tx tx, Caller caller) {
        this.caller = caller;
        this.pipelines = tx.table(Pipelines.class);
        this.stages = tx.table(PipelineStages.class);
        this.orders = tx.table(Orders.class);
    }

    /**
     * A stage that stays until the transaction ends.
     *
     * @param made whether there was no pipeline before
     */
    record Place(UUID pipeline, PipelineStages.Row stage, boolean made) {}

    /**
     * Where a new order goes.
     *
     * @param pipeline null means the default one, which is made if there is none at all
     * @param nameOrId of the stage; null means the first
     * @throws ToolFailure {@code PIPELINE_NOT_FOUND}, {@code NO_PIPELINE}, {@code NO_STAGE} or {@code STAGE_NOT_FOUND}
     */
    Place place(@Nullable UUID pipeline, @Nullable String nameOrId) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Place> place = (pipeline == null ? standard() : Optional.of(known(pipeline)))
                    .map(found -> new Place(found.pipeline, stage(found.pipeline, nameOrId), found.made))
                    .filter(found -> stages.hold(found.stage.id()).isPresent());
            if (place.isPresent()) {
                return place.get();
            }
        }
        throw ToolFailure.conflict("BUSY").mayRetry();
    }

    /**
     * The stage of a pipeline with this name, whatever its case, or this id.
     *
     * @param nameOrId null means the first
     * @throws ToolFailure {@code NO_STAGE}, or {@code STAGE_NOT_FOUND} with those there are
     */
    PipelineStages.Row stage(UUID pipeline, @Nullable String nameOrId) {
        List<PipelineStages.Row> all = stages.of(pipeline);
        if (all.isEmpty()) {
            throw ToolFailure.precondition("NO_STAGE");
        }
        if (nameOrId == null) {
            return all.get(0);
        }
        String key = Line.key(nameOrId);
        return all.stream()
                .filter(stage ->
                        stage.nameKey().equals(key) || stage.id().toString().equals(key))
                .findFirst()
                .orElseThrow(() -> ToolFailure.notFound("STAGE_NOT_FOUND")
                        .with("stage", nameOrId)
                        .with("options", names(all))
                        .detail("stages", options(all)));
    }

    /**
     * What is worth a word about an order that has come to a stage.
     *
     * @param from where it was; null for a new one
     */
    List<OrderTools.Warning> warnings(UUID pipeline, PipelineStages.@Nullable Row from, PipelineStages.Row to) {
        List<OrderTools.Warning> warnings = new ArrayList<>();
        if (from != null && from.isClosed()) {
            warnings.add(warning("OUT_OF_CLOSED_STAGE", Map.of("stage", from.name())));
        }
        if (to.isClosed()) {
            warnings.add(warning("INTO_CLOSED_STAGE", Map.of("stage", to.name())));
        }
        if (to.wipLimit() != null) {
            int open = orders.open(pipeline, to.id());
            if (open > to.wipLimit()) {
                warnings.add(warning(
                        "WIP_LIMIT_EXCEEDED", Map.of("stage", to.name(), "count", open, "limit", to.wipLimit())));
            }
        }
        return warnings;
    }

    private OrderTools.Warning warning(String code, Map<String, Object> args) {
        return new OrderTools.Warning(code, Messages.text(code, args, caller.locale()));
    }

    /** A pipeline that was found or made. */
    private record Chosen(UUID pipeline, boolean made) {}

    /** What a refusal names as possible. */
    private record Option(UUID id, String name) {}

    private Chosen known(UUID pipeline) {
        return pipelines
                .find(pipeline)
                .map(row -> new Chosen(row.id(), false))
                .orElseThrow(() -> choosing(ToolFailure.notFound("PIPELINE_NOT_FOUND"), pipelines.all()));
    }

    /** The default pipeline; empty if somebody else has made it between our two looks. */
    private Optional<Chosen> standard() {
        List<Pipelines.Row> all = pipelines.all();
        if (all.isEmpty()) {
            return pipelines
                    .addDefault(UuidCreator.getTimeOrderedEpoch(), PIPELINE, Line.key(PIPELINE))
                    .map(this::furnished);
        }
        Pipelines.Row first = all.get(0);
        if (!first.isDefault()) {
            throw choosing(ToolFailure.precondition("NO_PIPELINE"), all);
        }
        return Optional.of(new Chosen(first.id(), false));
    }

    private Chosen furnished(Pipelines.Row made) {
        List<PipelineStages.Row> rows = new ArrayList<>();
        OPEN.forEach(name -> rows.add(stage(name, rows.size(), false)));
        CLOSED.forEach(name -> rows.add(stage(name, rows.size(), true)));
        stages.add(made.id(), rows);
        return new Chosen(made.id(), true);
    }

    private static PipelineStages.Row stage(String name, int position, boolean closed) {
        return new PipelineStages.Row(UuidCreator.getTimeOrderedEpoch(), name, Line.key(name), position, null, closed);
    }

    private static List<String> names(List<PipelineStages.Row> all) {
        return all.stream().map(PipelineStages.Row::name).toList();
    }

    private static List<Option> options(List<PipelineStages.Row> all) {
        return all.stream().map(each -> new Option(each.id(), each.name())).toList();
    }

    private static ToolFailure choosing(ToolFailure refusal, List<Pipelines.Row> all) {
        return refusal.detail(
                "pipelines",
                all.stream().map(each -> new Option(each.id(), each.name())).toList());
    }
}
