package dev.recourse.activities.crm;

import dev.recourse.activities.tool.Catalogue;

/** The tools of the module {@code crm}. */
public final class Crm {

    private Crm() {}

    /** Adds them to a catalogue. */
    public static void tools(Catalogue.Builder to) {
        to.local(ContactTools.class, LocalContactTools::new)
                .local(CustomFieldTools.class, LocalCustomFieldTools::new)
                .local(NoteTools.class, LocalNoteTools::new)
                .local(OrderTools.class, LocalOrderTools::new)
                .local(TagTools.class, LocalTagTools::new)
                .local(TaskTools.class, LocalTaskTools::new);
    }
}
