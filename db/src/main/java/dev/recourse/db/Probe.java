package dev.recourse.db;

import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Asks PostgreSQL, before any work is taken, whether it will keep tenants apart. */
interface Probe {

    /** What is wrong, in words; empty when nothing is. */
    @SqlQuery("""
            select concat_ws('; ',
              case when current_user <> 'recourse_app' then 'transactions run as ' || current_user end,
              case when (select rolsuper or rolbypassrls from pg_roles where rolname = current_user)
                   then current_user || ' bypasses row security' end,
              (select 'it is not active on ' || string_agg(c.relname, ', ' order by c.relname)
               from pg_class c join pg_attribute a on a.attrelid = c.oid
               where c.relnamespace = 'recourse'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'workspace_id'
                 and not row_security_active(c.oid)),
              case when exists (select from workspaces) then 'rows show without a workspace' end)
            """)
    String unsafe();
}
