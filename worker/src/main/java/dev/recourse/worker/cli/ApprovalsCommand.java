package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.worker.Service;
import dev.recourse.worker.WrongUsage;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse approvals}: what waits for somebody's approval, and the decision on it. */
@Command(
        name = "approvals",
        description = "Shows what waits for approval, and approves or rejects it.",
        footer = {
            "",
            "Examples:",
            "  recourse approvals",
            "  recourse approvals show 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f",
            "  recourse approvals approve 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f --note 'agreed with Ana'",
            "",
            "The first decision stands, and nobody decides on what they asked for: this command acts as",
            "the member 'approver', whom the embedded default has, or as the one that --as names."
        })
final class ApprovalsCommand implements Callable<Integer> {
    private static final Set<String> ACTIONS = Set.of("list", "show", "approve", "reject");
    private static final Pattern HANDLE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final String TOOL = "system.approval.decide";

    @Mixin
    private final CommonOptions common;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "list (default), show, approve or reject.")
    private String action = "list";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "The approval_id of the request.")
    private @Nullable String id;

    @Option(names = "--all", description = "With what is over: decided, expired or withdrawn.")
    private boolean all;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why it is decided so; whoever asked reads it.")
    private @Nullable String note;

    @Option(names = "--as", paramLabel = "HANDLE", description = "The member who decides. Default: approver.")
    private String handle = "approver";

    ApprovalsCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        UUID approval = checked();
        return common.with(common.settings(), service -> switch (action) {
            case "list" -> list(service);
            case "show" -> show(service, approval);
            default -> decide(service, approval);
        });
    }

    private @Nullable UUID checked() {
        if (!ACTIONS.contains(action)) {
            throw new WrongUsage("ACTION is list, show, approve or reject, not '" + Texts.oneLine(action) + "'"
                    + Nearest.end(action, ACTIONS));
        }
        if (action.equals("list")) {
            return null;
        }
        if (id == null) {
            throw new WrongUsage(
                    "Which one? recourse approvals " + action + " ID; recourse approvals shows what waits.");
        }
        if (!HANDLE.matcher(handle).matches()) {
            throw new WrongUsage(
                    "--as names a member by handle, such as approver, not '" + Texts.oneLine(handle) + "'.");
        }
        return Ids.parse("ID", id);
    }

    private ExitCode list(Service service) {
        List<JsonNode> found = service.approvals(null, !all);
        common.output()
                .show(JsonNodeFactory.instance.arrayNode().addAll(found), look -> ApprovalsView.list(found, look));
        return ExitCode.DONE;
    }

    private ExitCode show(Service service, @Nullable UUID approval) {
        JsonNode found = service.approvals(approval, false).get(0);
        common.output().show(found, look -> ApprovalsView.one(found, look));
        return ExitCode.DONE;
    }

    private ExitCode decide(Service service, @Nullable UUID approval) {
        if (approval == null) {
            throw new IllegalStateException("a decision on nothing");
        }
        return CallView.show(TOOL, service.decide(handle, approval, action, note), common.output());
    }
}
