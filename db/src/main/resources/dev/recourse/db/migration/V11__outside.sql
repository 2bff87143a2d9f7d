-- Calls whose effect is outside the database: the claim is committed before it begins, with the moment by which it
-- must have ended (detail.deadline_at). Where nobody recorded an end by then, the execution is recorded as unknown, and
-- evidence that comes later settles it here. The row of the execution itself is never changed.
set role recourse_owner;

create table tool_resolutions (
  workspace_id uuid not null,
  execution_id uuid not null,
  outcome      text not null check (outcome in ('applied', 'not_applied')),
  source       text not null check (source in ('sender', 'webhook', 'operator')),
  evidence     jsonb not null default '{}' check (jsonb_typeof(evidence) = 'object'),
  resolved_by  uuid not null,
  at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id, execution_id),
  foreign key (workspace_id, execution_id) references tool_executions (workspace_id, id)
);
comment on column tool_resolutions.resolved_by is 'the execution that brought the evidence; the call itself where its own answer came late';
call isolate('tool_resolutions');
call insert_only('tool_resolutions');
grant select on tool_resolutions to recourse_app;
grant insert (workspace_id, execution_id, outcome, source, evidence, resolved_by) on tool_resolutions to recourse_app;
reset role;
