import { uuidv7 } from 'uuidv7';
import { partitionOf } from '../../core/kernel/partition.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { quoteName } from '../../adapters/postgres/names.ts';
import { quoted, type TableShape, tableShapes } from '../floor/recording.ts';

/** Where an order rests: its actor with its timers, the order as it is shown, its lines. */
const TABLES = ['orders.actor', 'orders.orders', 'orders.order_item'];
const CHUNK = 20_000;

/** Copies an order `count` times: each copy has an id of its own everywhere, and is due for nothing before the original. */
export async function copyOrder(
  database: Database,
  {
    orderId,
    count,
    partitions,
  }: { readonly orderId: string; readonly count: number; readonly partitions: number },
  onProgress: (copied: number) => void,
): Promise<void> {
  const tables = (await tableShapes(database)).filter(({ name }) => TABLES.includes(name));
  for (let copied = 0; copied < count; copied += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, count - copied) }, () => uuidv7());
    const places = ids.map((id) => partitionOf(id, partitions));
    await Promise.all(tables.map((table) => database.query(copyStatement(table), [orderId, ids, places])));
    onProgress(copied + ids.length);
  }
  for (const { name } of tables) await database.query(`analyze ${quoted(name)}`);
}

/** Parameters: the id of the original, the ids of the copies, their partitions. */
export function copyStatement({ name, columns, key }: TableShape): string {
  const own = key.includes('order_id') ? 'order_id' : 'id';
  const values = columns.map((column) => {
    if (column.name === own) return 'copy.id';
    if (column.name === 'partition') return 'copy.partition';
    const original = `original.${quoteName(column.name)}`;
    return column.type.startsWith('json')
      ? `replace(${original}::text, $1, copy.id)::${column.type}`
      : original;
  });
  const list = columns.map((column) => quoteName(column.name)).join(', ');
  return (
    `insert into ${quoted(name)} (${list}) select ${values.join(', ')} from ${quoted(name)} as original ` +
    `cross join unnest($2::text[], $3::integer[]) as copy(id, partition) where original.${own} = $1`
  );
}
