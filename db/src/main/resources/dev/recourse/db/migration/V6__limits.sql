-- How often a workspace may call the tools of a module: a sliding window over a log, on the database's clock.
set role recourse_owner;

create table tool_limits (
  workspace_id uuid not null references workspaces (id),
  module       text not null check (length(module) between 1 and 50),
  per_minute   int check (per_minute >= 0),
  primary key (workspace_id, module)
);
comment on table tool_limits is 'what a workspace has instead of the defaults; null lifts the limit';
call isolate('tool_limits');
grant select, insert, update on tool_limits to recourse_app;

create table tool_admissions (
  workspace_id uuid not null,
  module       text not null,
  at           timestamptz not null
);
create index tool_admissions_window on tool_admissions (workspace_id, module, at);
call isolate('tool_admissions');
grant select, insert, delete on tool_admissions to recourse_app;

-- Answers null and counts the call, or how long to wait. A transaction of its own: the lock must not last as
-- long as the tool. The clock is read after the lock is held: now() is older, and lets too many in.
create function admit(workspace uuid, wanted_module text, default_per_minute int, span interval default '60 s')
  returns interval language plpgsql volatile as $$
declare
  allowed int := default_per_minute;
  held record;
  t timestamptz;
begin
  perform ${schema}.enter(workspace, null, null, 2000, 4000);
  -- losing the last moment of this log in a crash of the database costs nothing: the window starts anew
  perform set_config('synchronous_commit', 'off', true);
  select per_minute into held from tool_limits where module = wanted_module;
  if found then
    allowed := held.per_minute;
  end if;
  if allowed is null then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(workspace || ':' || wanted_module, 0));
  t := clock_timestamp();
  delete from tool_admissions where module = wanted_module and at <= t - span;
  select count(*) as n, min(at) as oldest into held from tool_admissions where module = wanted_module;
  if held.n >= allowed then
    return coalesce(held.oldest + span - t, span);
  end if;
  insert into tool_admissions values (workspace, wanted_module, t);
  return null;
end $$;
grant execute on function admit to recourse_app;
reset role;
