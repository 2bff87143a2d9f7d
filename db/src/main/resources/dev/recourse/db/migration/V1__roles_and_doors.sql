-- Who may do what, and how a transaction becomes a tenant's.
--   recourse_owner    owns every object; nobody logs in as it
--   recourse_app      what every tenant transaction runs as; owns nothing, never bypasses row security
--   recourse_capture  owns the functions that write row images; may only insert
-- Roles belong to the whole cluster, so two databases may create them at the same moment.
do $$
declare
  wanted text;
  -- from 16 on, making a role gives the right to grant it, not yet the right to act as it
  acting constant text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  foreach wanted in array array['recourse_owner', 'recourse_app', 'recourse_capture'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin nobypassrls', wanted);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- somebody else was faster
    end;
    if not pg_has_role(current_user, wanted, acting) then
      execute format('grant %I to current_user', wanted);
    end if;
  end loop;
  -- handing a function to recourse_capture takes membership; it says nothing where it is given already
  if not pg_has_role('recourse_owner', 'recourse_capture', acting) then
    begin
      grant recourse_capture to recourse_owner;
    exception when unique_violation then
      null;
    end;
  end if;
end $$;

-- Whoever is granted recourse_owner can migrate, not only the login that came first.
grant select, insert, update, delete on ${schema}.flyway_schema_history to recourse_owner;
grant usage on schema ${schema} to recourse_app, recourse_capture;
alter schema ${schema} owner to recourse_owner;

set role recourse_owner;
alter default privileges for role recourse_owner revoke execute on routines from public;

-- The first statement of every tenant transaction. Everything it sets ends with the transaction.
create function enter(
  workspace uuid, principal text, execution uuid, statement_timeout_ms int, transaction_timeout_ms int
) returns void language plpgsql volatile as $$
begin
  perform set_config('recourse.workspace', workspace::text, true),
          set_config('recourse.principal', coalesce(principal, ''), true),
          set_config('recourse.execution', coalesce(execution::text, ''), true),
          set_config('search_path', '${schema}, pg_temp', true),
          set_config('row_security', 'on', true),
          set_config('timezone', 'UTC', true),
          set_config('jit', 'off', true), -- our statements are short: compiling an undo took longer than the undo
          set_config('statement_timeout', greatest(statement_timeout_ms, 1)::text, true),
          set_config('lock_timeout', greatest(statement_timeout_ms / 2, 1)::text, true),
          set_config('idle_in_transaction_session_timeout', greatest(transaction_timeout_ms, 1)::text, true),
          set_config('role', 'recourse_app', true);
  if current_setting('server_version_num')::int >= 170000 then
    perform set_config('transaction_timeout', greatest(transaction_timeout_ms, 1)::text, true);
  end if;
end $$;
grant execute on function enter to recourse_app;

-- Puts a table behind row security: a row is visible, and may be written, only inside its own workspace.
create procedure isolate(target regclass, tenant_column name default 'workspace_id') language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  mine text := format('%I = nullif(current_setting(''recourse.workspace'', true), '''')::uuid', tenant_column);
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s to recourse_app, recourse_capture using (%s) with check (%s)',
                 target, mine, mine);
end $$;

-- Makes a table insert-only for every role, its owner included: the ledger is written once.
create function refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% is insert-only', tg_table_name using errcode = 'RC002';
end $$;

create procedure insert_only(target regclass) language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
begin
  execute format('create trigger insert_only before update or delete on %s
                  for each row execute function refuse_change()', target);
  execute format('create trigger never_truncate before truncate on %s
                  for each statement execute function refuse_change()', target);
end $$;
reset role;
