-- Row images: every change of a tracked table is written to tool_changes in the transaction that makes it.
-- The functions run as recourse_capture, so no code of a tenant transaction can write, forge or skip an image.
set role recourse_owner;

-- Columns that say when and how often a row was touched. Undo neither compares nor restores them.
create function bookkeeping() returns text[] language sql immutable
  return array['version', 'updated_at'];
grant execute on function bookkeeping to recourse_app;

create table tracked_tables (
  table_name name primary key,
  shared     boolean not null default false
);
comment on column tracked_tables.shared is 'a row of it made by one execution may be used by others since (a tag): an undo then keeps it, and says so';
grant select on tracked_tables to recourse_app;

-- Starts the tracking of a table. One function per table: its statements are planned once, a generic one
-- would plan them at every call. A settings clause pins how values become text, whatever the session says.
create procedure track(target name, shared boolean default false) language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
begin
  execute format($f$
    create function %1$I() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
      set intervalstyle = 'iso_8601' set bytea_output = 'hex' set extra_float_digits = '1' as $b$
    declare
      tenant uuid := nullif(current_setting('recourse.workspace', true), '')::uuid;
      execution uuid := nullif(current_setting('recourse.execution', true), '')::uuid;
      touched bigint;
    begin
      if tenant is null or execution is null then
        raise exception 'a write to %% outside an execution', tg_table_name using errcode = 'RC001';
      end if;
      if tg_op = 'INSERT' then
        insert into ${schema}.tool_changes (workspace_id, execution_id, table_name, row_id, op, after)
        select n__.workspace_id, execution, %2$L, n__.id, 'insert', to_jsonb(n__) from new_rows n__;
      elsif tg_op = 'DELETE' then
        insert into ${schema}.tool_changes (workspace_id, execution_id, table_name, row_id, op, before)
        select o__.workspace_id, execution, %2$L, o__.id, 'delete', to_jsonb(o__) from old_rows o__;
      else
        -- by position, not by key: a row that is hit twice in one statement has two images
        insert into ${schema}.tool_changes (workspace_id, execution_id, table_name, row_id, op, before, after)
        select n__.workspace_id, execution, %2$L, o__.id, 'update', to_jsonb(o__) - 'nth__', to_jsonb(n__) - 'nth__'
        from (select row_number() over () nth__, x__.* from old_rows x__) o__
        join (select row_number() over () nth__, x__.* from new_rows x__) n__ using (nth__)
        order by nth__;
      end if;
      get diagnostics touched = row_count;
      if touched > 0 then
        insert into ${schema}.tool_writes (workspace_id, execution_id) values (tenant, execution)
        on conflict do nothing;
      end if;
      return null;
    end $b$ $f$, 'capture_' || target, target);
  execute format('create trigger capture_insert after insert on %I referencing new table as new_rows
                  for each statement execute function %I()', target, 'capture_' || target);
  execute format('create trigger capture_update after update on %I referencing old table as old_rows new table as new_rows
                  for each statement execute function %I()', target, 'capture_' || target);
  execute format('create trigger capture_delete after delete on %I referencing old table as old_rows
                  for each statement execute function %I()', target, 'capture_' || target);
  execute format('create trigger never_truncate before truncate on %I
                  for each statement execute function refuse_change()', target);
  execute format('alter function %I() owner to recourse_capture', 'capture_' || target);
  execute format('revoke execute on function %I() from public', 'capture_' || target);
  insert into tracked_tables values (target, shared);
end $$;
reset role;

-- Besides the membership of V1, handing a function to recourse_capture takes its right to own something here.
grant create on schema ${schema} to recourse_capture;
