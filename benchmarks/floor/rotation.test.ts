import t from 'tap';
import { textArray } from '../../adapters/postgres/arrays.ts';
import type { TableShape } from './recording.ts';
import { SentRows, Share, SharedRows } from './rotation.ts';

const STOCK: TableShape = {
  name: 'inventory.stock',
  columns: [
    { name: 'sku', type: 'text' },
    { name: 'reserved', type: 'bigint' },
  ],
  key: ['sku'],
};
const OUTBOX: TableShape = {
  name: 'orders.outbox',
  columns: ['writer', 'epoch', 'sequence', 'messages'].map((name) => ({ name, type: 'text' })),
  key: ['writer', 'epoch', 'sequence'],
};

t.test('shares are whole pieces and add up', async (t) => {
  const share = new Share(3.5);
  const pieces = Array.from({ length: 6 }, () => share.of(1 / 3));
  t.ok(pieces.every(Number.isInteger));
  t.equal(
    pieces.reduce((sum, each) => sum + each, 0),
    7,
  );
});

t.test('every key of a lane comes before any comes again, then as it was next', async (t) => {
  const rows = ['A', 'B', 'C', 'A', 'C'].map((sku, reserved) => ({ sku, reserved }));
  const lane = new SharedRows(STOCK, rows, { orders: 5, lane: 0, lanes: 2 });
  t.strictSame(lane.next(2)[0]?.parameters, [textArray(['A', 'C']), textArray(['0', '2'])]);
  t.strictSame(lane.next(2)[0]?.parameters, [textArray(['A', 'C']), textArray(['3', '4'])]);
  t.throws(() => lane.next(3), 'a statement can not change a row twice');
});

t.test('rows that were sent are removed once', async (t) => {
  const sent = new SentRows(OUTBOX, [{ messages: ['a'] }, { messages: ['b'] }], {
    orders: 2,
    writer: 'lane-0',
  });
  t.strictSame(sent.remove(), []);
  t.match(sent.next(2), [{ write: 'insert', rows: 2 }]);
  t.strictSame(sent.remove(), [
    {
      table: OUTBOX,
      write: 'delete',
      rows: 2,
      parameters: [textArray(['lane-0', 'lane-0']), textArray(['0', '0']), textArray(['1', '2'])],
    },
  ]);
  t.strictSame(sent.remove(), []);
});
