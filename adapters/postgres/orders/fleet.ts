import type {
  FleetReading,
  FleetStore,
  FlowCount,
  SagaInState,
  StateCount,
} from '../../../core/services/sagas/ports.ts';
import type { Queryable } from '../database.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/*
 * All orders at once, at a cost that does not grow with those that have ended: open ones are found by the partial index of
 * open orders and counted up to a cap, ended ones by theirs up to another, and what is moving is read from the pages at the
 * end of the log, which grows there, so that it needs no index by time.
 */

/** Open orders that are looked at; beyond it the newest are. */
export const OPEN_COUNTED_MAX = 50_000;
/** Ended orders of a status are counted up to here: "10,000+". */
export const ENDED_COUNTED_MAX = 10_000;
/** Open orders that a page of those in one state looks through; it is short where that was not enough, and the next goes on. */
const LOOKED_THROUGH_MAX = 200_000;
/** Pages of 8 kB at the end of the log. */
const LOG_PAGES = 2_000;
/** Flows are of the last minute, or of as much of it as those pages hold. */
const FLOW_MS = 60_000;

export function orderFleet(db: Queryable, lookedThroughMax = LOOKED_THROUGH_MAX): FleetStore {
  return {
    async fleet(): Promise<FleetReading> {
      const [open, delivered, cancelled, { flows, flowSpanMs }] = await Promise.all([
        openStates(db),
        ended(db, 'delivered'),
        ended(db, 'cancelled'),
        recentFlows(db),
      ]);
      const counted = open.reduce((sum, { count }) => sum + count, 0);
      const complete = counted < OPEN_COUNTED_MAX;
      const states = [...merged(open, [delivered, cancelled])].map((state) => ({
        ...state,
        exact: state.exact && complete,
      }));
      return { states, complete, flows, flowSpanMs };
    },

    async inState(state, limit, cursor) {
      const after = cursor === undefined ? null : decodeCursor(cursor, 'created_at');
      const among = placesOf(state);
      const rows = await sagasIn(db, state, limit + 1, after, among, lookedThroughMax);
      const shown = rows.slice(0, limit);
      const ended =
        rows.length > limit ? shown.at(-1) : await lastLookedAt(db, state, after, among, lookedThroughMax);
      const nextCursor =
        ended === undefined
          ? null
          : encodeCursor({ sort: 'created_at', value: ended.sort_value, id: ended.id });
      return { items: shown.map(sagaOf), nextCursor };
    },
  };
}

async function openStates(db: Queryable): Promise<readonly StateCount[]> {
  return db.query<StateCount>(
    `select saga_state as state, count(*)::integer as count, true as exact,
       greatest(0, extract(epoch from now() - min(updated_at)) * 1000)::bigint as "silentMsMax",
       greatest(0, extract(epoch from now() - percentile_disc(0.5) within group (order by updated_at)) * 1000)::bigint
         as "silentMsMedian"
     from (
       select saga_state, updated_at from orders.orders where final_status is null
       order by created_at desc, id desc limit $1::bigint
     ) as open group by saga_state order by saga_state`,
    [OPEN_COUNTED_MAX],
    'orders.fleet.open',
  );
}

/** Whoever has ended so stands in the state of that name. */
async function ended(db: Queryable, status: 'delivered' | 'cancelled'): Promise<StateCount> {
  const [row] = await db.query<{ readonly count: number }>(
    `select count(*)::integer as count
     from (select 1 from orders.orders where stage = $1 limit $2::bigint) as capped`,
    [status, ENDED_COUNTED_MAX + 1],
    'orders.fleet.ended',
  );
  const count = row?.count ?? 0;
  return {
    state: status,
    count: Math.min(count, ENDED_COUNTED_MAX),
    exact: count <= ENDED_COUNTED_MAX,
    silentMsMax: null,
    silentMsMedian: null,
  };
}

/** An order that stands in a last state and is open all the same, for its money is on the way back, counts there too. */
function merged(open: readonly StateCount[], others: readonly StateCount[]): Iterable<StateCount> {
  const states = new Map(open.map((each) => [each.state, each]));
  for (const other of others) {
    const known = states.get(other.state);
    states.set(other.state, known === undefined ? other : { ...known, count: known.count + other.count });
  }
  return states.values();
}

