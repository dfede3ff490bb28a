import { setTimeout as delay } from 'node:timers/promises';
import { ORDER_STATUSES, type OrderStatus } from '../../../core/messages/status.ts';
import type { OrderCounters, OrderQueue } from '../../../core/services/orders/ports.ts';
import type { Queryable } from '../database.ts';
import { ofQueue } from './admin-filter.ts';
import { Conditions } from './filter.ts';
import { COUNT_MAX, countUpTo } from './list.ts';

/**
 * The dashboard's figures. Counting ten million orders takes seconds, so what counts all of them is kept in a row with the
 * moment it is of, and counted again while people look at it; today and the last hour are counted when asked for, and so
 * are the queues, as far as their lists count: beside a list nobody reads another number.
 */

/** Figures are counted again when they are older than this, and at most this share of the time. */
const FRESH_MS = 2_000;
const BUSY_SHARE = 0.05;
/** Whoever asks first of all waits this long for the count, and then has the rest without it. */
const FIRST_MS_MAX = 2_000;
/** A count that was begun by a process that has died since is begun again after this long. */
const COUNTING_MS_MAX = 60_000;

type Total = OrderCounters['today'];

interface Kept {
  readonly counted_at: Date;
  readonly took_ms: number;
  readonly age_ms: number;
  readonly figures: {
    readonly stages: readonly Group[];
    readonly open: readonly Group[];
    readonly unpaid: number;
  };
}

interface Group {
  /** A stage or a status. */
  readonly name: string;
  readonly orders: number;
  readonly cents: number;
}

/** Every status of a stage of its own by the index; of the open ones the orders themselves must be read. */
const COUNT = `
with stages as (
  select stage as name, count(*) as orders, sum(total_cents) as cents from orders.orders group by stage
), open as (
  select status as name, count(*) as orders, sum(total_cents) as cents from orders.orders where stage = 'open' group by status
), counted as materialized (
  select jsonb_build_object(
    'stages', (select coalesce(jsonb_agg(to_jsonb(stages)), '[]') from stages),
    'open', (select coalesce(jsonb_agg(to_jsonb(open)), '[]') from open),
    'unpaid', (select count(*) from orders.orders where payment_failed)) as figures
)
update orders.console_figures set figures = counted.figures, counted_at = statement_timestamp(), counting_until = null,
  took_ms = extract(epoch from clock_timestamp() - statement_timestamp()) * 1000
from counted`;

const KEPT = `
select counted_at, took_ms, figures, extract(epoch from clock_timestamp() - counted_at) * 1000 as age_ms
from orders.console_figures where figures is not null`;

const RECENT = `
select 'today' as since, stage as name, count(*) as orders, sum(total_cents) as cents from orders.orders
where created_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' group by stage
union all
select 'hour', stage, count(*), sum(total_cents) from orders.orders
where created_at > now() - interval '1 hour' group by stage`;

export function orderCounters(db: Queryable): () => Promise<OrderCounters> {
  let counting: Promise<void> | undefined;
  /** One count at a time, over all processes; another's is not waited for. */
  const count = (): Promise<void> => {
    counting ??= countAgain(db).finally(() => {
      counting = undefined;
    });
    return counting;
  };
  return async () => {
    const [found, queues, recent] = await Promise.all([
      readKept(db),
      countQueues(db),
      db.query<Group & { readonly since: string }>(RECENT, [], 'orders.recent'),
    ]);
    let kept = found;
    if (kept === undefined) {
      await Promise.race([count(), delay(FIRST_MS_MAX, undefined, { ref: false })]);
      kept = await readKept(db);
    } else if (kept.age_ms > Math.max(FRESH_MS, kept.took_ms / BUSY_SHARE)) {
      // Whoever asks next has it; a failure is theirs to meet.
      count().catch(() => undefined);
    }
    return counters(kept, queues, recent);
  };
}

async function readKept(db: Queryable): Promise<Kept | undefined> {
  return (await db.query<Kept>(KEPT, [], 'orders.figures')).at(0);
}

/** As their lists count them, of this moment, up to a cap. */
async function countQueues(db: Queryable): Promise<OrderCounters['queues']> {
  const count = (queue?: OrderQueue): Promise<number> => {
    const conditions = new Conditions();
    if (queue !== undefined) conditions.add(ofQueue(queue));
    return countUpTo(db, conditions, COUNT_MAX + 1);
  };
  const [all, pending, inReview, failedPayment] = await Promise.all([
    count(),
    count('pending'),
    count('in_review'),
    count('failed_payment'),
  ]);
  return { all, pending, inReview, failedPayment };
}

/** Beyond the cap a list tells no number that it could differ from. */
function known(now: number, kept: number): number {
  return now <= COUNT_MAX ? now : Math.max(now, kept);
}

async function countAgain(db: Queryable): Promise<void> {
  const claimed = await db.query(
    `insert into orders.console_figures as kept (counting_until) values (now() + $1::integer * interval '1 millisecond')
     on conflict (single) do update set counting_until = excluded.counting_until
     where kept.counting_until is null or kept.counting_until < now() returning 1`,
    [COUNTING_MS_MAX],
  );
  if (claimed.length > 0) await db.query(COUNT);
}

function counters(
  kept: Kept | undefined,
  queues: OrderCounters['queues'],
  recent: readonly (Group & { readonly since: string })[],
): OrderCounters {
  const stages = kept?.figures.stages ?? [];
  const groups = [...stages.filter(({ name }) => name !== 'open'), ...(kept?.figures.open ?? [])];
  const named = (status: OrderStatus): Group | undefined => groups.find(({ name }) => name === status);
  const ordersOf = (stage: string): number => stages.find(({ name }) => name === stage)?.orders ?? 0;
  return {
    asOf: kept?.counted_at.toISOString() ?? null,
    byStatus: ORDER_STATUSES.map((status) => ({
      status,
      orders: named(status)?.orders ?? 0,
      totalCents: named(status)?.cents ?? 0,
    })),
    queues: {
      all: known(queues.all, totalOf(stages).orders),
      pending: known(queues.pending, ordersOf('open')),
      inReview: known(queues.inReview, ordersOf('in_review')),
      failedPayment: known(queues.failedPayment, kept?.figures.unpaid ?? 0),
    },
    all: totalOf(stages),
    today: totalOf(recent.filter(({ since }) => since === 'today')),
    lastHour: totalOf(recent.filter(({ since }) => since === 'hour')),
  };
}

/** Cancelled and failed orders bring nothing. */
function totalOf(groups: readonly Group[]): Total {
  const lost = (name: string): boolean => name === 'cancelled' || name === 'failed';
  const sum = (of: readonly Group[], value: (group: Group) => number): number =>
    of.reduce((total, group) => total + value(group), 0);
  return {
    orders: sum(groups, ({ orders }) => orders),
    cancelled: sum(
      groups.filter(({ name }) => name === 'cancelled'),
      ({ orders }) => orders,
    ),
    revenueCents: sum(
      groups.filter(({ name }) => !lost(name)),
      ({ cents }) => cents,
    ),
  };
}
