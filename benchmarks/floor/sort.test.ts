import t from 'tap';
import type { Row, TableShape, Write } from './recording.ts';
import { sortWrites } from './sort.ts';

const MINE = '0197b5a0-0000-7000-8000-000000000001';
const OTHER = '0197b5a0-0000-7000-8000-000000000002';

const text = (name: string) => ({ name, type: 'text' });
const TABLES: readonly TableShape[] = [
  { name: 'orders.actor', columns: [text('id'), text('state')], key: ['id'] },
  { name: 'inventory.inbox', columns: [text('message_id')], key: ['message_id'] },
  { name: 'inventory.stock', columns: [text('sku')], key: ['sku'] },
];

function write(table: string, row: Row, inserted = false): Write {
  return { table, row, inserted };
}

t.test('each change of a row is a round of its own, beside the changes of other rows', async (t) => {
  const { orders } = sortWrites(
    [
      write('orders.actor', { id: MINE, state: 'placed' }, true),
      write('orders.actor', { id: MINE, state: 'paid' }),
      write('inventory.inbox', { message_id: `order/${MINE}/1/0` }, true),
      write('orders.actor', { id: MINE, state: 'shipped' }),
    ],
    TABLES,
    new Set([MINE]),
  );
  const states = orders.get(MINE)?.map((round) => round.get('orders.actor')?.[0]?.['state']);
  t.strictSame(states, ['placed', 'paid', 'shipped']);
  t.strictSame(orders.get(MINE)?.[0]?.get('inventory.inbox'), [{ message_id: `order/${MINE}/1/0` }]);
});

t.test('orders that were not asked for are left out', async (t) => {
  const { orders, shared } = sortWrites(
    [
      write('orders.actor', { id: OTHER, state: 'paid' }),
      write('orders.actor', { id: MINE, state: 'placed' }, true),
    ],
    TABLES,
    new Set([MINE]),
  );
  t.strictSame([...orders.keys()], [MINE]);
  t.equal(shared.size, 0);
});

t.test('stock belongs to no order, and what is sent is kept in order', async (t) => {
  const { shared, outbox } = sortWrites(
    [
      write('inventory.stock', { sku: 'A', reserved: 1 }),
      write('orders.outbox', { sequence: 1 }, true),
      write('inventory.outbox', { sequence: 2 }, true),
      write('inventory.stock', { sku: 'A', reserved: 2 }),
      write('orders.outbox', { sequence: 1, epoch: -1 }),
    ],
    TABLES,
    new Set([MINE]),
  );
  t.strictSame(
    shared.get('inventory.stock')?.map(({ reserved }) => reserved),
    [1, 2],
  );
  t.strictSame(
    outbox.map(({ table, row }) => [table, row['sequence']]),
    [
      ['orders.outbox', 1],
      ['inventory.outbox', 2],
    ],
    'a row that is taken over is not sent once more',
  );
});
