package dev.recourse.db.workspace;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What a member may by their role, before their own exceptions. */
@SuppressWarnings("ImmutableEnumChecker") // Set.of and Set.copyOf are immutable; the checker sees only Set
enum Role {
    AGENT(Set.of(
            "contacts.view",
            "contacts.create",
            "contacts.edit",
            "orders.view",
            "orders.create",
            "orders.edit",
            "whatsapp.view",
            "whatsapp.send",
            "settings.view")),
    ADMIN(with(
            AGENT,
            "workspace.manage",
            "members.invite",
            "members.remove",
            "contacts.delete",
            "orders.delete",
            "settings.edit",
            "whatsapp.assign",
            "tools.audit.view",
            "tools.approve",
            "apikeys.manage")),
    OWNER(with(ADMIN, "workspace.delete", "members.change_role", "shell.run"));

    private final Set<String> permissions;

    Role(Set<String> permissions) {
        this.permissions = permissions;
    }

    private static Set<String> with(Role lower, String... more) {
        Set<String> all = new TreeSet<>(lower.permissions);
        all.addAll(Set.of(more));
        return Set.copyOf(all);
    }

    static Role of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    Set<String> permissions() {
        return permissions;
    }
}
