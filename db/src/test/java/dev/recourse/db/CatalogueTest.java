package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every table, view, policy and function of the schema must be like, asked of PostgreSQL's own catalogue: a table
 * that somebody adds and forgets to isolate or to track turns this red.
 */
final class CatalogueTest {

    /** Kept by the door or about it, not by tools: nobody undoes these, so they have no images. */
    private static final String BOOKKEEPING = "'workspaces', 'workspace_members', 'api_keys', 'agent_sessions',"
            + " 'tool_claims', 'tool_executions', 'tool_batches', 'tool_resolutions', 'tool_limits', 'tool_admissions',"
            + " 'whatsapp_lines', 'whatsapp_templates', 'messages', 'message_statuses', 'conversation_reads',"
            + " 'approvals', 'approval_decisions'";

    private static final String LEDGER =
            "'tool_claims', 'tool_executions', 'tool_batches', 'tool_resolutions', 'tool_changes', 'tool_writes',"
                    + " 'approvals', 'approval_decisions'";

    private static final String TENANT = """
            (select c.oid, c.relname, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
               case c.relname when 'workspaces' then 'id' else 'workspace_id' end as tenant_column
             from pg_class c
             where c.relnamespace = 'recourse'::regnamespace and c.relkind in ('r', 'p')
               and (c.relname = 'workspaces' or c.relispartition
                    or exists (select from pg_attribute where attrelid = c.oid and attname = 'workspace_id')))""";

    private static final String TRACKED =
            "(select c.oid, c.relname from tracked_tables t join pg_class c on c.oid = t.table_name::text::regclass)";

    /** Rule by what it finds wrong, one line each. */
    private static final Map<String, String> RULES = new LinkedHashMap<>();

