-- Undo from row images: takes back what one execution changed, or says what stands in the way.
set role recourse_owner;

-- An image as facts, one per column and one per key of a json object: what the comparison of three states needs.
create function facts(image jsonb) returns table (path text[], value jsonb) language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  select case when inner_key is null then array[col] else array[col, inner_key] end,
         case when inner_key is null then v else inner_value end
  from jsonb_each(image) c (col, v)
  left join lateral jsonb_each(case when jsonb_typeof(v) = 'object' then v end) o (inner_key, inner_value) on true
  where jsonb_typeof(v) <> 'object' or inner_key is not null
$$;

-- The facts that a change touched: null before = was not there, null after = is no longer there.
create function touched(before jsonb, after jsonb) returns table (path text[], before jsonb, after jsonb)
  language sql immutable set search_path = ${schema}, pg_catalog, pg_temp as $$
  select path, b.value, a.value
  from facts(touched.before) b full join facts(touched.after) a using (path)
  where b.value is distinct from a.value and path[1] <> all (bookkeeping())
$$;

-- Takes one change out of a row as it is now; facts the change did not touch stay.
create function take_back(now jsonb, before jsonb, after jsonb) returns jsonb language plpgsql immutable
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  t record;
begin
  for t in select * from touched(take_back.before, take_back.after) loop
    now := case when t.before is null then now #- t.path else jsonb_set(now, t.path, t.before) end;
  end loop;
  return now;
end $$;

create type obstacle as (
  table_name text, row_id uuid, reason text, field text, before jsonb, after jsonb, now jsonb
);
comment on type obstacle is 'reason KEPT is a note (a shared row others use since); every other reason is a conflict';

-- Compares each row the execution touched with what it left behind. Answers conflicts, changes nothing.
create function undo_obstacles(target uuid, rows_of text) returns setof obstacle language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
  set intervalstyle = 'iso_8601' set bytea_output = 'hex' set extra_float_digits = '1' as $$
begin
  return query execute format($q$
    with image as (
      select row_id, (array_agg(op order by seq))[1] = 'insert' created, (array_agg(op order by seq desc))[1] = 'delete' gone,
             (array_agg(i.before order by seq))[1] b, (array_agg(i.after order by seq desc))[1] a
      from tool_changes i where execution_id = $1 and table_name = $2 group by row_id
    ), state as (
      select i.row_id, created, gone, to_jsonb(c) now,
             case when b is null then null when c.id is null then b else to_jsonb(jsonb_populate_record(c, b)) end b,
             case when a is null then null when c.id is null then a else to_jsonb(jsonb_populate_record(c, a)) end a,
             (select array_agg(k) from jsonb_object_keys(coalesce(b, a)) k
              where k not in (select attname from pg_attribute where attrelid = %1$L::regclass and not attisdropped)) lost
      from image i left join %1$I c on c.id = i.row_id
    )
    select $2, row_id, 'COLUMN_GONE', array_to_string(lost, ', '), null::jsonb, null::jsonb, null::jsonb
      from state where lost is not null
    union all
    select $2, row_id, 'ROW_GONE', null, b, a, null from state where not created and not gone and now is null
    union all
    select $2, row_id, 'ROW_EXISTS', null, b, null, now from state
      where gone and not created and now is not null and exists (select from touched(b, now))
    union all -- a created row must be as it was left; of an updated one, the facts that were touched
    select $2, row_id, 'CHANGED_SINCE', array_to_string(t.path, '.'), case when not created then t.before end, t.after, n.value
      from state
      cross join lateral touched(case when created then '{}' else b end, a) t
      left join lateral facts(now) n on n.path = t.path
      where not gone and now is not null and n.value is distinct from t.after and (created or n.value is distinct from t.before)
    union all
    select $2, row_id, 'CHANGED_SINCE', array_to_string(n.path, '.'), null, null, n.value
      from state cross join lateral facts(now) n
      where created and not gone and n.value <> 'null' and n.path[1] <> all (bookkeeping())
        and not exists (select from facts(a) f where f.path = n.path)
  $q$, rows_of) using target, rows_of;
end $$;

-- The bookkeeping of a row that an undo touches: it moves on, whatever it was before.
create function bumped(image jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when image ? 'version' then jsonb_build_object('version', (image ->> 'version')::int + 1) else '{}' end
      || case when image ? 'updated_at' then jsonb_build_object('updated_at', now()) else '{}' end
$$;

-- What points at a row: every foreign key that refers to its table, whichever room it is in.
create function pointing_at(referred text, row_id uuid) returns text language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  fk record;
  found_one boolean;
begin
  for fk in
    select c.conname, c.conrelid::regclass as child,
           (select attname from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[array_position(c.confkey,
             (select attnum from pg_attribute where attrelid = c.confrelid and attname = 'id'))]) as col
    from pg_constraint c where c.contype = 'f' and c.confrelid = referred::regclass and c.conparentid = 0
  loop
    execute format('select exists (select from %s where %I = $1)', fk.child, fk.col) into found_one using row_id;
    if found_one then
      return fk.conname;
    end if;
  end loop;
  return null;
end $$;

-- Takes one recorded change back. Answers an obstacle, or null when it is done (or was done already).
create function undo_change(change tool_changes) returns obstacle language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
  set intervalstyle = 'iso_8601' set bytea_output = 'hex' set extra_float_digits = '1' as $$
declare
  columns text;
  restored text;
  pointing text;
begin
  if change.op = 'insert' then
    pointing := pointing_at(change.table_name, change.row_id);
    if pointing is not null then
      return (change.table_name, change.row_id, case when t.shared then 'KEPT' else 'REFERENCED' end, pointing, null, change.after, null)::obstacle
        from tracked_tables t where t.table_name = change.table_name;
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

  select string_agg(format('%I', col), ', ' order by col), string_agg(format('r.%I', col), ', ' order by col)
    into columns, restored
    from (select distinct path[1] col from touched(change.before, change.after)
          union select jsonb_object_keys(bumped(change.before))) c;
  execute format('update %1$I c set (%2$s) = (select %3$s from jsonb_populate_record(c,
                    take_back(to_jsonb(c), $2, $3) || bumped(to_jsonb(c))) r) where c.id = $1', change.table_name, columns, restored)
    using change.row_id, change.before, change.after;
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
  later text;
  broken text;
  state text;
  conflicts int := 0;
begin
  for t in select distinct table_name from tool_changes where execution_id = target order by 1 loop
    execute format('select from %I where id in (select row_id from tool_changes where execution_id = $1 and table_name = $2) order by id for update', t)
      using target, t;
    for met in select * from undo_obstacles(target, t) loop
      conflicts := conflicts + 1;
      return next met;
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
  begin
    for change in select * from tool_changes where execution_id = target order by seq desc loop
      met := undo_change(change);
      if met.reason is not null then
        return next met;
      end if;
    end loop;
    if later is not null then
      execute 'set constraints ' || later || ' immediate';
    end if;
  exception when unique_violation or foreign_key_violation or check_violation or not_null_violation then
    get stacked diagnostics broken = constraint_name, state = returned_sqlstate, t = table_name;
    return next (coalesce(change.table_name, t), change.row_id, case state when '23505' then 'VALUE_TAKEN' else 'CONSTRAINT' end,
                 broken, change.before, change.after, null)::obstacle;
  end;
end $$;
grant execute on function facts, touched, take_back, bumped, undo_obstacles, pointing_at, undo_change, undo to recourse_app;
reset role;
