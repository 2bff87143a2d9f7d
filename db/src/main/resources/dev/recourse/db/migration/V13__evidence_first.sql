-- A status can be faster than the answer it makes up for: the vendor tells at once of a message whose sender still
-- waits. So whoever records that an outcome is unknown looks first whether it has been told already.
set role recourse_owner;

create function told_already() returns trigger language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  told record;
begin
  -- held by whoever writes down a status, too: one of the two sees the other
  perform pg_advisory_xact_lock(hashtextextended(new.id::text, 0));
  select wamid, status into told
  from message_statuses
  where workspace_id = new.workspace_id and client_key = new.id
  limit 1;
  if found then
    insert into tool_resolutions (workspace_id, execution_id, outcome, source, evidence, resolved_by)
    values (new.workspace_id, new.id, 'applied', 'webhook',
            jsonb_build_object('wamid', told.wamid, 'status', told.status), new.id);
  end if;
  return null;
end $$;
create trigger told_already after insert on tool_executions
  for each row when (new.outcome = 'unknown') execute function told_already();
reset role;
