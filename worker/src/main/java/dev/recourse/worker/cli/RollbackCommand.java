package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse rollback}: undoes what was done, or shows what that would mean. */
@Command(
        name = "rollback",
        description = "Undoes an execution, a batch, an import or a whole session, newest first.",
        footer = {
            "",
            "Examples:",
            "  recourse rollback 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f --plan",
            "  recourse rollback 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f",
            "",
            "What somebody changed since is never overwritten: it is a conflict, shown with the value before,",
            "after and now, and exit code 3. 'recourse audit' shows the ids."
        })
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Parameters(
            index = "0",
            paramLabel = "ID",
            description = "The id of an execution, a batch, an import or a session.")
    private String id = "";

    @Option(names = "--plan", description = "Only shows what would be undone, what conflicts, what can't be undone.")
    private boolean plan;

    RollbackCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        UUID target = Ids.parse("ID", id);
        return common.with(common.settings(), service -> {
            ObjectNode answer = service.rollback(target, plan);
            common.output().show(answer, look -> RollbackView.text(answer, look));
            return ExitCode.ofRollback(answer);
        });
    }
}
