-- Contacts and their tags. Like every tracked table: key (workspace_id, id), composite deferrable foreign keys,
-- no cascades, no generated columns, no triggers but ours, json columns that always hold an object.
set role recourse_owner;

create table contacts (
  workspace_id  uuid not null references workspaces (id),
  id            uuid not null,
  name          text not null check (length(name) between 1 and 200),
  phone         text not null check (phone ~ '^\+[1-9][0-9]{1,14}$'),
  email         text check (length(email) <= 320),
  address       text check (length(address) <= 500),
  city          text check (length(city) <= 100),
  department    text check (length(department) <= 100),
  custom_fields jsonb not null default '{}' check (jsonb_typeof(custom_fields) = 'object'),
  is_client     boolean not null default false,
  archived_at   timestamptz,
  version       int not null default 1,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index contacts_phone on contacts (workspace_id, phone) where archived_at is null;
create index contacts_newest on contacts (workspace_id, created_at desc, id) where archived_at is null;
create index contacts_by_phone on contacts (workspace_id, phone);
call isolate('contacts');
call track('contacts');
grant select, insert, update, delete on contacts to recourse_app;

create table tags (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  name         text not null check (length(name) between 1 and 50),
  name_key     text not null check (length(name_key) between 1 and 100),
  color        text not null default '#6366f1' check (color ~ '^#[0-9a-f]{6}$'),
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint tags_name unique (workspace_id, name_key)
);
comment on column tags.name_key is 'the name in lower case, folded by the application: no collation of the server has a say';
call isolate('tags');
call track('tags', shared => true);
grant select, insert, update, delete on tags to recourse_app;

create table contact_tags (
  workspace_id uuid not null,
  id           uuid not null,
  contact_id   uuid not null,
  tag_id       uuid not null,
  primary key (workspace_id, id),
  constraint contact_tags_once unique (workspace_id, contact_id, tag_id),
  constraint contact_tags_contact foreign key (workspace_id, contact_id) references contacts (workspace_id, id) deferrable,
  constraint contact_tags_tag foreign key (workspace_id, tag_id) references tags (workspace_id, id) deferrable
);
create index contact_tags_by_tag on contact_tags (workspace_id, tag_id);
call isolate('contact_tags');
call track('contact_tags');
grant select, insert, update, delete on contact_tags to recourse_app;
reset role;
