package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Presenter;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolOutcome;
import dev.recourse.activities.tool.ToolSpec;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a person is told of each step of a batch, in one sentence. */
record BatchSaid(Batch batch, Catalogue catalogue, Locale locale) {

    String of(int index, BatchResult.Step step) {
        if (step.error() != null) {
            return step.error().message();
        }
        String done =
                step.outputs() == null ? null : done(batch.steps().get(index).tool(), step.outputs());
        return switch (step.state()) {
            case NOT_RUN -> text("NOT_RUN", Map.of());
            case UNDONE -> done == null ? text("TAKEN_BACK", Map.of()) : undone(step, done);
            case CONFLICT -> text("CONFLICT_SAID", Map.of("said", Objects.requireNonNullElse(done, "")));
            default -> Objects.requireNonNullElse(done, "");
        };
    }

    /** A step that changed nothing has nothing to take back, and a dry run says already that nothing changed. */
    private String undone(BatchResult.Step step, String done) {
        return step.effect() && !batch.dryRun() ? text("UNDONE_SAID", Map.of("said", done)) : done;
    }

    private String done(String tool, JsonNode outputs) {
        Optional<ToolSpec> spec = catalogue.find(tool).map(Tool::spec);
        ToolOutcome.Success success = new ToolOutcome.Success(outputs, batch.dryRun());
        return spec.map(known -> Presenter.present(known, success, locale).forUser())
                .orElse(tool);
    }

    private String text(String key, Map<String, Object> args) {
        return Messages.text(key, args, locale);
    }
}
