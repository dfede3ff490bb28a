import { assert } from '../../core/kernel/assert.ts';
import type { Row, TableShape, Write } from './recording.ts';

/** The writes of one order that can be made at once: each row at most once. By table. */
export type Round = ReadonlyMap<string, readonly Row[]>;

export interface SortedWrites {
  /** By order: in the first round what was new, in each further one the next change of every row that had one. */
  readonly orders: ReadonlyMap<string, readonly Round[]>;
  /** By table: rows that belong to no order, such as stock, each as it was after each of its writes. */
  readonly shared: ReadonlyMap<string, readonly Row[]>;
  /** Rows that are removed as soon as they are sent, in the order of their commits. */
  readonly outbox: readonly { readonly table: string; readonly row: Row }[];
}

/**
 * Sorts recorded writes by whom they belong to. A row belongs to the order whose id its `order_id`, `id` or `message_id`
 * holds; rows of orders that were not asked for are left out.
 */
export function sortWrites(
  writes: readonly Write[],
  tables: readonly TableShape[],
  orderIds: ReadonlySet<string>,
): SortedWrites {
  const shapes = new Map(tables.map((shape) => [shape.name, shape]));
  const orders = new Map<string, Map<string, Row[]>[]>([...orderIds].map((id) => [id, []]));
  const shared = new Map<string, Row[]>();
  const outbox: { readonly table: string; readonly row: Row }[] = [];
  const turns = new Map<string, number>();
  for (const { table, inserted, row } of writes) {
    if (table.endsWith('.outbox')) {
      if (inserted) outbox.push({ table, row });
      continue;
    }
    const named = orderNamed(row);
    if (named === undefined) {
      push(shared, table, row);
      continue;
    }
    const rounds = orders.get(named);
    if (rounds === undefined) continue;
    const shape = shapes.get(table);
    assert(shape !== undefined, 'only tables that are known are recorded');
    const key = JSON.stringify([table, ...shape.key.map((column) => row[column])]);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    assert(inserted === (turn === 0), 'a row is new once, and first');
    push((rounds[turn] ??= new Map<string, Row[]>()), table, row);
  }
  return { orders, shared, outbox };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

function orderNamed(row: Row): string | undefined {
  const given = row['order_id'] ?? row['id'] ?? row['message_id'];
  return typeof given === 'string' ? UUID.exec(given)?.[0] : undefined;
}

function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
