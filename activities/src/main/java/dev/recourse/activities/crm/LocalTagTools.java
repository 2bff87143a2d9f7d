package dev.recourse.activities.crm;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.ContactTags;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.crm.Tags;
import dev.recourse.db.workspace.Caller;
import java.util.UUID;

/** Tags on contacts, in one transaction of one caller. */
final class LocalTagTools implements TagTools {
    private final Contacts contacts;
    private final Tags tags;
    private final ContactTags contactTags;
    private final Tagging tagging;

    LocalTagTools(Tx tx, Caller caller) {
        this.contacts = tx.table(Contacts.class);
        this.tags = tx.table(Tags.class);
        this.contactTags = tx.table(ContactTags.class);
        this.tagging = new Tagging(tx);
    }

    @Override
    public Added add(TagOnContact in) {
        TagName name = TagName.of("/tag", in.tag());
        UUID contact = changeable(in.contactId());
        Tagging.Put put = tagging.put(contact, name);
        return new Added(contact, put.tag().name(), put.tag().id(), put.added(), !put.added(), put.made());
    }

    @Override
    public Removed remove(TagOnContact in) {
        TagName name = TagName.of("/tag", in.tag());
        UUID contact = changeable(in.contactId());
        Tags.Row tag = tags.find(name.key()).orElseThrow(() -> ToolFailure.notFound("TAG_NOT_FOUND"));
        boolean removed = contactTags.detach(contact, tag.id());
        return new Removed(contact, tag.name(), removed, removed);
    }

    private UUID changeable(UUID contact) {
        return LocalContactTools.changeable(contacts, contact).id();
    }
}
