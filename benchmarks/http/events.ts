import type { Queryable } from '../../adapters/postgres/database.ts';

/**
 * Tables that get a row for each message that a service has handled: the log of orders, the inbox of the stock, and of
 * the others what the message was about. Orders' rows are stamped by `recordLandings`.
 */
const HANDLED = [
  'orders.actor_log',
  'inventory.inbox',
  'payments.charge',
  'shipping.shipment',
  'notifications.notification',
] as const;

/** Has the database note when each of these rows reached it; before the run, after `recordLandings`. */
export async function recordHandled(database: Queryable): Promise<void> {
  for (const table of HANDLED.slice(1)) {
    await database.query(
      `alter table ${table} add column landed_at timestamptz not null default clock_timestamp()`,
    );
  }
}

/** Messages handled in the busiest second of the clock between the two moments, milliseconds since the epoch. */
export async function busiestSecond(database: Queryable, fromMs: number, toMs: number): Promise<number> {
  const rows = HANDLED.map((table) => `select landed_at from ${table}`).join(' union all ');
  const [busiest] = await database.query<{ handled: number }>(
    `select count(*)::integer as handled from (${rows}) as row
     where landed_at between $1::timestamptz and $2::timestamptz
     group by date_trunc('second', landed_at) order by 1 desc limit 1`,
    [new Date(fromMs), new Date(toMs)],
  );
  return busiest?.handled ?? 0;
}
