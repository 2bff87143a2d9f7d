package dev.recourse.db.workspace;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Who calls, as the database knows them: but for the source, nothing here is the caller's own claim.
 *
 * @param principal {@code user:<handle>} or {@code key:<public id>}
 * @param permissions all that they may; empty means nothing
 * @param locale of the workspace: the language they are answered in
 * @param region how a phone number without a country code is read, e.g. {@code CO}
 * @param source how the call came in, as its identity says: {@code cli}, {@code api}, {@code agent}, {@code ui} or {@code
 *     webhook}
 */
public record Caller(
        UUID workspace, String principal, Set<String> permissions, Locale locale, String region, String source) {

    public Caller {
        permissions = Set.copyOf(permissions);
    }

    /** The same, coming in another way. */
    public Caller from(String where) {
        return new Caller(workspace, principal, permissions, locale, region, where);
    }
}
