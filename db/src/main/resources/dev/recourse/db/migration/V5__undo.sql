-- Undo from row images: takes back what one execution changed, or says what stands in the way.
set role recourse_owner;

-- An image as facts, one per column and one per key of a json object: what the comparison of three states needs.
create function facts(image jsonb) returns table (path text[], value jsonb) language sql immutable rows 20
  set search_path = pg_catalog, pg_temp as $$
  select case when inner_key is null then array[col] else array[col, inner_key] end,
         case when inner_key is null then v else inner_value end
  from jsonb_each(image) c (col, v)
  left join lateral jsonb_each(case when jsonb_typeof(v) = 'object' then v end) o (inner_key, inner_value) on true
  where jsonb_typeof(v) <> 'object' or inner_key is not null
$$;

-- The facts that a change touched: null before = was not there, null after = is no longer there.
create function touched(before jsonb, after jsonb) returns table (path text[], before jsonb, after jsonb)
  language sql immutable rows 5 set search_path = ${schema}, pg_catalog, pg_temp as $$
  select path, b.value, a.value
  from facts(touched.before) b full join facts(touched.after) a using (path)
  where b.value is distinct from a.value and path[1] <> all (bookkeeping())
$$;

-- Takes one change out of a row as it is now; facts the change did not touch stay, and so do those that moved on.
create function take_back(now jsonb, before jsonb, after jsonb, moved text[]) returns jsonb language plpgsql immutable
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  t record;
begin
  for t in select * from touched(take_back.before, take_back.after) where path::text <> all (moved) loop
    now := case when t.before is null then now #- t.path else jsonb_set(now, t.path, t.before) end;
  end loop;
  return now;
end $$;

create type obstacle as (
  table_name text, row_id uuid, reason text, field text, before jsonb, after jsonb, now jsonb
);
comment on type obstacle is 'reason KEPT is a note (a shared row others use since); every other reason is a conflict';

create type stray as (
  row_id uuid, created boolean, made boolean, gone boolean, before jsonb, after jsonb, now jsonb, moved text[], lost text
);
comment on type stray is
  'a row that is no longer as an execution left it, with its image before the execution, after it, and now; '
  'created: it was not there before; made: it was inserted, perhaps anew, so that taking it back removes the row as it is; '
  'moved: the facts that differ, and no step of the undo may go through; lost: columns it changed that are not there any more';

create function strays(target uuid, rows_of text) returns setof stray language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
  set intervalstyle = 'iso_8601' set bytea_output = 'hex' set extra_float_digits = '1' as $$
begin
  return query execute format($q$
    with image as (
      select i.row_id, max(seq) as last, bool_or(op = 'insert') as made,
             (array_agg(op order by seq))[1] = 'insert' as created, (array_agg(op order by seq desc))[1] = 'delete' as gone,
             (array_agg(i.before order by seq))[1] as b, (array_agg(i.after order by seq desc))[1] as a
      from tool_changes i where execution_id = $1 and table_name = $2 group by i.row_id
    ), typed as (
      select i.*, to_jsonb(c) as now,
             case when c.id is null then b when b is not null then to_jsonb(jsonb_populate_record(c, b)) end as before,
             case when c.id is null then a when a is not null then to_jsonb(jsonb_populate_record(c, a)) end
               -- a column that is younger than the image was left as whoever changed it first since then found it
               || coalesce((select jsonb_object_agg(k, first_seen.v) from jsonb_object_keys(to_jsonb(c)) k, lateral (
                     select l.before -> k as v from tool_changes l
                     where l.table_name = $2 and l.row_id = i.row_id and l.seq > i.last and l.before ? k
                     order by l.seq limit 1) first_seen
                   where made and not a ? k), '{}') as after
      from image i left join %1$I c on c.id = i.row_id
    ), compared as (
      select t.row_id, created, made, gone, before, after, now,
             case when after - bookkeeping() <> now - bookkeeping() then
               (select array_agg(m.path::text) from touched(t.after, t.now) m) end as moved,
             (select string_agg(k, ', ' order by k) from jsonb_object_keys(b) k
              where k not in (select attname from pg_attribute where attrelid = %1$L::regclass and not attisdropped)
                and k <> all (bookkeeping()) and case when gone then b -> k <> 'null' else b -> k is distinct from a -> k end) as lost
      from typed t
    )
    select * from compared where lost is not null or moved is not null or case when gone then now is not null else now is null and not created end
  $q$, rows_of) using target, rows_of;
end $$;

