import t from 'tap';
import { textArray } from '../../adapters/postgres/arrays.ts';
import { parametersOf, prepareRound } from './prepare.ts';
import type { Row, TableShape } from './recording.ts';

const [ONE, TWO] = ['0197b5a0-0000-7000-8000-000000000001', '0197b5a0-0000-7000-8000-000000000002'];

function round(table: string, rows: readonly Row[]) {
  return new Map([[table, rows]]);
}

t.test('every name with the id of its order gets the new id, JSON and the rest stay', async (t) => {
  const table: TableShape = {
    name: 'orders.actor_log',
    columns: [
      { name: 'message_id', type: 'text' },
      { name: 'version', type: 'bigint' },
      { name: 'detail', type: 'jsonb' },
    ],
    key: ['message_id'],
  };
  const row = (orderId: string, version: number): Row => ({
    message_id: `order/${orderId}/${String(version)}/a0`,
    version,
    detail: { orderId },
  });
  const [prepared] = prepareRound(
    [
      { orderId: ONE, round: round(table.name, [row(ONE, 1), row(ONE, 2)]) },
      { orderId: TWO, round: round(table.name, [row(TWO, 1)]) },
    ],
    [table],
  );
  if (prepared === undefined) throw new Error('there are rows');
  t.equal(prepared.rows, 3);
  t.strictSame(parametersOf(prepared, ['first', 'second']), [
    textArray(['order/first/1/a0', 'order/first/2/a0', 'order/second/1/a0']),
    textArray(['1', '2', '1']),
    textArray([ONE, ONE, TWO].map((orderId) => JSON.stringify({ orderId }))),
  ]);
});

t.test('a key that does not name its order gets the new id in its last column', async (t) => {
  const table: TableShape = {
    name: 'orders.idempotency',
    columns: [
      { name: 'user_id', type: 'text' },
      { name: 'key', type: 'text' },
      { name: 'order_id', type: 'text' },
    ],
    key: ['user_id', 'key'],
  };
  const rows = [{ user_id: 'ada', key: 'k1', order_id: ONE }];
  const [prepared] = prepareRound([{ orderId: ONE, round: round(table.name, rows) }], [table]);
  if (prepared === undefined) throw new Error('there are rows');
  t.strictSame(parametersOf(prepared, ['new']), [textArray(['ada']), textArray(['new']), textArray(['new'])]);
});

t.test('orders and tables without rows in a round take no part in it', async (t) => {
  const table: TableShape = { name: 'orders.orders', columns: [{ name: 'id', type: 'text' }], key: ['id'] };
  t.strictSame(prepareRound([{ orderId: ONE, round: undefined }], [table]), []);
  const [prepared] = prepareRound(
    [
      { orderId: ONE, round: undefined },
      { orderId: TWO, round: round(table.name, [{ id: TWO }]) },
    ],
    [table],
  );
  if (prepared === undefined) throw new Error('there is a row');
  t.strictSame(parametersOf(prepared, ['first', 'second']), [textArray(['second'])]);
});