    static {
        rule(
                "row security is on and forced",
                "select relname from {tenant} t where not (relrowsecurity and relforcerowsecurity)");
        rule("one policy covers every verb for the application", """
                select relname from {tenant} t where not relispartition and not exists (
                  select from pg_policy p where p.polrelid = t.oid and p.polcmd = '*' and p.polpermissive
                    and 'recourse_app'::regrole = any (p.polroles)
                    and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
                    and pg_get_expr(p.polqual, p.polrelid) like '(' || tenant_column || ' = %recourse.workspace%')
                """);
        rule("no other policy lets the application in", """
                select p.polname || ' on ' || p.polrelid::regclass from pg_policy p
                where p.polname <> 'tenant' and p.polroles && array['recourse_app'::regrole, 0]::oid[]
                """);
        rule("policies call nothing volatile", """
                select p.polname || ' on ' || p.polrelid::regclass from pg_policy p
                cross join lateral regexp_matches(concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)), '(\\w+)\\(', 'g') call
                join pg_proc f on f.proname = call[1] and f.provolatile = 'v'
                """);
        rule("partitions are reached through their parent alone", """
                select c.relname || ' ' || a.grantee::regrole from pg_class c, aclexplode(c.relacl) a
                where c.relispartition and c.relnamespace = 'recourse'::regnamespace and a.grantee <> c.relowner
                """);
        rule("views ask with the rights of whoever asks", """
                select relname from pg_class c where relnamespace = 'recourse'::regnamespace and (relkind = 'm'
                  or relkind = 'v' and not coalesce(reloptions, '{}') @> array['security_invoker=true'])
                """);
        rule("references between tenants' tables carry the workspace", """
                select conname from pg_constraint k join {tenant} t on t.oid = k.conrelid
                where contype = 'f' and not exists (select from pg_attribute a
                  where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.attname = t.tenant_column)
                """);
        rule("keys carry the workspace", """
                select i.indexrelid::regclass::text from pg_index i join {tenant} t on t.oid = i.indrelid
                where i.indisunique and i.indexrelid::regclass::text <> 'workspaces_slug_key' and not exists (
                  select from pg_attribute a
                  where a.attrelid = i.indrelid and a.attnum = any (i.indkey) and a.attname = t.tenant_column)
                """);
        rule("functions that act for their owner are the ones we know", """
                select proname from pg_proc where pronamespace = 'recourse'::regnamespace and prosecdef
                  and proname not in ('workspace_id', 'prepare_months')
                  and proname not in (select 'capture_' || table_name from tracked_tables)
                """);
        rule("functions do not believe the caller's search path", """
                select proname from pg_proc where pronamespace = 'recourse'::regnamespace
                  and proname not in ('enter', 'admit') -- these two are what sets it
                  and prosqlbody is null and not coalesce(array_to_string(proconfig, ',') like '%search_path=%', false)
                """);
        rule("temporary objects come last in every search path", """
                select proname from pg_proc where pronamespace = 'recourse'::regnamespace
                  and array_to_string(proconfig, ';') ~ 'search_path=' and array_to_string(proconfig, ';') !~ 'search_path=[^;]*pg_temp($|;)'
                """);
        rule("nothing may be executed by everybody", """
                select proname from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                where pronamespace = 'recourse'::regnamespace and a.grantee = 0
                """);
        rule("everything belongs to the owner, and the capture functions to capture", """
                select relname || ' ' || relowner::regrole from pg_class
                where relnamespace = 'recourse'::regnamespace and relowner <> 'recourse_owner'::regrole
                  and relname not like 'flyway_schema_history%'
                union all
                select proname || ' ' || proowner::regrole from pg_proc
                where pronamespace = 'recourse'::regnamespace
                  and proowner <> case when prosecdef and prorettype = 'trigger'::regtype then 'recourse_capture' else 'recourse_owner' end::regrole
                union all
                select nspname from pg_namespace where nspname = 'recourse' and nspowner <> 'recourse_owner'::regrole
                """);
        rule("the roles of a transaction can do no more than they are granted", """
                select rolname from pg_roles where rolname in ('recourse_app', 'recourse_capture', 'recourse_owner')
                  and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication)
                union all
                select member::regrole || ' in ' || roleid::regrole from pg_auth_members
                where member in ('recourse_app'::regrole, 'recourse_capture'::regrole)
                union all
                select 'recourse_app may create' where has_schema_privilege('recourse_app', 'recourse', 'create')
                """);
        rule("the ledger is written once", """
                select relname || ' ' || verb from pg_class, unnest(array['update', 'delete', 'truncate', 'trigger', 'references']) verb
                where relnamespace = 'recourse'::regnamespace and (relname in ({ledger}) or relispartition) and (
                  has_table_privilege('recourse_app', oid, verb) or has_table_privilege('recourse_capture', oid, verb)
                  or verb = 'update' and (has_any_column_privilege('recourse_app', oid, verb) or has_any_column_privilege('recourse_capture', oid, verb)))
                union all
                select relname || ' has no guard' from pg_class where relnamespace = 'recourse'::regnamespace and relname in ({ledger})
                  and 2 <> (select count(*) from pg_trigger where tgrelid = pg_class.oid and tgname in ('insert_only', 'never_truncate') and tgenabled = 'O')
                union all
                select relname || ' has no guard' from pg_class where relnamespace = 'recourse'::regnamespace and relispartition and relkind = 'r'
                  and 2 <> (select count(*) from pg_trigger where tgrelid = pg_class.oid and tgname in ('insert_only', 'never_truncate') and tgenabled = 'O')
                """);
        rule("evidence is the database's own word", """
                select table_name || '.' || column_name from (values
                  ('tool_executions', 'tx'), ('tool_executions', 'created_at'), ('tool_writes', 'execution_id'), ('tool_changes', 'after'),
                  ('approvals', 'requested_by'), ('approvals', 'requested_at'),
                  ('approval_decisions', 'decided_by'), ('approval_decisions', 'decided_at')) forged (table_name, column_name)
                where has_column_privilege('recourse_app', 'recourse.' || table_name, column_name, 'insert')
                   or column_name = 'tx' and has_column_privilege('recourse_capture', 'recourse.tool_writes', 'tx', 'insert')
                """);
        rule("what the application may write is tracked or known as bookkeeping", """
                select relname from pg_class c where relnamespace = 'recourse'::regnamespace and relkind in ('r', 'p', 'v', 'f')
                  and (has_any_column_privilege('recourse_app', oid, 'insert, update') or has_table_privilege('recourse_app', oid, 'delete'))
                  and relname not in ({bookkeeping}) and relname not in (select table_name from tracked_tables)
                """);
        rule("tracked tables have the capture of all three verbs, a guard, and no other trigger", """
                select relname || ' ' || coalesce(wanted.name, tgname) from {tracked} t
                cross join lateral (
                  select w.name, g.tgname from (values ('capture_insert', 4), ('capture_update', 16), ('capture_delete', 8), ('never_truncate', 34)) w (name, type)
                  full join (select tgname, tgtype, tgfoid, tgenabled, tgqual from pg_trigger where tgrelid = t.oid and not tgisinternal) g
                    on g.tgname = w.name and g.tgtype = w.type and g.tgenabled = 'O' and g.tgqual is null
                    and g.tgfoid = ('recourse.' || case w.name when 'never_truncate' then 'refuse_change' else 'capture_' || t.relname end)::regproc
                  where w.name is null or g.tgname is null) wanted
                """);
        rule("tracked tables have the key (workspace_id, id)", """
                select relname from {tracked} t where not exists (select from pg_constraint k where conrelid = t.oid and contype = 'p'
                  and pg_get_constraintdef(k.oid) = 'PRIMARY KEY (workspace_id, id)')
                """);
        rule("references of tracked tables can be deferred and cascade nowhere", """
                select conname from pg_constraint k join {tracked} t on t.oid = k.conrelid
                where contype = 'f' and (confdeltype <> 'a' or confupdtype <> 'a' or not condeferrable and confrelid in (select oid from {tracked} x))
                """);
        rule("whoever refers to a tracked table is tracked", """
                select conname from pg_constraint k where contype = 'f' and confrelid in (select oid from {tracked} t)
                  and conrelid not in (select oid from {tracked} t)
                """);
        rule("tracked tables have no column that an image gets wrong", """
                select relname || '.' || attname from {tracked} t join pg_attribute a on a.attrelid = t.oid and attnum > 0 and not attisdropped
                join pg_type y on y.oid = a.atttypid
                where attidentity <> '' or attgenerated <> '' or y.typname in ('json', 'xml', 'float4', 'float8', 'money')
                  or y.typcategory = 'A' -- an array's lower bound is lost
                  or y.typname = 'jsonb' and (not attnotnull or not exists (select from pg_constraint k
                     where k.conrelid = t.oid and contype = 'c' and pg_get_constraintdef(k.oid) = 'CHECK ((jsonb_typeof(' || attname || ') = ''object''::text))'))
                """);
        rule("tracked tables are plain: no children, no rules", """
                select relname from {tracked} t where exists (select from pg_inherits where t.oid in (inhrelid, inhparent))
                  or exists (select from pg_rewrite where ev_class = t.oid) or exists (select from pg_class where oid = t.oid and relkind <> 'r')
                """);
    }

