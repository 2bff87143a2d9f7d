package dev.recourse.activities.system;

import dev.recourse.activities.tool.Catalogue;

/** The tools of the module {@code system}. */
public final class SystemTools {

    private SystemTools() {}

    /** Adds them to a catalogue. */
    public static void tools(Catalogue.Builder to) {
        to.local(ExecutionTools.class, LocalExecutionTools::new).local(ApprovalTools.class, LocalApprovalTools::new);
    }
}
