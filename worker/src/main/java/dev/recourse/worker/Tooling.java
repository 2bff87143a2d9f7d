package dev.recourse.worker;

import dev.recourse.activities.crm.Crm;
import dev.recourse.activities.shell.Shell;
import dev.recourse.activities.system.SystemTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.ToolSpec;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The tools this worker brings: one line a module. */
final class Tooling {

    /** Whom a call acts as that has no identity of its own, and a command on this machine. */
    static final String SERVICE_PRINCIPAL = "user:local";

    private Tooling() {}

    /** Those of every worker. */
    static Catalogue catalogue() {
        return builder().build();
    }

    /** With those that an operator has to switch on. */
    static Catalogue catalogue(Settings settings) {
        Catalogue.Builder tools = builder();
        Path shell = settings.shell();
        if (shell != null) {
            Shell.tools(tools, shell);
        }
        return tools.build();
    }

    /** All of them, where others are to come beside them. */
    static Catalogue.Builder builder() {
        Catalogue.Builder tools = Catalogue.builder();
        Crm.tools(tools);
        SystemTools.tools(tools);
        return tools;
    }

    static Set<String> everyPermission(Catalogue catalogue) {
        return catalogue.list().stream()
                .map(ToolSpec::permissions)
                .flatMap(permissions -> permissions.stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
