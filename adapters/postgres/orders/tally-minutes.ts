import type { CountedMinute } from '../../../core/services/observation/anomalies.ts';
import type { Queryable } from '../database.ts';

const MINUTE_MS = 60_000;
const MOVED = /^moved:(?<from>[^>.]*)[^>]*>(?<to>[^>.]*)/;
/** Who is placed comes into the first state without having been in another. */
const PLACED = 'told:order.placed';
const FIRST_STATE = 'pending';

interface MinuteOfStates {
  readonly states: Map<string, { standing: number; left: number }>;
  /** By state: orders that came, less those that left. */
  readonly gained: Map<string, number>;
}

/**
 * What the books say of names, every minute from `fromMs` to `toMs` (exclusive, both whole minutes), empty ones included, with the orders
 * that stood in each state: all who ever came less all who ever left, told back from now. One statement sees one state of the books.
 */
export async function readTallyMinutes(
  db: Queryable,
  names: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<readonly CountedMinute[]> {
  const rows = await db.query<{ minute: Date | null; name: string; count: number; cents: number }>(
    `select minute, name, count, cents from orders.tally_minute
     where minute >= $1::timestamptz and (name like 'moved:%' or name = $4 or minute < $2::timestamptz and name = any($3::text[]))
     union all select null, name, count, cents from orders.tally_total where name like 'moved:%' or name = $4`,
    [new Date(fromMs).toISOString(), new Date(toMs).toISOString(), names, PLACED],
    'orders.tally.minutes',
  );
  const minutes = Array.from({ length: Math.max(0, (toMs - fromMs) / MINUTE_MS) }, (_, index) => ({
    minuteMs: fromMs + index * MINUTE_MS,
    counts: new Map<string, { count: number; cents: number }>(),
    states: new Map<string, { standing: number; left: number }>(),
    gained: new Map<string, number>(),
  }));
  const now = new Map<string, number>();
  const later = new Map<string, number>();
  for (const { minute, name, count, cents } of rows) {
    const known = minute === null ? undefined : minutes[(minute.getTime() - fromMs) / MINUTE_MS];
    if (!name.startsWith('moved:')) known?.counts.set(name, { count, cents });
    if (!name.startsWith('moved:') && name !== PLACED) continue;
    if (minute === null) move(now, name, count);
    else if (known === undefined) move(later, name, count);
    else addMove(known, name, count);
  }
  for (const [state, gained] of later) now.set(state, (now.get(state) ?? 0) - gained);
  for (const minute of minutes.toReversed()) {
    for (const [state, standing] of now) {
      const own = minute.states.get(state) ?? { standing: 0, left: 0 };
      // Orders that were not moved by the saga (made up in the database) never came.
      minute.states.set(state, { ...own, standing: Math.max(0, standing) });
    }
    for (const [state, gained] of minute.gained) now.set(state, (now.get(state) ?? 0) - gained);
  }
  return minutes.map(({ gained: _gained, ...minute }) => minute);
}

/** A move from state to state of the top level; within one nothing comes or goes. */
function move(gained: Map<string, number>, name: string, count: number): string | undefined {
  const { from, to } = name === PLACED ? { from: '', to: FIRST_STATE } : (MOVED.exec(name)?.groups ?? {});
  if (from === undefined || to === undefined || from === to) return undefined;
  if (from !== '') gained.set(from, (gained.get(from) ?? 0) - count);
  gained.set(to, (gained.get(to) ?? 0) + count);
  return from;
}

function addMove({ states, gained }: MinuteOfStates, name: string, count: number): void {
  const from = move(gained, name, count);
  if (from === undefined || from === '') return;
  const own = states.get(from) ?? { standing: 0, left: 0 };
  states.set(from, { ...own, left: own.left + count });
}
