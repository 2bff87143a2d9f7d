-- Orders: what was sold, to whom, and how far along a pipeline it is. Totals and subtotals are the application's sums.
set role recourse_owner;

alter table workspaces add column currency text not null default 'COP' check (currency ~ '^[A-Z]{3}$');
comment on column workspaces.currency is 'what new orders are counted in, as ISO 4217 names it';

create table pipelines (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  name         text not null check (length(name) between 1 and 100),
  name_key     text not null check (length(name_key) between 1 and 200),
  is_default   boolean not null default false,
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint pipelines_name unique (workspace_id, name_key)
);
create unique index pipelines_default on pipelines (workspace_id) where is_default;
comment on column pipelines.name_key is 'the name in lower case, folded by the application: no collation of the server has a say';
call isolate('pipelines');
call track('pipelines', shared => true);
grant select, insert, update, delete on pipelines to recourse_app;

create table pipeline_stages (
  workspace_id uuid not null,
  id           uuid not null,
  pipeline_id  uuid not null,
  name         text not null check (length(name) between 1 and 100),
  name_key     text not null check (length(name_key) between 1 and 200),
  color        text not null default '#6366f1' check (color ~ '^#[0-9a-f]{6}$'),
  position     int not null check (position >= 0),
  wip_limit    int check (wip_limit > 0),
  is_closed    boolean not null default false,
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint pipeline_stages_whole unique (workspace_id, pipeline_id, id),
  constraint pipeline_stages_name unique (workspace_id, pipeline_id, name_key),
  constraint pipeline_stages_position unique (workspace_id, pipeline_id, position) deferrable,
  constraint pipeline_stages_pipeline foreign key (workspace_id, pipeline_id) references pipelines (workspace_id, id) deferrable
);
comment on column pipeline_stages.wip_limit is 'so many open orders are meant to be in it; null means any number';
call isolate('pipeline_stages');
call track('pipeline_stages', shared => true);
grant select, insert, update, delete on pipeline_stages to recourse_app;

create table products (
  workspace_id uuid not null references workspaces (id),
  id           uuid not null,
  sku          text not null check (length(sku) between 1 and 100),
  title        text not null check (length(title) between 1 and 200),
  price        numeric(14, 2) not null check (price >= 0),
  is_active    boolean not null default true,
  version      int not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint products_sku unique (workspace_id, sku)
);
call isolate('products');
call track('products');
grant select, insert, update, delete on products to recourse_app;

create table orders (
  workspace_id        uuid not null references workspaces (id),
  id                  uuid not null,
  contact_id          uuid,
  pipeline_id         uuid not null,
  stage_id            uuid not null,
  total_value         numeric(14, 2) not null check (total_value >= 0),
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  description         text check (length(description) <= 2000),
  carrier             text check (length(carrier) <= 200),
  tracking_number     text check (length(tracking_number) <= 200),
  shipping_address    text check (length(shipping_address) <= 500),
  shipping_city       text check (length(shipping_city) <= 100),
  shipping_department text check (length(shipping_department) <= 100),
  source_order_id     uuid,
  closed_at           timestamptz,
  archived_at         timestamptz,
  version             int not null default 1,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint orders_contact foreign key (workspace_id, contact_id) references contacts (workspace_id, id) deferrable,
  constraint orders_stage foreign key (workspace_id, pipeline_id, stage_id)
    references pipeline_stages (workspace_id, pipeline_id, id) deferrable,
  -- says nothing new about the order; by it, a pipeline that is used keeps all its stages (see pointing_at)
  constraint orders_pipeline foreign key (workspace_id, pipeline_id) references pipelines (workspace_id, id) deferrable,
  constraint orders_source foreign key (workspace_id, source_order_id) references orders (workspace_id, id) deferrable
);
comment on column orders.closed_at is 'finished, as the business sees it; says nothing about the stage';
comment on column orders.archived_at is 'hidden; says nothing about closed_at';
comment on column orders.source_order_id is 'the order this one was copied from';
create index orders_newest on orders (workspace_id, created_at desc, id desc) where archived_at is null;
create index orders_by_contact on orders (workspace_id, contact_id, created_at desc);
create index orders_by_stage on orders (workspace_id, pipeline_id, stage_id);
create index orders_by_source on orders (workspace_id, source_order_id) where source_order_id is not null;
call isolate('orders');
call track('orders');
grant select, insert, update, delete on orders to recourse_app;

