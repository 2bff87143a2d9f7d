-- Questions to the ledger, each inside one workspace. Run by a login that is a member of recourse_app.
begin;
select recourse.enter('aaaaaaaa-0000-4000-8000-000000000001', null, null, 4000, 8000);

-- tag::session[]
-- What a session did, and what it changed, row by row.
select e.started_at, e.tool_name, e.status, e.outcome, c.table_name, c.op, c.before, c.after
from tool_executions e left join tool_changes c on c.execution_id = e.id
where e.agent_session_id = '3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f'
order by e.started_at, c.seq;
-- end::session[]

-- tag::row[]
-- Who changed this contact, when, and from what to what.
select e.started_at, e.principal, e.tool_name, c.op, c.before, c.after
from tool_changes c join tool_executions e on e.id = c.execution_id
where c.table_name = 'contacts' and c.row_id = '01a1fdd9-c1a2-78e6-9ef0-23a02ec458ca'
order by c.seq;
-- end::row[]

-- tag::standing[]
-- Executions of the last day that stand: applied, and not undone since.
select e.id, e.tool_name, e.principal
from tool_executions e
where e.kind = 'do' and e.outcome = 'applied' and e.started_at > now() - interval '1 day'
  and not exists (select from tool_executions u where u.compensates = e.id and u.kind = 'undo' and u.status = 'success');
-- end::standing[]

-- tag::open[]
-- Batches that opened and have not ended.
select c.detail ->> 'batch_id' as batch_id, c.claimed_at
from tool_claims c
where c.kind = 'batch' and not exists (select from tool_batches b where b.id = (c.detail ->> 'batch_id')::uuid);
-- end::open[]
commit;