    private static final TestDatabase DB = TestDatabase.fresh();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void the_schema_breaks_no_rule() throws SQLException {
        try (Connection superuser = DB.superuser()) {
            for (String rule : RULES.keySet()) {
                assertThat(broken(superuser, rule)).as(rule).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            row security is on and forced | alter table contacts no force row level security
            row security is on and forced | alter table tool_changes_other disable row level security
            row security is on and forced | create table planted (workspace_id uuid, id uuid)
            one policy covers every verb for the application | drop policy tenant on tool_limits
            one policy covers every verb for the application | alter policy tenant on contacts using (true) with check (true)
            no other policy lets the application in | create policy open on contacts to recourse_app using (true)
            no other policy lets the application in | create policy open on contacts using (true)
            policies call nothing volatile | create policy slow on contacts to recourse_owner using (random() < 2)
            partitions are reached through their parent alone | grant select on tool_changes_other to recourse_app
            views ask with the rights of whoever asks | create view everybody as select * from contacts
            views ask with the rights of whoever asks | create materialized view everybody as select * from contacts
            references between tenants' tables carry the workspace | alter table contacts add unique (id); alter table tags add contact uuid references contacts (id)
            keys carry the workspace | create unique index oracle on contacts (phone)
            functions that act for their owner are the ones we know | create function peek() returns bigint security definer set search_path = pg_catalog, pg_temp language sql as 'select count(*) from recourse.contacts'
            functions do not believe the caller's search path | create function naive() returns int language sql as 'select 1'
            temporary objects come last in every search path | create function naive() returns int set search_path = recourse language sql as 'select 1'
            nothing may be executed by everybody | create function open() returns int return 1
            everything belongs to the owner, and the capture functions to capture | alter table tags owner to recourse_app
            everything belongs to the owner, and the capture functions to capture | alter function enter owner to recourse_app
            the roles of a transaction can do no more than they are granted | grant create on schema recourse to recourse_app
            the ledger is written once | grant update (outputs) on tool_executions to recourse_app
            the ledger is written once | alter table tool_claims disable trigger insert_only
            the ledger is written once | create table tool_changes_1999 partition of tool_changes for values from ('1999-01-01') to ('1999-02-01')
            evidence is the database's own word | grant insert (tx) on tool_executions to recourse_app
            evidence is the database's own word | grant insert on tool_writes to recourse_app
            evidence is the database's own word | grant insert (decided_by) on approval_decisions to recourse_app
            the ledger is written once | alter table approval_decisions disable trigger insert_only
            what the application may write is tracked or known as bookkeeping | create table notes (workspace_id uuid, id uuid); grant insert on notes to recourse_app
            tracked tables have the capture of all three verbs, a guard, and no other trigger | drop trigger capture_delete on tags
            tracked tables have the capture of all three verbs, a guard, and no other trigger | alter table tags disable trigger capture_update
            tracked tables have the capture of all three verbs, a guard, and no other trigger | create trigger touch before update on contacts for each row execute function suppress_redundant_updates_trigger()
            tracked tables have the key (workspace_id, id) | alter table contact_tags drop constraint contact_tags_pkey, add primary key (id, workspace_id)
            references of tracked tables can be deferred and cascade nowhere | alter table contact_tags drop constraint contact_tags_tag, add constraint contact_tags_tag foreign key (workspace_id, tag_id) references tags on delete cascade deferrable
            references of tracked tables can be deferred and cascade nowhere | alter table contact_tags alter constraint contact_tags_tag not deferrable
            whoever refers to a tracked table is tracked | create table notes (workspace_id uuid, contact uuid, foreign key (workspace_id, contact) references contacts)
            tracked tables have no column that an image gets wrong | alter table tags add words text[]
            tracked tables have no column that an image gets wrong | alter table tags add extra jsonb
            tracked tables have no column that an image gets wrong | alter table tags add n int generated always as identity
            tracked tables are plain: no children, no rules | create rule silent as on delete to tags do instead nothing
            """)
    void a_schema_that_breaks_a_rule_is_found_out(String rule, String sql) throws SQLException {
        try (Connection superuser = DB.superuser();
                Statement planted = superuser.createStatement()) {
            superuser.setAutoCommit(false);
            planted.execute(sql);

            assertThat(broken(superuser, rule)).isNotEmpty();

            superuser.rollback();
        }
    }

    /** What breaks a rule. */
    private static List<String> broken(Connection connection, String rule) throws SQLException {
        List<String> broken = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Objects.requireNonNull(RULES.get(rule), rule))) {
            while (row.next()) {
                broken.add(row.getString(1));
            }
        }
        return broken;
    }

    private static void rule(String name, String query) {
        RULES.put(
                name,
                query.replace("{tenant}", TENANT)
                        .replace("{tracked}", TRACKED)
                        .replace("{ledger}", LEDGER)
                        .replace("{bookkeeping}", BOOKKEEPING));
    }
}
