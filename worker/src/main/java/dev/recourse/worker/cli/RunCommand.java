package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse run}: one batch. */
@Command(
        name = "run",
        description = "Runs a batch of calls: all of them or, unless the file says otherwise, none.",
        footer = {
            "",
            "Examples:",
            "  recourse run contacts.json --dry-run",
            "  recourse run contacts.json -o json",
            "  generate-batch | recourse run - --session 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f",
            "",
            "A batch file:",
            "  {\"atomic\": true,",
            "   \"calls\": [",
            "     {\"tool\": \"crm.contact.create\", \"inputs\": {\"name\": \"Ana\", \"phone\": \"3001234567\"}},",
            "     {\"tool\": \"crm.tag.add\", \"inputs\": {\"contactId\": \"$0.contactId\", \"tag\": \"vip\"}}]}",
            "",
            "A bare list is read as calls. Also known: batch_id, agent_session_id, workspace_id, dry_run,",
            "on_error (stop, continue), allow_irreversible, isolation (steps, transaction)."
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final AskingOptions asking = new AskingOptions();

    @Parameters(index = "0", paramLabel = "FILE|-", description = "The batch file, or - for standard input.")
    private String file = "";

    @Option(names = "--dry-run", description = "Runs everything against the real constraints; nothing stays.")
    private boolean dryRun;

    RunCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        ObjectNode batch = Source.of(file, common.world()).batch();
        Settings settings = settings(batch);
        return common.with(settings, service -> {
            batch.put("dry_run", dryRun || batch.path("dry_run").asBoolean());
            batch.put("agent_session_id", service.session().toString());
            batch.put("workspace_id", settings.workspace());
            asking.tell(service);
            ObjectNode answer = service.run(batch);
            common.output().show(answer, look -> BatchView.text(answer, look));
            return ExitCode.ofBatch(answer);
        });
    }

    /** What the batch file says is more particular than the environment, but a flag wins. */
    private Settings settings(ObjectNode batch) {
        return common.settings()
                .in(
                        common.saysWorkspace() ? null : BatchFile.workspace(batch),
                        common.saysSession() ? null : BatchFile.session(batch));
    }
}
