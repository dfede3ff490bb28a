import { z } from 'zod';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { StoredEvent } from '../../../core/services/observation/event-log.ts';
import type {
  EventFilter,
  EventPage,
  ListedEvent,
  PlatformEvents,
} from '../../../core/services/observation/ports.ts';
import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';
import type { EventPlace } from './place.ts';
import { searchSagaLogs } from './saga-log.ts';

const placeSchema = z.tuple([z.iso.datetime(), z.string().max(300)]);

export async function appendEvents(db: Queryable, events: readonly StoredEvent[]): Promise<void> {
  const column = (of: (event: StoredEvent) => string | undefined) =>
    textArray(events.map((event) => of(event) ?? null));
  await db.query(
    `insert into ops.event (id, at, level, type, service, process, order_id, text, detail)
     select id, at::timestamptz, level, type, service, process, order_id, text, detail::jsonb
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[]) as event(id, at, level, type, service, process, order_id, text, detail)
     on conflict do nothing`,
    [
      column(({ id }) => id),
      column(({ at }) => at),
      column(({ level }) => level),
      column(({ type }) => type),
      column(({ service }) => service),
      column(({ process }) => process),
      column(({ orderId }) => orderId),
      column(({ text }) => text),
      column(({ detail }) => detail && JSON.stringify(detail)),
    ],
    'ops.event.append',
  );
}

/** Drops events older than `before` (ISO 8601). */
export async function forgetEvents(db: Queryable, before: string): Promise<void> {
  await db.query('delete from ops.event where at < $1::timestamptz', [before]);
}

/** What the platform told and what sagas did, one list by time, the newest first. */
export function listEvents(db: Queryable): PlatformEvents['list'] {
  return async (filter) => {
    const after = filter.cursor === undefined ? undefined : placeOf(filter.cursor);
    const sagas =
      filter.source === 'platform' ? undefined : await searchSagaLogs(db, filter, after, filter.limit + 1);
    const own = filter.source === 'saga' ? [] : await ownEvents(db, filter, after);
    return page(filter.limit, [...own, ...(sagas?.items ?? [])], sagas?.searchedTo ?? null);
  };
}

function page(limit: number, found: readonly ListedEvent[], searchedTo: string | null): EventPage {
  // Behind the time to which logs were searched, an event would be listed ahead of steps that were not found yet.
  const sorted = found.filter(({ at }) => searchedTo === null || at >= searchedTo).sort(newestFirst);
  const items = sorted.slice(0, limit);
  const last = items.at(-1);
  if (sorted.length > limit && last !== undefined) {
    return { items, nextCursor: cursorOf(last), searchedTo: null };
  }
  return {
    items,
    nextCursor: searchedTo === null ? null : cursorOf({ at: searchedTo, id: '' }),
    searchedTo,
  };
}

function newestFirst(one: EventPlace, other: EventPlace): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}

interface EventRow {
  readonly id: string;
  readonly at: Date;
  readonly level: ListedEvent['level'];
  readonly type: string;
  readonly service: string | null;
  readonly process: string | null;
  readonly order_id: string | null;
  readonly text: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

async function ownEvents(
  db: Queryable,
  filter: EventFilter,
  after: EventPlace | undefined,
): Promise<readonly ListedEvent[]> {
  const rows = await db.query<EventRow>(
    `select id, at, level, type, service, process, order_id, text, detail from ops.event
     where ($1::timestamptz is null or (at, id) < ($1::timestamptz, $2::text))
       and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at <= $4)
       and ($5::text is null or type = $5 or right($5, 1) = '.' and starts_with(type, $5))
       and ($6::text is null or level = $6)
       and ($7::text is null or service = $7)
       and ($8::text is null or order_id = $8)
       and ($9::text is null or position(lower($9) in lower(text)) > 0 or position(lower($9) in lower(type)) > 0)
     order by at desc, id desc limit $10`,
    [
      after?.at ?? null,
      after?.id ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.type ?? null,
      filter.level ?? null,
      filter.service ?? null,
      filter.orderId ?? null,
      filter.text ?? null,
      filter.limit + 1,
    ],
    'ops.event.list',
  );
  return rows.map((row) => ({
    id: row.id,
    source: 'platform',
    at: row.at.toISOString(),
    level: row.level,
    type: row.type,
    ...(row.service === null ? {} : { service: row.service }),
    ...(row.process === null ? {} : { process: row.process }),
    ...(row.order_id === null ? {} : { orderId: row.order_id }),
    text: row.text,
    ...(row.detail === null ? {} : { detail: row.detail }),
  }));
}

function cursorOf({ at, id }: EventPlace): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

function placeOf(cursor: string): EventPlace {
  try {
    const [at, id] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { at, id };
  } catch {
    throw new OrreryError('bad_cursor', 'cursor: this is not a cursor of this list');
  }
}