-- What about such a row stands in the way: nothing, if it was left alone where the execution touched it.
create function obstacles(rows_of text, s stray) returns setof obstacle language sql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
  select rows_of, s.row_id, 'COLUMN_GONE', s.lost, null::jsonb, null::jsonb, null::jsonb
    where s.lost is not null
  union all
  select rows_of, s.row_id, 'ROW_GONE', null, s.before, s.after, null
    where not s.created and not s.gone and s.now is null and (s.made or exists (select from touched(s.before, s.after)))
  union all
  select rows_of, s.row_id, 'ROW_EXISTS', null, s.before, null, s.now
    where s.gone and s.now is not null and (s.created or exists (select from touched(s.before, s.now)))
  union all -- a row it made must be as it left it; of one it changed, the facts it touched
  select rows_of, s.row_id, 'CHANGED_SINCE', array_to_string(m.path, '.'), b.value, m.before, m.after
    from touched(s.after, s.now) m
    left join facts(s.before) b on b.path = m.path
    where s.moved is not null
      and (s.made or (b.value is distinct from m.before and b.value is distinct from m.after))
$$;

-- The bookkeeping of a row that an undo touches: it moves on, whatever it was before.
create function bumped(image jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when image ? 'version' then jsonb_build_object('version', (image ->> 'version')::int + 1) else '{}' end
      || case when image ? 'updated_at' then jsonb_build_object('updated_at', now()) else '{}' end
$$;

-- What points at the row that a change made: every foreign key that refers to its table, whichever room it is in.
-- Rows that the same undo has yet to take back do not count.
create function pointing_at(made tool_changes) returns text language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  fk record;
  found_one boolean;
begin
  for fk in
    select c.conname, c.conrelid::regclass as child,
           (select attname from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[array_position(c.confkey,
             (select attnum from pg_attribute where attrelid = c.confrelid and attname = 'id'))]) as col
    from pg_constraint c where c.contype = 'f' and c.confrelid = made.table_name::regclass and c.conparentid = 0
  loop
    execute format('select exists (select from %s c where %I = $1 and not exists (
                      select from tool_changes i
                      where i.execution_id = $2 and i.table_name = %L and i.row_id = c.id and i.seq <= $3))', fk.child, fk.col, fk.child)
      into found_one using made.row_id, made.execution_id, made.seq;
    if found_one then
      return fk.conname;
    end if;
  end loop;
  return null;
end $$;

-- Rows of an execution that point at a row which is not there.
create function orphans(target uuid) returns setof obstacle language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  fk record;
begin
  for fk in
    select c.conname, c.conrelid::regclass as child, c.confrelid::regclass as parent, pairs.*
    from pg_constraint c cross join lateral (
      select string_agg(format('c.%I is not null', ch.attname), ' and ') as given,
             string_agg(format('p.%I = c.%I', pa.attname, ch.attname), ' and ') as same
      from unnest(c.conkey, c.confkey) u (child_col, parent_col)
      join pg_attribute ch on ch.attrelid = c.conrelid and ch.attnum = u.child_col
      join pg_attribute pa on pa.attrelid = c.confrelid and pa.attnum = u.parent_col) pairs
    where c.contype = 'f' and c.confrelid in (select table_name::text::regclass from tracked_tables)
      and c.conrelid in (select distinct table_name::regclass from tool_changes where execution_id = target)
  loop
    return query execute format('select %1$L, c.id, ''CONSTRAINT'', %2$L, to_jsonb(c), null::jsonb, null::jsonb from %1$s c
                                 where id in (select row_id from tool_changes where execution_id = $1 and table_name = %1$L)
                                   and %3$s and not exists (select from %4$s p where %5$s)',
                                fk.child, fk.conname, fk.given, fk.parent, fk.same) using target;
  end loop;
end $$;

-- Takes one recorded change back. Answers an obstacle, or null when it is done (or was done already).
create function undo_change(change tool_changes, moved text[]) returns obstacle language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
  set intervalstyle = 'iso_8601' set bytea_output = 'hex' set extra_float_digits = '1' as $$
declare
  columns text;
  restored text;
  anything boolean;
  pointing text;
