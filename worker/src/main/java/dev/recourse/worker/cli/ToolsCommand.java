package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse tools}: the catalogue. */
@Command(
        name = "tools",
        description = "Shows the tools, or everything about one.",
        footer = {
            "",
            "Examples:",
            "  recourse tools",
            "  recourse tools crm.contact.create",
            "  recourse tools --format openai --language en > tools.json",
            "",
            "With --format the answer is always JSON, as that interface takes it."
        })
final class ToolsCommand implements Callable<Integer> {
    /** Whose form of a tool is wanted. */
    enum Form {
        mcp,
        openai,
        anthropic
    }

    /** The languages there are. */
    enum Words {
        es,
        en
    }

    @Mixin
    private final CommonOptions common;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "One tool, such as crm.contact.create.")
    private @Nullable String name;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "As language models take it: ${COMPLETION-CANDIDATES}.")
    private @Nullable Form form;

    @Option(
            names = "--language",
            paramLabel = "LANGUAGE",
            description = "Of the descriptions: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Words language = Words.es;

    ToolsCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        return common.with(common.settings(), service -> {
            ArrayNode tools =
                    service.tools(name, form == null ? null : form.name(), Locale.forLanguageTag(language.name()));
            if (form == null) {
                common.output()
                        .show(
                                tools,
                                look -> name != null && tools.size() == 1
                                        ? ToolsView.one(tools.get(0), look)
                                        : ToolsView.list(tools, look));
            } else {
                common.output().json(tools);
            }
            return ExitCode.DONE;
        });
    }
}
