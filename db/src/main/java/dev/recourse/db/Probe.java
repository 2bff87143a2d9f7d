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
              case when not row_security_active('recourse.contacts') then 'it is not active' end,
              case when exists (select from workspaces) then 'rows show without a workspace' end)
            """)
    String unsafe();
}
