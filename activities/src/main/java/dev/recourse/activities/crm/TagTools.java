package dev.recourse.activities.crm;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.UUID;

/** What can be done with the tags of a contact. Tags go by name, whatever their case. */
@ActivityInterface
public interface TagTools {
    /** Puts a tag on a contact and makes the tag if there is none; a tag that is on it already stays. */
    @ActivityMethod(name = "crm.tag.add")
    Added add(TagOnContact tag);

    /** Takes a tag off a contact; one that is not on it stays off. */
    @ActivityMethod(name = "crm.tag.remove")
    Removed remove(TagOnContact tag);

    record TagOnContact(UUID contactId, String tag) {}

    /**
     * A contact with its tag.
     *
     * @param tag the tag's name as it is kept
     * @param added whether this call put it on
     * @param alreadyHadTag whether it was on before
     * @param tagCreated whether this call made the tag
     */
    record Added(UUID contactId, String tag, UUID tagId, boolean added, boolean alreadyHadTag, boolean tagCreated) {}

    /**
     * A contact without the tag.
     *
     * @param removed whether this call took it off
     * @param hadTag whether it was on before
     */
    record Removed(UUID contactId, String tag, boolean removed, boolean hadTag) {}

    /** A tag as it stands on a contact. */
    record Tag(UUID id, String name, String color) {}
}
