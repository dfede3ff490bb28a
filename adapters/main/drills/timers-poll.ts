import { TIMER_POLL_ROWS_MAX } from '../../../core/kernel/limits.ts';
import type { Database } from '../../postgres/database.ts';
import { dueWakes } from '../../postgres/engine/wakes.ts';
import { quoteName } from '../../postgres/names.ts';
import { type Spread, spreadOf } from './quantiles.ts';

/** What the query costs with which every worker looks for due timers, five times a second. */
export interface Poll {
  readonly tookMs: Spread;
  /** Pages of the table and its index that one poll reads, from memory or not. */
  readonly pages: number;
  /** What the database does, in its own words. */
  readonly plan: readonly string[];
}

/** More than enough for Postgres to decide on one plan for all of them. */
const POLLS = 200;

/** Looks for due timers of all orders, as one worker would that owns all partitions. */
export function measurePoll(database: Database, partitions: number): Promise<Poll> {
  const schema = quoteName('orders');
  const asked = Array.from({ length: partitions }, (_, partition) => partition);
  // A prepared statement belongs to its connection, and a transaction keeps one.
  return database.transaction(async (session) => {
    const tookMs: number[] = [];
    for (let poll = 0; poll < POLLS; poll += 1) {
      const startedAt = performance.now();
      await dueWakes(session, schema, asked, Date.now(), TIMER_POLL_ROWS_MAX);
      tookMs.push(performance.now() - startedAt);
    }
    const statement = `${schema}.wakes.due`.replaceAll('"', '""');
    const rows = await session.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers) execute "${statement}"
         ('{${asked.join(',')}}', ${String(Date.now())}, ${String(TIMER_POLL_ROWS_MAX)})`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']);
    return { tookMs: spreadOf(tookMs), pages: pagesOf(plan), plan };
  });
}

/** The first line with buffers is the whole query's. */
function pagesOf(plan: readonly string[]): number {
  const buffers = plan.find((line) => line.includes('Buffers:')) ?? '';
  return [...buffers.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, pages]) => sum + Number(pages), 0);
}