async function recentFlows(db: Queryable): Promise<Pick<FleetReading, 'flows' | 'flowSpanMs'>> {
  const rows = await db.query<FlowCount & { readonly oldest_ms: number }>(
    `with recent as (
       select from_state, to_state, at,
         case when type = 'engine.timer.fired' then coalesce(detail -> 'data' ->> 'timer', type) else type end as trigger
       from orders.actor_log
       where ctid >= (select format('(%s,0)', greatest(0, pg_relation_size('orders.actor_log') / 8192 - $1::bigint))::tid)
         and kind = 'order' and at > now() - make_interval(secs => $2::float8 / 1000)
     )
     select from_state as "from", to_state as "to", trigger, count(*)::integer as count,
       (select (extract(epoch from now() - min(at)) * 1000)::bigint from recent) as oldest_ms
     from recent group by from_state, to_state, trigger`,
    [LOG_PAGES, FLOW_MS],
    'orders.fleet.flows',
  );
  const full = rows.length === 0 || (await logPages(db)) <= LOG_PAGES;
  const flowSpanMs = full ? FLOW_MS : Math.min(FLOW_MS, Math.max(1_000, rows[0]?.oldest_ms ?? FLOW_MS));
  return { flows: rows.map(({ from, to, trigger, count }) => ({ from, to, trigger, count })), flowSpanMs };
}

async function logPages(db: Queryable): Promise<number> {
  const [row] = await db.query<{ readonly pages: number }>(
    `select (pg_relation_size('orders.actor_log') / 8192)::bigint as pages`,
    [],
    'orders.fleet.log_pages',
  );
  return row?.pages ?? 0;
}

interface InStateRow {
  readonly id: string;
  readonly saga_state: string;
  readonly waiting_for: string | null;
  readonly reason: string | null;
  readonly since: Date;
  readonly updated_at: Date;
  readonly version: number;
  readonly sort_value: string;
}

type After = { readonly value: string; readonly id: string } | null;

/** Where the orders of a state are among all, by what indexes know. */
interface Places {
  readonly where: string;
  readonly direction: 'asc' | 'desc';
  readonly beyond: '<' | '>';
}

/** Open ones the oldest first, for those are the ones to look at; ended ones the newest first. */
function placesOf(state: string): Places {
  if (state === 'delivered' || state === 'cancelled') {
    return { where: 'stage = $1', direction: 'desc', beyond: '<' };
  }
  const oldestFirst = { direction: 'asc', beyond: '>' } as const;
  if (state === 'failed') return { where: 'stage = $1', ...oldestFirst };
  if (state.startsWith('shipped.')) {
    return { where: `stage = 'shipped' and $1::text is not null`, ...oldestFirst };
  }
  return { where: 'final_status is null and $1::text is not null', ...oldestFirst };
}

/** Only an order's row tells its state: as many as that are looked through until they are enough. */
async function sagasIn(
  db: Queryable,
  state: string,
  limit: number,
  after: After,
  { where, direction, beyond }: Places,
  lookedThroughMax: number,
): Promise<readonly InStateRow[]> {
  const isEnd = direction === 'desc';
  return db.query<InStateRow>(
    `select o.id, o.saga_state, o.waiting_for, o.reason, o.updated_at, o.version, o.created_at::text as sort_value,
       coalesce(
         (select max(at) from orders.actor_log l
          where l.kind = 'order' and l.id = o.id and l.to_state = o.saga_state and l.from_state <> l.to_state),
         o.updated_at) as since
     from (
       select * from (
         select id, saga_state, waiting_for, reason, updated_at, version, created_at from orders.orders
         where ${where} and ($2::text is null or (created_at, id) ${beyond} ($2::text::timestamptz, $3::text))
         order by created_at ${direction}, id ${direction} limit $5::bigint
       ) as looked ${isEnd ? '' : 'where saga_state = $1'}
       order by created_at ${direction}, id ${direction} limit $4::bigint
     ) as o order by o.created_at ${direction}, o.id ${direction}`,
    [state, after?.value ?? null, after?.id ?? null, limit, lookedThroughMax],
  );
}

/** The last order that a page looked at, if there may be others behind it. */
async function lastLookedAt(
  db: Queryable,
  state: string,
  after: After,
  { where, direction, beyond }: Places,
  lookedThroughMax: number,
): Promise<Pick<InStateRow, 'id' | 'sort_value'> | undefined> {
  const [last] = await db.query<Pick<InStateRow, 'id' | 'sort_value'>>(
    `select id, created_at::text as sort_value from orders.orders
     where ${where} and ($2::text is null or (created_at, id) ${beyond} ($2::text::timestamptz, $3::text))
     order by created_at ${direction}, id ${direction} offset $4::bigint limit 1`,
    [state, after?.value ?? null, after?.id ?? null, lookedThroughMax - 1],
  );
  return last;
}

function sagaOf(row: InStateRow): SagaInState {
  return {
    id: row.id,
    state: row.saga_state,
    waitingFor: row.waiting_for,
    reason: row.reason,
    since: row.since.toISOString(),
    lastStepAt: row.updated_at.toISOString(),
    version: row.version,
  };
}
