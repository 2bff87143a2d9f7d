-- WhatsApp. What people do with a conversation is tracked and can be undone. What was said is not: a message is
-- inserted once, with whatever is heard of it since beside it, and nothing of that is ever taken back.
set role recourse_owner;

create table whatsapp_lines (
  workspace_id    uuid not null references workspaces (id),
  id              uuid not null,
  phone_number_id text not null check (phone_number_id ~ '^[0-9A-Za-z_-]{1,64}$'),
  phone           text not null check (phone ~ '^\+[1-9][0-9]{1,14}$'),
  display_name    text not null check (length(display_name) between 1 and 100),
  is_default      boolean not null,
  key_sealed      bytea not null check (length(key_sealed) between 1 and 4096),
  created_at      timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint whatsapp_lines_number unique (workspace_id, phone_number_id)
);
comment on table whatsapp_lines is 'the business numbers of a workspace';
comment on column whatsapp_lines.key_sealed is 'the vendor''s key of this number, encrypted by the application: there is no other key to send with';
create unique index whatsapp_lines_default on whatsapp_lines (workspace_id) where is_default;
call isolate('whatsapp_lines');
grant select, insert, update on whatsapp_lines to recourse_app;

create table whatsapp_templates (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  name         text not null check (length(name) between 1 and 512),
  language     text not null check (length(language) between 1 and 20),
  category     text not null check (category in ('MARKETING', 'UTILITY', 'AUTHENTICATION', 'OTHER')),
  status       text not null check (status in ('APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'OTHER')),
  quality      text check (length(quality) <= 20),
  components   jsonb not null check (jsonb_typeof(components) = 'array'),
  synced_at    timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint whatsapp_templates_name unique (workspace_id, name, language)
);
comment on table whatsapp_templates is 'what the vendor said last about each template; its unknown words are OTHER';
call isolate('whatsapp_templates');
grant select, insert, update, delete on whatsapp_templates to recourse_app;

create table conversations (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  line_id      uuid not null,
  phone        text not null check (phone ~ '^\+[1-9][0-9]{1,14}$'),
  channel      text not null default 'whatsapp' check (channel in ('whatsapp')),
  contact_id   uuid,
  wa_id        text check (wa_id ~ '^[0-9]{5,20}$'),
  profile_name text check (length(profile_name) between 1 and 200),
  status       text not null default 'active' check (status in ('active', 'archived')),
  assigned_to  uuid,
  closed_at    timestamptz,
  resolution   text check (length(resolution) between 1 and 500),
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint conversations_once unique (workspace_id, line_id, phone, channel),
  constraint conversations_line foreign key (workspace_id, line_id) references whatsapp_lines (workspace_id, id) deferrable,
  constraint conversations_contact foreign key (workspace_id, contact_id) references contacts (workspace_id, id) deferrable,
  constraint conversations_assignee foreign key (workspace_id, assigned_to) references workspace_members (workspace_id, id) deferrable,
  constraint conversations_closed check ((status = 'archived') = (closed_at is not null)),
  constraint conversations_resolution check (resolution is null or status = 'archived')
);
comment on column conversations.wa_id is 'how WhatsApp names the customer: the digits of the phone, in some countries others';
create index conversations_contact_of on conversations (workspace_id, contact_id) where contact_id is not null;
create index conversations_wa_id on conversations (workspace_id, line_id, wa_id) where wa_id is not null;
create index conversations_status on conversations (workspace_id, status, id);
call isolate('conversations');
call track('conversations');
grant select, insert, update, delete on conversations to recourse_app;

-- A thread is what was said between a line and a phone: a message needs no conversation to be true.
create table messages (
  workspace_id  uuid not null references workspaces (id),
  id            uuid not null,
  line_id       uuid not null,
  phone         text not null check (phone ~ '^\+[1-9][0-9]{1,14}$'),
  direction     text not null check (direction in ('inbound', 'outbound')),
  type          text not null check (type ~ '^[a-z_]{1,30}$'),
  content       jsonb not null check (jsonb_typeof(content) = 'object'),
  client_key    uuid,
  wamid         text check (length(wamid) between 1 and 512),
  template_name text check (length(template_name) between 1 and 512),
  at            timestamptz not null,
  created_at    timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint messages_once_sent unique (workspace_id, client_key),
  constraint messages_once_received unique (workspace_id, wamid),
  constraint messages_line foreign key (workspace_id, line_id) references whatsapp_lines (workspace_id, id),
  constraint messages_claimed foreign key (workspace_id, client_key) references tool_claims (workspace_id, id)
    deferrable initially deferred,
  constraint messages_known_by check (case direction when 'outbound' then client_key is not null and wamid is null
                                                     else client_key is null and wamid is not null end)
);
comment on column messages.client_key is 'the execution that sent it: what is not claimed cannot be written, and is not sent';
comment on column messages.wamid is 'the vendor''s id of an inbound message; that of an outbound one is only known afterwards, from its statuses';
comment on column messages.at is 'an inbound one''s by the vendor''s clock, an outbound one''s by ours';
create index messages_thread on messages (workspace_id, line_id, phone, at, id);
create index messages_inbound on messages (workspace_id, line_id, phone, at) where direction = 'inbound';
call isolate('messages');
call insert_only('messages');
grant select, insert on messages to recourse_app;

-- What was heard of an outbound message, in any order and as often as it was said; the highest word counts.
create table message_statuses (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  line_id      uuid not null,
  wamid        text not null check (length(wamid) between 1 and 512),
  client_key   uuid,
  status       text not null check (status in ('accepted', 'sent', 'delivered', 'read', 'failed')),
  error_code   text check (length(error_code) <= 50),
  at           timestamptz not null,
  received_at  timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint message_statuses_once unique (workspace_id, line_id, wamid, status),
  constraint message_statuses_line foreign key (workspace_id, line_id) references whatsapp_lines (workspace_id, id),
  constraint message_statuses_message foreign key (workspace_id, client_key) references messages (workspace_id, client_key)
);
comment on column message_statuses.client_key is 'null where only the wamid is known: another status of that wamid may say whose it is';
create index message_statuses_key on message_statuses (workspace_id, client_key) where client_key is not null;
call isolate('message_statuses');
call insert_only('message_statuses');
grant select, insert on message_statuses to recourse_app;

-- Up to where somebody has read a thread; the latest counts.
create table conversation_reads (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  line_id      uuid not null,
  phone        text not null check (phone ~ '^\+[1-9][0-9]{1,14}$'),
  read_until   timestamptz not null,
  client_key   uuid not null,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint conversation_reads_line foreign key (workspace_id, line_id) references whatsapp_lines (workspace_id, id),
  constraint conversation_reads_claimed foreign key (workspace_id, client_key) references tool_claims (workspace_id, id)
);
create index conversation_reads_thread on conversation_reads (workspace_id, line_id, phone, read_until);
call isolate('conversation_reads');
call insert_only('conversation_reads');
grant select, insert on conversation_reads to recourse_app;
reset role;