create table order_products (
  workspace_id uuid not null,
  id           uuid not null,
  order_id     uuid not null,
  product_id   uuid,
  position     int not null check (position >= 0),
  sku          text check (length(sku) between 1 and 100),
  title        text not null check (length(title) between 1 and 200),
  unit_price   numeric(14, 2) not null check (unit_price >= 0),
  quantity     int not null check (quantity > 0),
  subtotal     numeric(14, 2) not null check (subtotal = unit_price * quantity),
  primary key (workspace_id, id),
  constraint order_products_position unique (workspace_id, order_id, position),
  constraint order_products_order foreign key (workspace_id, order_id) references orders (workspace_id, id) deferrable,
  constraint order_products_product foreign key (workspace_id, product_id) references products (workspace_id, id) deferrable
);
comment on column order_products.subtotal is 'stored, not generated: an undo writes images back, and these name every column';
create index order_products_by_product on order_products (workspace_id, product_id) where product_id is not null;
call isolate('order_products');
call track('order_products');
grant select, insert, update, delete on order_products to recourse_app;

-- Tools add to it and nothing else; a row goes only with the move that it tells of, when that is undone.
create table order_stage_history (
  workspace_id      uuid not null,
  id                uuid not null,
  order_id          uuid not null,
  follows           uuid,
  previous_stage_id uuid not null,
  new_stage_id      uuid not null check (new_stage_id <> previous_stage_id),
  source            text not null
    check (source in ('manual', 'automation', 'webhook', 'agent', 'robot', 'cascade_capped', 'system')),
  actor             text not null,
  changed_at        timestamptz not null default now(),
  primary key (workspace_id, id),
  constraint order_stage_history_whole unique (workspace_id, order_id, id),
  constraint order_stage_history_once unique (workspace_id, follows),
  constraint order_stage_history_order foreign key (workspace_id, order_id) references orders (workspace_id, id) deferrable,
  constraint order_stage_history_follows foreign key (workspace_id, order_id, follows)
    references order_stage_history (workspace_id, order_id, id) deferrable,
  constraint order_stage_history_previous foreign key (workspace_id, previous_stage_id)
    references pipeline_stages (workspace_id, id) deferrable,
  constraint order_stage_history_new foreign key (workspace_id, new_stage_id)
    references pipeline_stages (workspace_id, id) deferrable
);
comment on column order_stage_history.follows is
  'the move before this one: a move that others followed is not undone, not even if the order is back in its stage';
create index order_stage_history_by_time on order_stage_history (workspace_id, changed_at desc);
call isolate('order_stage_history');
call track('order_stage_history');
grant select, insert, update, delete on order_stage_history to recourse_app;

-- As before, and: a part of something shared stays for as long as the whole is used. Without this, taking back the
-- order that made a pipeline would leave others' orders in a pipeline of the stages alone that they happen to be in.
create or replace function pointing_at(made tool_changes) returns text language plpgsql
  set search_path = ${schema}, pg_catalog, pg_temp as $$
declare
  fk record;
  found_one boolean;
  whole tool_changes;
  pointing text;
begin
  for fk in
    select c.conname, c.conrelid::regclass as child,
           (select attname from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[array_position(c.confkey,
             (select attnum from pg_attribute where attrelid = c.confrelid and attname = 'id'))]) as col
    from pg_constraint c where c.contype = 'f' and c.confrelid = made.table_name::regclass and c.conparentid = 0
  loop
    execute format('select exists (select from %s c where %I = $1 and not exists (
                      select from tool_changes i
                      where i.execution_id = $2 and i.table_name = %L and i.row_id = c.id and i.seq <= $3))', fk.child, fk.col, fk.child)
      into found_one using made.row_id, made.execution_id, made.seq;
    if found_one then
      return fk.conname;
    end if;
  end loop;

  for whole in
    select i.*
    from tracked_tables part, pg_constraint c, tracked_tables t, tool_changes i
    where part.table_name = made.table_name and part.shared
      and c.contype = 'f' and c.conrelid = made.table_name::regclass and c.confrelid <> c.conrelid
      and c.confrelid = t.table_name::text::regclass and t.shared
      and i.execution_id = made.execution_id and i.table_name = t.table_name and i.op = 'insert'
      and i.row_id::text = made.after ->> (select attname::text from pg_attribute where attrelid = c.conrelid
            and attnum = c.conkey[array_position(c.confkey,
              (select attnum from pg_attribute where attrelid = c.confrelid and attname = 'id'))])
  loop
    whole.seq := made.seq; -- of the whole's other parts, those that this undo has yet to look at do not count
    pointing := pointing_at(whole);
    if pointing is not null then
      return pointing;
    end if;
  end loop;
  return null;
end $$;
reset role;
