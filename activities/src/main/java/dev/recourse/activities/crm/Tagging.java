package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.ContactTags;
import dev.recourse.db.crm.Tags;
import java.util.Optional;
import java.util.UUID;

/** Puts tags on contacts by name, making those that are missing. */
final class Tagging {
    /** A page of a hundred contacts that all have as many still fits one answer. */
    private static final int MAX_TAGS = 100;

    private static final int TRIES = 3;

    private final Tags tags;
    private final ContactTags contactTags;

    Tagging(Tx tx) {
        this.tags = tx.table(Tags.class);
        this.contactTags = tx.table(ContactTags.class);
    }

    /**
     * A tag that is on its contact now.
     *
     * @param added whether it was not before
     * @param made whether there was no such tag before
     */
    record Put(Tags.Row tag, boolean added, boolean made) {}

    /** Puts a tag on a contact that this transaction holds. */
    Put put(UUID contact, TagName name) {
        Put made = tag(name);
        boolean added = contactTags.attach(contact, made.tag.id());
        if (added && contactTags.count(contact) > MAX_TAGS) {
            throw ToolFailure.precondition("TOO_MANY_TAGS").with("max", MAX_TAGS);
        }
        return new Put(made.tag, added, made.made);
    }

    /** Others may make the tag, or take theirs back, between our two looks. */
    private Put tag(TagName name) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Tags.Row> found = tags.find(name.key());
            if (found.isPresent()) {
                return new Put(found.get(), false, false);
            }
            Optional<Tags.Row> made = tags.add(UuidCreator.getTimeOrderedEpoch(), name.shown(), name.key());
            if (made.isPresent()) {
                return new Put(made.get(), false, true);
            }
        }
        throw ToolFailure.conflict("BUSY").mayRetry();
    }
}
