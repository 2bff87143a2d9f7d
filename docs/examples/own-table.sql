-- A table of your own that tools may write, isolated and tracked. Run by a member of recourse_owner.
-- tag::table[]
set role recourse_owner;
set search_path = recourse;
create table reminders (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  contact_id   uuid not null,
  text         text not null check (length(text) between 1 and 500),
  due          timestamptz not null,
  version      int not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint reminders_contact foreign key (workspace_id, contact_id) references contacts (workspace_id, id) deferrable
);
call isolate('reminders');
call track('reminders');
grant select, insert, update, delete on reminders to recourse_app;
-- end::table[]
reset role;
reset search_path;
