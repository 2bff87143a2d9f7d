package dev.recourse.worker;

import dev.recourse.activities.crm.Crm;
import dev.recourse.activities.shell.Shell;
import dev.recourse.activities.system.SystemTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.activities.whatsapp.Whatsapp;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The tools this worker brings: one line a module. */
final class Tooling {

    /** Whom a call acts as that has no identity of its own, and a command on this machine. */
    static final String SERVICE_PRINCIPAL = "user:local";

    private Tooling() {}

    /** To be looked at, and for who sends nothing. */
    static Catalogue catalogue() {
        return builder().build();
    }

    /** With a way out for messages, and with those that an operator has to switch on. */
    static Catalogue catalogue(Settings settings, Post post) {
        Catalogue.Builder tools = builder(post);
        Path shell = settings.shell();
        if (shell != null) {
            Shell.tools(tools, shell);
        }
        return tools.build();
    }

    /** All of them, where others are to come beside them. */
    static Catalogue.Builder builder() {
        return builder(Post.none());
    }

    /** The same with a way out for messages. */
    static Catalogue.Builder builder(Post post) {
        Catalogue.Builder tools = Catalogue.builder();
        Crm.tools(tools);
        Whatsapp.tools(tools, post);
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
