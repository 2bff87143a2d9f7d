package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code recourse migrate}: the schema only. */
@Command(
        name = "migrate",
        description = "Brings the database's schema up to this version; a second time changes nothing.",
        footer = {
            "",
            "Examples:",
            "  DATABASE_URL=postgresql://owner:password@db:5432/crm recourse migrate",
            "  recourse migrate -o json"
        })
final class MigrateCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    MigrateCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        return common.with(common.settings(), service -> {
            int applied = service.migrate();
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("status", "success").put("migrations", applied);
            common.output().show(answer, look -> text(applied));
            return ExitCode.DONE;
        });
    }

    static String text(int applied) {
        return applied == 0 ? "The schema is up to date.\n" : Values.count(applied, "migration") + " applied.\n";
    }
}
