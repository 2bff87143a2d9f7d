-- Who there is: workspaces (tenants), the people and keys that may act in them, the sessions of agents.
set role recourse_owner;

create table workspaces (
  id         uuid primary key,
  slug       text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name       text not null check (length(name) between 1 and 200),
  locale     text not null default 'es-CO' check (length(locale) between 2 and 35),
  region     text not null default 'CO' check (region ~ '^[A-Z]{2}$'),
  created_at timestamptz not null default now()
);
call isolate('workspaces', 'id');
grant select, insert on workspaces to recourse_app;
comment on column workspaces.region is 'how a phone number without a country code is read';

-- A slug is looked up before there is a tenant to look it up in: this answers the id and nothing else.
create policy by_slug on workspaces for select to recourse_owner using (true);
create function workspace_id(slug text) returns uuid language sql stable security definer
  set search_path = pg_catalog, pg_temp
  return (select w.id from ${schema}.workspaces w where w.slug = workspace_id.slug);
grant execute on function workspace_id to recourse_app;

create table workspace_members (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  handle       text not null check (handle ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  role         text not null check (role in ('owner', 'admin', 'agent')),
  permissions  jsonb not null default '{}' check (jsonb_typeof(permissions) = 'object'),
  disabled_at  timestamptz,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, handle)
);
comment on column workspace_members.permissions is 'permission -> true or false; wins over what the role gives';
call isolate('workspace_members');
grant select, insert on workspace_members to recourse_app;

create table api_keys (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  key_id       text not null check (key_id ~ '^[0-9A-Za-z]{8,32}$'),
  key_hash     bytea not null check (length(key_hash) = 32),
  name         text not null check (length(name) between 1 and 100),
  permissions  text[] not null,
  created_by   text not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, key_id)
);
comment on column api_keys.key_hash is 'HMAC-SHA-256 of the secret; no role of a tenant transaction may read it';
call isolate('api_keys');
grant select (workspace_id, id, key_id, name, permissions, created_by, created_at, expires_at, revoked_at),
      insert on api_keys to recourse_app;

create table agent_sessions (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  principal    text not null,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, id)
);
call isolate('agent_sessions');
grant select, insert on agent_sessions to recourse_app;
reset role;
