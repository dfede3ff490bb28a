import type { SchemaMigrations } from '../database.ts';

/**
 * `stage` is as much of an order's status as indexes may know: an order goes through its open statuses without a change of
 * any index, and is found among the open ones. Each index carries what other filters ask for, so that lists and counts
 * over millions of orders read no order but those they show. Builds that ask by `final_status` still get their answers,
 * the slow way.
 */
const CONSOLE_INDEXES = `
alter table orders
  add column stage text collate "C" generated always as (
    case when status in ('in_review', 'shipped', 'delivered', 'cancelled', 'failed') then status else 'open' end
  ) stored,
  add column payment_failed boolean generated always as (
    case when status = 'cancelled' and payment ->> 'status' = 'failed' then true end
  ) stored;
drop index orders_final, orders_of_user, orders_by_time, orders_by_total, order_item_by_product;
create index orders_by_time on orders (created_at desc, id desc) include (stage, total_cents);
create index orders_by_stage on orders (stage, created_at desc, id desc) include (total_cents);
create index orders_by_total on orders (total_cents desc, id desc) include (stage, created_at);
create index orders_of_user on orders (user_id, created_at desc, id desc) include (stage, total_cents);
create index orders_payment_failed on orders (created_at desc, id desc) include (total_cents) where payment_failed;
create index order_item_by_product on order_item (product_id, created_at desc, order_id desc);
`;

/** What the dashboard's figures were when they were counted last (counters.ts). */
const CONSOLE_FIGURES = `
create table console_figures (
  single boolean primary key default true check (single),
  counted_at timestamptz,
  took_ms double precision,
  figures jsonb,
  counting_until timestamptz
);
`;

export function consoleIndexes(): SchemaMigrations['steps'] {
  return [{ name: 'indexes that answer the order console by themselves', sql: CONSOLE_INDEXES }];
}

export function consoleFigures(): SchemaMigrations['steps'] {
  return [{ name: 'figures of the dashboard', sql: CONSOLE_FIGURES }];
}
