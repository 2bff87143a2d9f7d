-- Calls and batches that wait for somebody's approval, and what was decided. Like the ledger: written once.
set role recourse_owner;

-- One request per call or batch, bound to what was asked (request_hash, plan) and to the state it was previewed against.
create table approvals (
  workspace_id     uuid not null references workspaces (id),
  id               uuid not null,
  kind             text not null check (kind in ('call', 'batch')),
  target_id        uuid not null,
  batch_id         uuid,
  tool_name        text not null check (length(tool_name) between 1 and 200),
  request_hash     bytea not null,
  inputs           jsonb not null,
  plan             json,
  preview          jsonb not null,
  states           jsonb not null check (jsonb_typeof(states) = 'array'),
  reason           jsonb not null check (jsonb_typeof(reason) = 'object'),
  source           text not null,
  agent_session_id uuid,
  session_id       text,
  workflow_id      text,
  run_id           text,
  requested_by     text not null default nullif(current_setting('recourse.principal', true), ''),
  requested_at     timestamptz not null default clock_timestamp(),
  expires_at       timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, target_id),
  unique (workspace_id, id, requested_by, expires_at),
  check ((kind = 'batch') = (plan is not null))
);
comment on column approvals.target_id is 'the execution id of the call, or the id of the batch''s claim: what may happen once';
comment on column approvals.plan is 'the calls of a batch as they were written: json keeps them to the letter';
comment on column approvals.states is 'per step, what the preview found: a hash of the rows it would change, and of its outputs';
create index approvals_newest on approvals (workspace_id, requested_at desc);
call isolate('approvals');
call insert_only('approvals');
grant select on approvals to recourse_app;
-- requested_by and requested_at are the database's own words
grant insert (workspace_id, id, kind, target_id, batch_id, tool_name, request_hash, inputs, plan, preview, states, reason, source,
              agent_session_id, session_id, workflow_id, run_id, expires_at) on approvals to recourse_app;

-- The first decision stands. Whose it is and when it was the database says itself, and compares it with the request,
-- which the foreign key holds: nobody decides on what they asked for, and nobody too late.
create table approval_decisions (
  workspace_id uuid not null,
  approval_id  uuid not null,
  requested_by text not null,
  expires_at   timestamptz not null,
  decision     text not null check (decision in ('approve', 'reject', 'withdraw')),
  note         text check (length(note) between 1 and 500),
  decided_by   text not null default nullif(current_setting('recourse.principal', true), ''),
  decided_at   timestamptz not null default clock_timestamp(),
  primary key (workspace_id, approval_id),
  constraint decision_on_request foreign key (workspace_id, approval_id, requested_by, expires_at)
    references approvals (workspace_id, id, requested_by, expires_at),
  constraint decision_of_another check ((decided_by = requested_by) = (decision = 'withdraw')),
  constraint decision_in_time check (decided_at < expires_at)
);
call isolate('approval_decisions');
call insert_only('approval_decisions');
grant select on approval_decisions to recourse_app;
grant insert (workspace_id, approval_id, requested_by, expires_at, decision, note) on approval_decisions to recourse_app;

-- What an execution found of the rows it changed, as a hash: those that were there with what they held, those that it
-- made, or that earlier executions of the same plan had touched, by their number. A preview and what follows it agree
-- as long as nobody else has touched these rows in between.
create function found_state(execution uuid, earlier uuid[]) returns text language sql stable
  set search_path = ${schema}, pg_catalog, pg_temp as $$
  with image as (
    select c.table_name, c.row_id, (array_agg(c.op order by c.seq))[1] as op, (array_agg(c.before order by c.seq))[1] as before
    from tool_changes c where c.execution_id = found_state.execution
    group by c.table_name, c.row_id
  ), told as (
    select i.*, i.op = 'insert' or exists (
      select from tool_changes e
      where e.table_name = i.table_name and e.row_id = i.row_id and e.execution_id = any (earlier)) as ours
    from image i
  ), line as (
    select concat_ws(' ', table_name, row_id, op, (before - bookkeeping())::text) as text from told where not ours
    union all
    select concat_ws(' ', table_name, op, count(*)) from told where ours group by table_name, op
  )
  select encode(sha256(convert_to(coalesce(string_agg(text, e'\n' order by text collate "C"), ''), 'UTF8')), 'hex') from line
$$;
grant execute on function found_state to recourse_app;
reset role;
