package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.WrongUsage;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse resolve}: says how a call ended of which nobody knew. */
@Command(
        name = "resolve",
        description = "Settles a call whose outcome is unknown: it happened after all, or it did not.",
        footer = {
            "",
            "Examples:",
            "  recourse resolve 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f applied --note 'it is on the customer''s phone'",
            "  recourse resolve 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f not-applied",
            "",
            "Look before you answer: the first answer stays. 'recourse audit --status error' shows what is unknown.",
            "A batch that stopped there stays as it is: 'recourse rollback BATCH' takes the rest of it back."
        })
final class ResolveCommand implements Callable<Integer> {
    private static final String TOOL = "system.execution.resolve";

    @Mixin
    private final CommonOptions common;

    @Parameters(index = "0", paramLabel = "EXECUTION", description = "The execution_id of the call.")
    private String execution = "";

    @Parameters(index = "1", paramLabel = "OUTCOME", description = "applied or not-applied.")
    private String outcome = "";

    @Option(names = "--note", paramLabel = "TEXT", description = "How you know; kept as evidence.")
    private @Nullable String note;

    ResolveCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        UUID id = Ids.parse("EXECUTION", execution);
        if (!List.of("applied", "not-applied", "not_applied").contains(outcome)) {
            throw new WrongUsage("OUTCOME is applied or not-applied, not '" + Texts.oneLine(outcome) + "'.");
        }
        ObjectNode inputs = JsonNodeFactory.instance
                .objectNode()
                .put("executionId", id.toString())
                .put("outcome", outcome.replace('-', '_'));
        if (note != null) {
            inputs.put("note", note);
        }
        return common.with(
                common.settings(),
                service -> CallView.show(TOOL, service.call(TOOL, inputs, false, null), common.output()));
    }
}
