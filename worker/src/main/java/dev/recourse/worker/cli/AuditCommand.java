package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.worker.AuditQuery;
import dev.recourse.worker.Service;
import dev.recourse.worker.WrongUsage;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recourse audit}: the ledger. */
@Command(
        name = "audit",
        description = "Shows what was done: a row for every call, oldest first.",
        footer = {
            "",
            "Examples:",
            "  recourse audit --since 2h",
            "  recourse audit --session 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f --status error",
            "  recourse audit --tool crm.contact.create --limit 1000 -o jsonl | jq .inputs",
            "",
            "--session is asked for only when it is given here; RECOURSE_SESSION does not count."
        })
final class AuditCommand implements Callable<Integer> {
    private static final Set<String> STATUSES = Set.of("success", "error", "dry_run");

    @Mixin
    private final CommonOptions common;

    @Option(names = "--batch", paramLabel = "UUID", description = "Only this batch.")
    private @Nullable String batch;

    @Option(names = "--tool", paramLabel = "NAME", description = "Only this tool.")
    private @Nullable String tool;

    @Option(names = "--status", paramLabel = "S", description = "Only success, error or dry_run.")
    private @Nullable String status;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what started then or later: 2026-01-31, 2026-01-31T08:00, with or without a zone, or"
                    + " 90s, 15m, 2h, 7d ago.")
    private @Nullable String since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most so many, the newest. Default: " + AuditQuery.DEFAULT_LIMIT + ".")
    private int limit = AuditQuery.DEFAULT_LIMIT;

    @Option(names = "--stack", description = "With error_stack, for operators.")
    private boolean stack;

    AuditCommand(World world) {
        this.common = new CommonOptions(world, true);
    }

    @Override
    public Integer call() {
        AuditQuery query = query();
        return common.with(common.settings(), service -> {
            List<JsonNode> rows = service.audit(query);
            show(rows, service);
            if (rows.size() == limit) {
                common.note("The newest " + limit + "; there may be more: --limit, --since.");
            }
            return ExitCode.DONE;
        });
    }

    private void show(List<JsonNode> rows, Service service) {
        Output output = common.output();
        if (output.format() == Output.Format.jsonl) {
            StringBuilder lines = new StringBuilder();
            rows.forEach(row -> lines.append(Values.json(row)).append('\n'));
            output.print(lines.toString());
            return;
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode().addAll(rows);
        output.show(
                all,
                look -> wholeSession() ? SessionView.text(rows, look, service.pages()) : AuditView.text(rows, look));
    }

    /** One session with nothing left out is a story. */
    private boolean wholeSession() {
        return common.session() != null && batch == null && tool == null && status == null;
    }

    private AuditQuery query() {
        String session = common.session();
        return new AuditQuery(
                session == null ? null : Ids.parse("--session", session),
                batch == null ? null : Ids.parse("--batch", batch),
                tool,
                checkedStatus(),
                sinceWhen(),
                limit,
                stack);
    }

    private @Nullable String checkedStatus() {
        if (status == null || STATUSES.contains(status)) {
            return status;
        }
        throw new WrongUsage("--status is success, error or dry_run, not '" + Texts.oneLine(status) + "'"
                + Nearest.end(status, STATUSES));
    }

    private @Nullable Instant sinceWhen() {
        return since == null
                ? null
                : Since.parse(since, Clock.system(common.output().look().zone()));
    }
}
