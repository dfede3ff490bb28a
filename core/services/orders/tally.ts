import type { RowWrite } from '../../engine/behaviour.ts';
import type { Decision } from '../../engine/decide.ts';
import type { TableSpec } from '../../engine/ports.ts';
import { isoTime } from '../../kernel/iso-time.ts';

/**
 * What a commit of the orders service adds to the books of analytics: one row beside everything else it writes, so the
 * books are exact whatever crashes, and cost a commit one row however many orders it moves.
 *
 * `counts` has an entry `[count, cents]` per name:
 * - `handled:<type>`: messages that sagas have handled,
 * - `moved:<from>><to>`: transitions of sagas between their states,
 * - `told:<type>`: order events that were sent, with the money of their orders,
 * - `cancelled:<reason>`: cancellations, with the money given back.
 */
export const ORDER_TALLY_TABLE: TableSpec = {
  name: 'order_tally',
  table: 'tally',
  write: 'insert',
  key: ['id'],
  columns: { id: 'text', at: 'timestamptz', counts: 'jsonb' },
};

export type Counts = Record<string, [count: number, cents: number]>;

/** Reasons are codes; what a person wrote is no name to count under. */
const REASON_CODE = /^[a-z][a-z0-9_]{0,39}$/;

/** The row for a decision; none when no saga has moved. */
export function tallyRows({ log, sent }: Pick<Decision, 'log' | 'sent'>): readonly RowWrite[] {
  const [first] = log;
  if (first === undefined) return [];
  const counts: Counts = {};
  for (const { type, from, to } of log) {
    add(counts, `handled:${type}`, 0);
    if (from !== to) add(counts, `moved:${from}>${to}`, 0);
  }
  for (const messages of sent.values()) {
    for (const { type, data } of messages) if (type.startsWith('order.')) addOrderEvent(counts, type, data);
  }
  // A message is handled once, so its id names the commit that handled it.
  const row = { id: first.messageId, at: isoTime(first.atMs), counts };
  return [{ table: ORDER_TALLY_TABLE.name, row }];
}

function addOrderEvent(counts: Counts, type: string, data: unknown): void {
  const { totalCents, reason, refundedCents } = data as {
    totalCents?: number;
    reason?: string;
    refundedCents?: number;
  };
  add(counts, `told:${type}`, totalCents ?? 0);
  if (type !== 'order.cancelled') return;
  const code = reason !== undefined && REASON_CODE.test(reason) ? reason : 'other';
  add(counts, `cancelled:${code}`, refundedCents ?? 0);
}

function add(counts: Counts, name: string, cents: number): void {
  const entry = counts[name];
  if (entry === undefined) counts[name] = [1, cents];
  else {
    entry[0] += 1;
    entry[1] += cents;
  }
}