begin
  -- a row the execution created goes with the newest of its changes, in whatever state it was left
  if change.op = 'insert' or 'insert' = (
      select op from tool_changes i
      where i.execution_id = change.execution_id and i.table_name = change.table_name and i.row_id = change.row_id
      order by seq limit 1) then
    pointing := pointing_at(change);
    if pointing is not null then
      return (change.table_name, change.row_id,
              case when exists (select from tracked_tables t where t.table_name = change.table_name and t.shared)
                   then 'KEPT' else 'REFERENCED' end, pointing, null, change.after, null)::obstacle;
    end if;
    execute format('delete from %I where id = $1', change.table_name) using change.row_id;
    return null;
  end if;

  if change.op = 'delete' then -- a column that is younger than the image gets its default
    select string_agg(format('%I', attname), ', ' order by attnum), string_agg(format('r.%I', attname), ', ' order by attnum)
      into columns, restored
      from pg_attribute where attrelid = change.table_name::regclass and attnum > 0 and not attisdropped and change.before ? attname;
    execute format('insert into %1$I (%2$s) select %3$s from jsonb_populate_record(null::%1$I, $1) r
                    on conflict (workspace_id, id) do nothing', change.table_name, columns, restored)
      using change.before || bumped(change.before);
    return null;
  end if;

  select string_agg(format('%I', attname), ', ' order by attnum), string_agg(format('r.%I', attname), ', ' order by attnum),
         bool_or(attname <> all (bookkeeping()))
    into columns, restored, anything
    from pg_attribute where attrelid = change.table_name::regclass and attnum > 0 and not attisdropped
      and (attname = any (bookkeeping())
           or attname in (select path[1] from touched(change.before, change.after) where path::text <> all (moved)));
  if anything then
    execute format('update %1$I c set (%2$s) = (select %3$s from jsonb_populate_record(c,
                      take_back(to_jsonb(c), $2, $3, $4) || bumped(to_jsonb(c))) r) where c.id = $1', change.table_name, columns, restored)
      using change.row_id, change.before, change.after, moved;
  end if;
  return null;
end $$;

-- Undoes an execution inside the caller's transaction, newest change first. Rows with a reason other than KEPT
-- mean: nothing may be committed. The caller decides (a plan is the same call, always rolled back).
create function undo(target uuid) returns setof obstacle language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  t text;
  change tool_changes;
  met obstacle;
  astray stray;
  rows_moved text[] := '{}';
  facts_moved text[] := '{}';
  moved jsonb; -- facts by table and row
  later text;
  broken text;
  empty text;
  state text;
  kept text[] := '{}';
  conflicts int := 0;
begin
  for t in select distinct table_name from tool_changes where execution_id = target order by 1 loop
    execute format('select from %I where id in (select row_id from tool_changes where execution_id = $1 and table_name = $2) order by id for update', t)
      using target, t;
    for astray in select * from strays(target, t) loop
      for met in select * from obstacles(t, astray) loop
        conflicts := conflicts + 1;
        return next met;
      end loop;
      rows_moved := rows_moved || (t || '/' || astray.row_id);
      facts_moved := facts_moved || coalesce(astray.moved, '{}')::text;
    end loop;
  end loop;
  if conflicts > 0 then
    return;
  end if;

  select string_agg(format('%I.%I', '${schema}', conname), ', ') into later from pg_constraint c
    where contype = 'f' and condeferrable and not condeferred
      and conrelid in (select table_name::text::regclass from tracked_tables);
  if later is not null then
    execute 'set constraints ' || later || ' deferred';
  end if;
  moved := jsonb_object(rows_moved, facts_moved);
  begin
    for change in select * from tool_changes where execution_id = target order by seq desc loop
      continue when change.table_name || '/' || change.row_id = any (kept);
      met := undo_change(change, coalesce((moved ->> (change.table_name || '/' || change.row_id))::text[], '{}'));
      if met.reason is not null then
        return next met;
        kept := kept || (change.table_name || '/' || change.row_id);
        conflicts := conflicts + (met.reason <> 'KEPT')::int;
      end if;
    end loop;
    change := null;
    for met in select * from orphans(target) loop
      return next met;
      conflicts := conflicts + 1;
    end loop;
    if later is not null and conflicts = 0 then
      execute 'set constraints ' || later || ' immediate';
    end if;
  exception when unique_violation or foreign_key_violation or restrict_violation or check_violation or not_null_violation then
    get stacked diagnostics broken = constraint_name, empty = column_name, state = returned_sqlstate, t = table_name;
    return next (coalesce(change.table_name, t), change.row_id, case state when '23505' then 'VALUE_TAKEN' else 'CONSTRAINT' end,
                 coalesce(nullif(broken, ''), empty), change.before, change.after, null)::obstacle;
  end;
end $$;
grant execute on function facts, touched, take_back, strays, obstacles, bumped, pointing_at, orphans, undo_change, undo
  to recourse_app;
reset role;
