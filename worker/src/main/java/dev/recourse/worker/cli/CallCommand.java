package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.worker.WrongUsage;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse call}: one call of one tool. */
@Command(
        name = "call",
        description = "Calls one tool, once, with a row in the ledger.",
        footer = {
            "",
            "Examples:",
            "  recourse call crm.contact.create '{\"name\":\"Ana\",\"phone\":\"3001234567\"}' --dry-run",
            "  echo '{\"contactId\":\"…\",\"tag\":\"vip\"}' | recourse call crm.tag.add - -o json",
            "  recourse call crm.contact.create @ana.json --call-id 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f",
            "",
            "'recourse tools NAME' shows what a tool takes."
        })
final class CallCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final AskingOptions asking = new AskingOptions();

    @Parameters(index = "0", paramLabel = "TOOL", description = "Its name, such as crm.contact.create.")
    private String tool = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description = "The inputs: a JSON object, @FILE, or - for standard input. Default: {}.")
    private String inputs = "{}";

    @Option(names = "--dry-run", description = "Shows what would happen; nothing stays.")
    private boolean dryRun;

    @Option(
            names = "--call-id",
            paramLabel = "UUID",
            description = "An id of your choice: calling again with the same id does it once.")
    private @Nullable String callId;

    CallCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        UUID id = callId == null ? null : Ids.parse("--call-id", callId);
        JsonNode json = readInputs();
        return common.with(common.settings(), service -> {
            asking.tell(service);
            return CallView.show(tool, service.call(tool, json, dryRun, id), common.output());
        });
    }

    private JsonNode readInputs() {
        Source source = inputs.equals("-") || inputs.startsWith("@")
                ? Source.of(inputs.equals("-") ? inputs : inputs.substring(1), common.world())
                : new Source("The JSON argument", inputs.getBytes(StandardCharsets.UTF_8));
        JsonNode json = source.json().root();
        if (!json.isObject()) {
            throw new WrongUsage(source.name() + " is " + BatchFile.kind(json)
                    + "; a tool's inputs are an object such as {\"name\": \"Ana\"}.");
        }
        return json;
    }
}
