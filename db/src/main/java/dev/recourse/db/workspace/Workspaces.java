package dev.recourse.db.workspace;

import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.db.Tx;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Makes workspaces and their members. */
public final class Workspaces {

    /** Calls that named no workspace they may use are recorded here, so that they are recorded. */
    public static final UUID SYSTEM = UUID.fromString("00000000-0000-0000-0000-00000000a0d1");

    private static final UUID DEFAULT = UUID.fromString("00000000-0000-0000-0000-0000000000d0");

    private Workspaces() {}

    /** What every database has: the reserved workspace. Does nothing where it is there. */
    public static void prepare(Database database) {
        database.in(Scope.of(SYSTEM), tx -> {
            tx.table(Statements.class).add(SYSTEM, "recourse-system", "Recourse");
            return tx.table(Statements.class).prepareMonths();
        });
    }

    /**
     * The workspace {@code default} and its owner {@code local}, where there is no workspace of that name, and in ours the
     * {@code approver} beside it: nobody approves what they asked for.
     */
    public static void prepareDefault(Database database) {
        Optional<UUID> known = database.workspace("default");
        if (known.isEmpty()) {
            create(database, DEFAULT, "default", "Default");
            addMember(database, DEFAULT, "local", "owner");
        }
        if (known.isEmpty() || known.get().equals(DEFAULT)) {
            addMember(database, DEFAULT, "approver", "admin");
        }
    }

    /** Makes a workspace; does nothing where its id or slug is there. */
    public static void create(Database database, UUID id, String slug, String name) {
        database.in(Scope.of(id), tx -> tx.table(Statements.class).add(id, slug, name));
    }

    /** Lets somebody act in a workspace, as {@code owner}, {@code admin} or {@code agent}. */
    public static void addMember(Database database, UUID workspace, String handle, String role) {
        database.in(Scope.of(workspace), tx -> members(tx).addMember(UUID.randomUUID(), handle, role));
    }

    private static Statements members(Tx tx) {
        return tx.table(Statements.class);
    }

    /** The statements behind it. */
    interface Statements {

        @SqlUpdate("insert into workspaces (id, slug, name) values (:id, :slug, :name) on conflict do nothing")
        int add(@Bind("id") UUID id, @Bind("slug") String slug, @Bind("name") String name);

        @SqlUpdate("""
                insert into workspace_members (workspace_id, id, handle, role)
                values (nullif(current_setting('recourse.workspace'), '')::uuid, :id, :handle, :role)
                on conflict do nothing
                """)
        int addMember(@Bind("id") UUID id, @Bind("handle") String handle, @Bind("role") String role);

        @SqlUpdate("select prepare_months()")
        int prepareMonths();
    }
}
