package dev.recourse.activities.shell;

import dev.recourse.activities.tool.Catalogue;
import java.nio.file.Path;

/** The shell tool, for workers whose operator wants one. */
public final class Shell {

    private Shell() {}

    /**
     * Adds it to a catalogue.
     *
     * @param folder the only one that commands can write to: each workspace has its own in it, made when it is first
     *     needed
     */
    public static void tools(Catalogue.Builder to, Path folder) {
        Sandbox sandbox = Sandbox.on(folder);
        to.external(
                ShellTools.class,
                ShellErrands.class,
                (tx, caller, execution) -> new ShellErrands(sandbox.of(caller.workspace()), caller));
    }
}
