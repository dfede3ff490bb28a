import type { EventFilter, ListedEvent } from '../../../core/services/observation/ports.ts';
import type { Queryable } from '../database.ts';
import { Conditions } from '../orders/filter.ts';
import type { EventPlace } from './place.ts';

/**
 * Steps of all orders' sagas by time. Their log has no order by time on disk, only page ranges that know their times
 * (BRIN), so it is read in windows that go back and grow until a page is full; a filter that little passes ends after a
 * while with the time it got to, and the next page goes on there.
 */
const FIRST_WINDOW_MS = 60_000;
const WINDOW_GROWTH = 4;
/** A window that took longer was wide enough. */
const GROWS_WITHIN_MS = 100;
/** A look takes about this long at most; a single window may take longer. */
const SEARCH_MS_MAX = 1_500;
/** Clocks of processes differ: a step may carry a time a little ahead. */
const AHEAD_MS = 60_000;

export interface FoundSteps {
  readonly items: readonly ListedEvent[];
  /** ISO 8601: only what is at least this young was looked at; null: everything was. */
  readonly searchedTo: string | null;
}

interface StepRow {
  readonly id: string;
  readonly message_id: string;
  readonly type: string;
  readonly from_state: string;
  readonly to_state: string;
  readonly at: Date;
}

export async function searchSagaLogs(
  db: Queryable,
  filter: EventFilter,
  after: EventPlace | undefined,
  limit: number,
): Promise<FoundSteps> {
  if (filter.service !== undefined && filter.service !== 'orders') return { items: [], searchedTo: null };
  if (filter.level === 'warn') return { items: [], searchedTo: null };
  if (filter.orderId !== undefined) {
    const rows = await steps(db, filter, after, { from: filter.from, to: filter.to }, limit);
    return { items: rows.map(eventOf), searchedTo: null };
  }
  const oldestMs = await oldestStepMs(db, filter);
  if (oldestMs === undefined) return { items: [], searchedTo: null };
  const startedMs = Date.now();
  const items: ListedEvent[] = [];
  let toMs = Math.min(timeOf(after?.at), timeOf(filter.to), startedMs + AHEAD_MS);
  for (let windowMs = FIRST_WINDOW_MS; ;) {
    const askedMs = Date.now();
    const fromMs = Math.max(oldestMs, toMs - windowMs);
    const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    items.push(...(await steps(db, filter, after, range, limit - items.length)).map(eventOf));
    if (items.length >= limit || fromMs <= oldestMs) return { items, searchedTo: null };
    if (Date.now() - startedMs > SEARCH_MS_MAX) return { items, searchedTo: range.from };
    if (Date.now() - askedMs < GROWS_WITHIN_MS) windowMs *= WINDOW_GROWTH;
    toMs = fromMs - 1;
  }
}

/** When the first order came, or the filter begins; undefined: none did. */
async function oldestStepMs(db: Queryable, filter: EventFilter): Promise<number | undefined> {
  const [row] = await db.query<{ readonly at: Date | null }>(
    'select min(created_at) as at from orders.orders',
    [],
    'ops.saga_log.oldest',
  );
  const at = row?.at ?? null;
  if (at === null) return undefined;
  // A shopper's first step is as old as the order.
  return filter.from === undefined ? at.getTime() : Math.max(at.getTime(), Date.parse(filter.from));
}

function timeOf(iso: string | undefined): number {
  return iso === undefined ? Infinity : Date.parse(iso);
}

function steps(
  db: Queryable,
  filter: EventFilter,
  after: EventPlace | undefined,
  range: { readonly from: string | undefined; readonly to: string | undefined },
  limit: number,
): Promise<readonly StepRow[]> {
  const conditions = new Conditions();
  conditions.add(`kind = 'order'`);
  conditions.when(filter.orderId, (id) => `id = ${id}`);
  conditions.when(range.from, (from) => `at >= ${from}::timestamptz`);
  conditions.when(range.to, (to) => `at <= ${to}::timestamptz`);
  if (after !== undefined) {
    const place = [conditions.parameter(after.at), conditions.parameter(after.id)] as const;
    conditions.add(`(at, message_id) < (${place[0]}::timestamptz, ${place[1]}::text)`);
  }
  conditions.when(filter.type, (type) =>
    filter.type?.endsWith('.') === true ? `starts_with(type, ${type})` : `type = ${type}`,
  );
  if (filter.level !== undefined) {
    conditions.add(`to_state ${filter.level === 'error' ? '=' : '<>'} 'failed'`);
  }
  conditions.when(
    filter.text,
    (text) => `(position(${text} in lower(type)) > 0 or position(${text} in lower(to_state)) > 0)`,
    filter.text?.toLowerCase(),
  );
  return db.query<StepRow>(
    `select id, message_id, type, from_state, to_state, at from orders.actor_log
     where ${conditions.where()} order by at desc, message_id desc limit ${String(limit)}`,
    conditions.values,
  );
}

function eventOf(row: StepRow): ListedEvent {
  const { id, message_id: messageId, type, from_state: from, to_state: to, at } = row;
  return {
    id: messageId,
    source: 'saga',
    at: at.toISOString(),
    level: to === 'failed' ? 'error' : 'info',
    type,
    service: 'orders',
    orderId: id,
    text: from === '' ? to : from === to ? `stays ${to}` : `${from} → ${to}`,
    detail: { messageId, from, to },
  };
}
