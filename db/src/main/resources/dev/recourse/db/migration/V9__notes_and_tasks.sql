-- What people and agents write down about contacts and orders: notes, and tasks to be done.
set role recourse_owner;

create table contact_notes (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  contact_id   uuid not null,
  author       text not null check (length(author) between 1 and 200),
  content      text not null check (length(content) between 1 and 5000),
  archived_at  timestamptz,
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint contact_notes_contact foreign key (workspace_id, contact_id) references contacts (workspace_id, id) deferrable
);
comment on column contact_notes.author is 'the principal that wrote it: user:<handle> or key:<public id>';
create index contact_notes_newest on contact_notes (workspace_id, contact_id, created_at desc, id);
call isolate('contact_notes');
call track('contact_notes');
grant select, insert, update, delete on contact_notes to recourse_app;

create table tasks (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  contact_id   uuid,
  order_id     uuid,
  author       text not null check (length(author) between 1 and 200),
  title        text not null check (length(title) between 1 and 200),
  description  text check (length(description) <= 2000),
  due_date     timestamptz,
  priority     text not null check (priority in ('low', 'medium', 'high', 'urgent')),
  status       text not null default 'pending' check (status in ('pending', 'in_progress', 'completed')),
  completed_at timestamptz,
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint tasks_contact foreign key (workspace_id, contact_id) references contacts (workspace_id, id) deferrable,
  constraint tasks_order foreign key (workspace_id, order_id) references orders (workspace_id, id) deferrable,
  constraint tasks_one_owner check (num_nonnulls(contact_id, order_id) = 1),
  constraint tasks_completed check ((status = 'completed') = (completed_at is not null))
);
comment on column tasks.author is 'the principal that made it: user:<handle> or key:<public id>';
create index tasks_of_contact on tasks (workspace_id, contact_id);
create index tasks_of_order on tasks (workspace_id, order_id);
create index tasks_due on tasks (workspace_id, due_date, id);
call isolate('tasks');
call track('tasks');
grant select, insert, update, delete on tasks to recourse_app;
reset role;
