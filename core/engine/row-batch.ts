import { errorMessage, OrreryError, ValueRefused } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import type { OutboxRow } from './ports.ts';
import type { ParticipantTools } from './participant-port.ts';

/**
 * How a participant changes its rows: many messages, one transaction, decisions pure.
 *
 * Owns: grouping, the order of steps within a group, the outbox row of the group.
 * Does not own: what a step decides, how rows are stored.
 * In: items (a message and what is known). Out: each item's result, once its row and its messages are durable.
 *
 * I1. A row changes only under its lock, in the transaction that also holds what the change sends (P9). What an item
 *     expects under its key saves a look, and decides nothing: the store holds it against what is there.
 * I2. Two items of one group with the same key are decided one after the other; the second sees what the first did.
 * I3. An item that is bad, or whose values the store refuses, fails alone (P8).
 */

/** What a group writes and sends; both in one transaction. */
export interface RowDecision<Row, Result> {
  /** At most one per key. Rows that the store did not show are inserted, the others replaced. */
  readonly writes: readonly Row[];
  readonly outbox: OutboxRow | undefined;
  readonly result: Result;
}

/**
 * What a caller takes to be under a key before anybody looked: `null` for nothing, or a row that a decision was shown
 * or wrote before. A key that is missing here is looked up.
 */
export type ExpectedRows<Row> = ReadonlyMap<string, Row | null>;

/** Rows under a business key. */
export interface RowTransactions<Row> {
  /**
   * Asks `decide` about the rows that exist under `keys` and commits what it says in one transaction that locks them.
   * Durable once resolved. `decide` is asked again, with fresh rows, when what it was shown is not, or no longer, what
   * is there; only the last answer counts. `expected` may be wrong, which costs time and nothing else.
   * Rejects with ValueRefused (nothing written) or StoreUnavailable (nobody knows).
   */
  transact<Result>(
    keys: readonly string[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
    expected?: ExpectedRows<Row>,
  ): Promise<Result>;
}

/** What one item does to the row under its key. */
export interface RowStep<Row, Result> {
  /** Absent: the row stays as it is. */
  readonly row?: Row;
  readonly messages: readonly Message[];
  readonly result: Result;
}

export interface RowBatchOptions<Row, Item, Result> {
  readonly tools: Pick<ParticipantTools, 'outbox' | 'microBatch' | 'clock'>;
  readonly store: RowTransactions<Row>;
  readonly keyOf: (item: Item) => string;
  /** Pure. What it throws is the item's own failure. */
  readonly decide: (row: Row | undefined, item: Item, nowMs: number) => RowStep<Row, Result>;
  /** What the item expects under its key; undefined: it has no idea. */
  readonly expect: (item: Item) => Row | null | undefined;
  readonly itemsMax?: number;
}

type Outcome<Result> = { readonly result: Result } | { readonly error: Error };

/** The returned function resolves once the item's step is durable and its messages are on their way. */
export function createRowBatch<Row, Item, Result>(
  options: RowBatchOptions<Row, Item, Result>,
): (item: Item) => Promise<Result> {
  const enqueue = options.tools.microBatch<Item, Outcome<Result>>((items) => flush(options, items), {
    itemsMax: options.itemsMax ?? ITEMS_MAX,
  });
  return async (item) => {
    const outcome = await enqueue(item);
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  };
}

/** More would lengthen the commit past its neighbours' wait. */
const ITEMS_MAX = 256;

async function flush<Row, Item, Result>(
  options: RowBatchOptions<Row, Item, Result>,
  items: readonly Item[],
): Promise<readonly Outcome<Result>[]> {
  try {
    return await commit(options, items);
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error;
    if (items.length === 1) return [{ error }];
    const outcomes: Outcome<Result>[] = [];
    for (const item of items) outcomes.push(...(await alone(options, item)));
    return outcomes;
  }
}

async function alone<Row, Item, Result>(
  options: RowBatchOptions<Row, Item, Result>,
  item: Item,
): Promise<readonly Outcome<Result>[]> {
  try {
    return await commit(options, [item]);
  } catch (error) {
    return [{ error: asError(error) }];
  }
}

async function commit<Row, Item, Result>(
  options: RowBatchOptions<Row, Item, Result>,
  items: readonly Item[],
): Promise<readonly Outcome<Result>[]> {
  const { outbox } = options.tools;
  const drafted: { row: OutboxRow | undefined } = { row: undefined };
  try {
    const outcomes = await options.store.transact(
      [...new Set(items.map(options.keyOf))],
      (rows) => {
        if (drafted.row !== undefined) outbox.abandoned(drafted.row);
        const group = decideGroup(options, items, rows);
        drafted.row = group.messages.length === 0 ? undefined : outbox.row(group.messages);
        return { writes: group.writes, outbox: drafted.row, result: group.outcomes };
      },
      expectedRows(options, items),
    );
    if (drafted.row !== undefined) outbox.committed(drafted.row);
    return outcomes;
  } catch (error) {
    if (drafted.row !== undefined) outbox.abandoned(drafted.row);
    throw error;
  }
}

/** Of several items with one key the last one's word counts. */
function expectedRows<Row, Item, Result>(
  { keyOf, expect }: RowBatchOptions<Row, Item, Result>,
  items: readonly Item[],
): ExpectedRows<Row> {
  const expected = new Map<string, Row | null>();
  for (const item of items) {
    const row = expect(item);
    if (row !== undefined) expected.set(keyOf(item), row);
  }
  return expected;
}

function decideGroup<Row, Item, Result>(
  options: RowBatchOptions<Row, Item, Result>,
  items: readonly Item[],
  rows: ReadonlyMap<string, Row>,
): { writes: Row[]; messages: Message[]; outcomes: Outcome<Result>[] } {
  const nowMs = options.tools.clock.now();
  const changed = new Map<string, Row>();
  const messages: Message[] = [];
  const outcomes = items.map((item): Outcome<Result> => {
    const key = options.keyOf(item);
    try {
      const step = options.decide(changed.get(key) ?? rows.get(key), item, nowMs);
      if (step.row !== undefined) changed.set(key, step.row);
      messages.push(...step.messages);
      return { result: step.result };
    } catch (error) {
      return { error: asError(error) };
    }
  });
  return { writes: [...changed.values()], messages, outcomes };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new OrreryError('internal_error', errorMessage(error));
}
