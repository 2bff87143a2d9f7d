package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.Catalogue;

/** The tools of the module {@code whatsapp}. */
public final class Whatsapp {

    private Whatsapp() {}

    /**
     * Adds them to a catalogue.
     *
     * @param post what those that send go through
     */
    public static void tools(Catalogue.Builder to, Post post) {
        to.local(ConversationTools.class, LocalConversationTools::new)
                .local(MessageTools.class, LocalMessageTools::new)
                .local(TemplateTools.class, LocalTemplateTools::new)
                .external(
                        SendingTools.class,
                        Sending.class,
                        (tx, caller, execution) -> new Sending(tx, caller, execution, post));
    }
}
