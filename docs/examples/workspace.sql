-- A workspace, whoever acts in it, and a limit of its own. Run by a login that is a member of recourse_app.
-- tag::workspace[]
-- tag::enter[]
begin;
select recourse.enter('0190a1b2-0000-7000-8000-0000000000aa', null, null, 4000, 8000);
-- end::enter[]
insert into workspaces (id, slug, name, locale, region)
values ('0190a1b2-0000-7000-8000-0000000000aa', 'acme', 'Acme', 'en-US', 'US');
insert into workspace_members (workspace_id, id, handle, role, permissions)
values ('0190a1b2-0000-7000-8000-0000000000aa', gen_random_uuid(), 'local', 'agent', '{"contacts.delete": true}');
insert into tool_limits (workspace_id, module, per_minute)
values ('0190a1b2-0000-7000-8000-0000000000aa', 'crm', 600);
commit;
-- end::workspace[]
