-- The ledger: claim -> attempt -> record. Nothing in it is ever updated or deleted, and nothing in it refers
-- to business data, so that no deletion there can reach it.
set role recourse_owner;

-- One claim per execution id; the first to commit wins, everybody else waits for it and reads what it recorded.
create table tool_claims (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  kind         text not null check (kind in ('do', 'undo', 'batch', 'void')),
  request_hash bytea not null,
  owner        bigint,
  detail       jsonb not null default '{}',
  claimed_at   timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id)
);
comment on column tool_claims.owner is 'advisory lock held by the process whose end would strand this batch; null where another can go on with it';
create index tool_claims_batches on tool_claims (workspace_id, claimed_at) where kind = 'batch';
call isolate('tool_claims');
call insert_only('tool_claims');
grant select, insert on tool_claims to recourse_app;

-- One terminal row per execution.
create table tool_executions (
  workspace_id     uuid not null references workspaces (id),
  id               uuid not null,
  tool_name        text not null check (length(tool_name) between 1 and 200),
  kind             text not null default 'do' check (kind in ('do', 'undo', 'activity')),
  inputs           jsonb not null default '{}',
  outputs          jsonb not null default '{}',
  status           text not null check (status in ('success', 'error', 'dry_run')),
  outcome          text not null check (outcome in ('none', 'applied', 'not_applied', 'unknown')),
  error            jsonb,
  error_type       text generated always as (error ->> 'type') stored,
  error_code       text generated always as (error ->> 'code') stored,
  error_message    text generated always as (error ->> 'message') stored,
  error_stack      text,
  started_at       timestamptz not null,
  completed_at     timestamptz not null,
  duration_ms      int generated always as
                     (greatest(0, extract(epoch from (completed_at - started_at)) * 1000)) stored,
  principal        text not null,
  user_id          uuid,
  session_id       text,
  agent_session_id uuid,
  request_context  jsonb not null default '{}',
  request_hash     bytea not null,
  batch_id         uuid,
  step             int check (step >= 0),
  compensates      uuid,
  workflow_id      text,
  run_id           text,
  activity_id      text,
  tx               xid8 not null default pg_current_xact_id(),
  created_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id),
  unique (workspace_id, id, tx, outcome),
  check (case status when 'success' then outcome in ('applied', 'none')
                     when 'error'   then outcome in ('none', 'not_applied', 'unknown')
                     else                outcome = 'none' end),
  check ((status = 'error') = (error is not null)),
  check ((kind = 'undo') = (compensates is not null)),
  check (request_context ->> 'source' <> 'agent' or agent_session_id is not null)
);
comment on column tool_executions.tx is 'by which tool_writes proves that effect and row were one transaction';
create index tool_executions_time    on tool_executions (workspace_id, started_at desc);
create index tool_executions_session on tool_executions (workspace_id, agent_session_id, started_at) where agent_session_id is not null;
create index tool_executions_batch   on tool_executions (workspace_id, batch_id) where batch_id is not null;
create index tool_executions_undone  on tool_executions (workspace_id, compensates) where compensates is not null;
create unique index tool_executions_one_undo on tool_executions (workspace_id, compensates)
  where kind = 'undo' and status = 'success';
call isolate('tool_executions');
call insert_only('tool_executions');
grant select on tool_executions to recourse_app;
-- tx and created_at are the database's own words
grant insert (workspace_id, id, tool_name, kind, inputs, outputs, status, outcome, error, error_stack, started_at,
              completed_at, principal, user_id, session_id, agent_session_id, request_context, request_hash,
              batch_id, step, compensates, workflow_id, run_id, activity_id) on tool_executions to recourse_app;

-- One row when a batch ends.
create table tool_batches (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  status       text not null check (status in ('applied', 'rolled_back', 'partial', 'stuck', 'unknown', 'refused')),
  completed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id)
);
call isolate('tool_batches');
call insert_only('tool_batches');
grant select, insert on tool_batches to recourse_app;

-- Row images, written by the capture functions alone; by month, so that old months can be dropped.
create sequence tool_changes_seq;
create table tool_changes (
  workspace_id uuid not null,
  execution_id uuid not null,
  seq          bigint not null default nextval('tool_changes_seq'),
  at           timestamptz not null default now(),
  table_name   text not null,
  row_id       uuid not null,
  op           text not null check (op in ('insert', 'update', 'delete')),
  before       jsonb,
  after        jsonb,
  primary key (workspace_id, execution_id, seq, at)
) partition by range (at);
create index tool_changes_row on tool_changes (workspace_id, table_name, row_id, seq);
call isolate('tool_changes');
grant select on tool_changes to recourse_app;
grant insert on tool_changes to recourse_capture;
grant usage on sequence tool_changes_seq to recourse_capture;
create trigger insert_only before update or delete on tool_changes for each row execute function refuse_change();

-- Which transaction wrote for which execution. It must find, at commit, the execution's row of that very
-- transaction saying 'applied': an effect without its evidence cannot be committed.
create table tool_writes (
  workspace_id uuid not null,
  execution_id uuid not null,
  tx           xid8 not null default pg_current_xact_id(),
  outcome      text not null default 'applied' check (outcome = 'applied'),
  primary key (workspace_id, execution_id, tx),
  constraint effect_without_row foreign key (workspace_id, execution_id, tx, outcome)
    references tool_executions (workspace_id, id, tx, outcome) deferrable initially deferred
);
call isolate('tool_writes');
call insert_only('tool_writes');
grant select on tool_writes to recourse_app;
grant insert (workspace_id, execution_id) on tool_writes to recourse_capture;

-- Makes the months from the current one on; called after every migration and at every start of a worker.
create function prepare_months(ahead int default 3) returns void language plpgsql security definer
  set search_path = ${schema}, pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  first_day date;
  part      text;
begin
  for n in 0 .. least(ahead, 12) loop
    first_day := date_trunc('month', now())::date + make_interval(months => n);
    part := 'tool_changes_' || to_char(first_day, 'YYYY_MM');
    if to_regclass('${schema}.' || part) is null then
      begin
        execute format('create table %I partition of tool_changes for values from (%L) to (%L)',
                       part, first_day, (first_day + interval '1 month')::date);
        execute format('alter table %I enable row level security', part);
        execute format('alter table %I force row level security', part);
        execute format('create trigger never_truncate before truncate on %I
                        for each statement execute function refuse_change()', part);
      exception
        when duplicate_table or unique_violation or check_violation then
          null; -- another process made it, or tool_changes_other already holds rows of it
        when lock_not_available then
          return; -- too much is being written: the next start tries again, meanwhile there is tool_changes_other
      end;
    end if;
  end loop;
end $$;
create table tool_changes_other partition of tool_changes default;
alter table tool_changes_other enable row level security;
alter table tool_changes_other force row level security;
create trigger never_truncate before truncate on tool_changes_other for each statement execute function refuse_change();
create trigger never_truncate before truncate on tool_changes for each statement execute function refuse_change();
select prepare_months();
grant execute on function prepare_months to recourse_app;
reset role;
